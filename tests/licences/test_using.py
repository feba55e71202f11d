"""Drawing on licences: the worked examples, each refusal with its code and place, giving back, and the journal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.ecommerce.filing import happened
from tests.licences.given import (
    AT,
    DAY,
    HOLDER,
    KILOGRAM,
    OTHER,
    PIECE,
    SYSTEM,
    D,
    codes,
    draw,
    dual_use,
    firms,
    goods,
    left,
    received,
    state,
    use,
)
from tests.seconded import by_two

from tongguan.kernel.rules import Refused
from tongguan.ledgers.queries import check_all
from tongguan.licences.actions import confirm, give_back, reserve, revoke
from tongguan.licences.models import LicenceUse
from tongguan.licences.queries import accounts, accounts_of

DONE = {"by": SYSTEM, "at": AT}


@pytest.fixture
def soy(db):
    firms()
    return received()


@pytest.fixture
def firm(db):
    firms()


def refused(*uses, **more) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        draw(*uses, **more)
    for finding in raised.value.findings:
        assert all("…" not in finding.text(lang) != finding.code for lang in ("zh", "en"))
    return codes(raised.value)


def released(reference: str, quantity: str) -> None:
    draw(use(quantity), reference=reference)
    confirm(reference, **DONE)


def test_LICENCE_QUANTITY_SHORT(soy):
    """10,000 t: 6,000 leaves 4,000; 4,150 fits within 4,200, 4,250 does not (handbook 06 §1)."""
    released("D1", "6000")
    assert (left(soy), state(soy)) == (4000, "partly_used")
    assert refused(use("4250"), reference="D2") == [("LICENCE_QUANTITY_SHORT", "licences/1/LicWrtofQty")]
    assert refused(use("4200.00001"), reference="D2") == [("LICENCE_QUANTITY_SHORT", "licences/1/LicWrtofQty")]
    draw(use("4150"), reference="D2")
    assert (left(soy), state(soy)) == (-150, "partly_used")
    assert refused(use("1"), reference="D3") == [("LICENCE_QUANTITY_SHORT", "licences/1/LicWrtofQty")]


def test_the_last_batch_closes_the_licence(soy):
    """Story S5: 6,000 and 4,150 written off; one tonne more is refused, for the licence is used up."""
    released("D1", "6000")
    released("D2", "4150")
    assert (left(soy), state(soy), soy.uses) == (-150, "used_up", 2)
    assert refused(use("1"), reference="D3") == [
        ("LICENCE_NOT_IN_FORCE", "licences/1/LicenceNo"), ("LICENCE_QUANTITY_SHORT", "licences/1/LicWrtofQty"),
    ]  # fmt: skip
    give_back("D2", **DONE)
    assert (left(soy), state(soy), soy.uses) == (4000, "partly_used", 1)
    give_back("D1", **DONE)
    assert (left(soy), state(soy), soy.uses) == (10000, "issued", 0)
    assert list(check_all()) == []
    assert happened(soy) == [
        "licence.received", "licence.reserved", "licence.written_off", "licence.reserved", "licence.written_off",
        "licence.given_back", "licence.given_back",
    ]  # fmt: skip


@pytest.mark.parametrize(("gcode", "most"), [("2709000000", "10300"), (None, "10500")])
def test_the_tolerance_is_that_of_the_goods(firm, gcode, most):
    code = gcode or "1201901900"
    received("7-2", "7", goods(gcode=code))
    assert refused(use(f"{most}.00001", "7-2", gcode=code)) == [("LICENCE_QUANTITY_SHORT", "licences/1/LicWrtofQty")]
    draw(use(most, "7-2", gcode=code))


def test_goods_that_are_not_in_bulk_have_no_tolerance(firm):
    received("7-2", "7", goods(bulk=False))
    assert refused(use("10000.00001", "7-2"))[0][0] == "LICENCE_QUANTITY_SHORT"
    draw(use("10000", "7-2"))


def test_an_export_licence_has_five_per_cent_whatever_its_goods(firm):
    received("4-2", "4", goods(gcode="2709000000"))
    assert refused(use("10500.00001", "4-2", "4", gcode="2709000000"))[0][0] == "LICENCE_QUANTITY_SHORT"
    draw(use("10500", "4-2", "4", gcode="2709000000"))


@pytest.mark.parametrize(("type", "most"), [("7", 6), ("1", 12), ("4", 12)])
def test_LICENCE_USES_SPENT(firm, type, most):
    """The 13th use of an import or export licence is refused, and the 7th of an automatic one (handbook 06 §1)."""
    row = received("N", type, last="2026-06-30")
    for number in range(most):
        draw(use("1", "N", type), reference=f"D{number}")
        confirm(f"D{number}", **DONE)
    assert state(row) == "used_up" and row.uses == row.most_uses == most
    assert refused(use("1", "N", type), reference="over") == [
        ("LICENCE_NOT_IN_FORCE", "licences/1/LicenceNo"), ("LICENCE_USES_SPENT", "licences/1/LicenceNo"),
    ]  # fmt: skip
    give_back("D0", **DONE)
    draw(use("1", "N", type), reference="again")


def test_uses_that_are_reserved_count_too(firm):
    received("N", mode="ONE_BATCH")
    draw(use("1", "N"))
    assert refused(use("1", "N"), reference="D2") == [("LICENCE_USES_SPENT", "licences/1/LicenceNo")]


def test_LICENCE_NOT_VALID(soy):
    """One day after its last day, and the day before its first."""
    assert soy.valid_to == date(2026, 7, 4)
    draw(use("1"), reference="last", on=soy.valid_to)
    late = date(2026, 7, 5)
    assert refused(use("1"), on=late) == [("LICENCE_NOT_VALID", "licences/1/LicenceNo")]
    assert refused(use("1"), on=date(2026, 1, 4)) == [("LICENCE_NOT_VALID", "licences/1/LicenceNo")]


def test_LICENCE_UNKNOWN(soy):
    assert refused(use(number="7-9")) == [("LICENCE_UNKNOWN", "licences/1/LicenceNo")]
    assert refused(use(type="1")) == [("LICENCE_UNKNOWN", "licences/1/LicenceNo")]


def test_LICENCE_LINE_UNKNOWN(firm):
    received("N", "7", goods(), goods(gcode="1003900000"), goods(gcode="1003900000", country="FRA"))
    assert refused(use(number="N", detail="4")) == [("LICENCE_LINE_UNKNOWN", "licences/1/LicWrtofDetailNo")]
    assert refused(use(number="N", detail="", gcode="1003900000")) == [
        ("LICENCE_LINE_UNKNOWN", "licences/1/LicWrtofDetailNo")
    ]
    draw(use(number="N", detail=""))
    draw(use(number="N", detail="0002", gcode="1003900000"), reference="D2")


def test_LICENCE_HOLDER(soy):
    with pytest.raises(Refused) as raised:
        draw(holder=OTHER)
    assert codes(raised.value) == [("LICENCE_HOLDER", "licences/1/LicenceNo")]
    assert HOLDER not in raised.value.text("en")  # nobody learns whose licence a number is
    with pytest.raises(Refused) as raised:
        draw(use("99999", gcode="1", country="FRA"), holder=OTHER, on=date(2027, 1, 1))
    assert codes(raised.value) == [("LICENCE_HOLDER", "licences/1/LicenceNo")]  # nor anything else of it


def test_LICENCE_GOODS_and_LICENCE_COUNTRY(soy):
    assert refused(use(gcode="1003900000")) == [("LICENCE_GOODS", "licences/1/LicenceNo")]
    assert refused(use(country="FRA")) == [("LICENCE_COUNTRY", "licences/1/LicenceNo")]
    draw(use(country="502"))  # the same country in the other list


def test_goods_named_by_first_digits(firm):
    received("N", "7", goods(gcode="120190"))
    draw(use("1", "N"))
    assert refused(use("1", "N", gcode="1201100000"), reference="D2") == [("LICENCE_GOODS", "licences/1/LicenceNo")]


def test_LICENCE_PORT(firm):
    received("N", ports=["0202", "0100"])
    assert refused(use(number="N"), customs="0201") == [("LICENCE_PORT", "licences/1/LicenceNo")]
    draw(use("1", "N"), customs="0202")
    draw(use("1", "N"), customs="0101", reference="D2")


def test_LICENCE_UNIT(soy):
    assert refused(use(unit=PIECE)) == [("LICENCE_UNIT", "licences/1/LicWrtofQtyUnit")]
    draw(use("1500500", unit=KILOGRAM))
    assert left(soy) == D("8499.5")
    [row] = LicenceUse.objects.all()
    assert (row.quantity, row.declared, row.unit) == (D("1500.5"), 1500500, KILOGRAM)


@pytest.mark.parametrize("written", ["0", "-1", "NaN", "Infinity", "1.000001", "1e20"])
def test_LICENCE_USE_QUANTITY(soy, written):
    assert refused(use(written)) == [("LICENCE_USE_QUANTITY", "licences/1/LicWrtofQty")]


def test_LICENCE_NOT_IN_FORCE(soy):
    by_two(partial(revoke, soy.pk, "虚假材料", at=AT), AT)
    assert refused() == [("LICENCE_NOT_IN_FORCE", "licences/1/LicenceNo")]


@pytest.mark.measure("M4-8.1")
def test_a_general_licence_of_the_pilot_lasts_a_year(firm):
    """From 2026-02-01: 2027-01-31 fits, 2027-02-01 does not (handbook 06 §3)."""
    row = dual_use()
    assert row.valid_to == date(2027, 1, 31)
    one = use("1", "3-1", "3", unit=PIECE, gcode="8543709990", country="DEU")
    for number in range(20):  # many batches
        draw(one, reference=f"D{number}", on=date(2027, 1, 31))
    assert refused(one, reference="late", on=date(2027, 2, 1)) == [("LICENCE_NOT_VALID", "licences/1/LicenceNo")]


@pytest.mark.measure("M4-8.1")
def test_LICENCE_END_USER(firm):
    dual_use(users=("Acme GmbH", "Beta SA"))
    shape = {"number": "3-1", "type": "3", "unit": PIECE, "gcode": "8543709990", "country": "DEU"}
    assert refused(use("1", **shape, user="Gamma Ltd")) == [("LICENCE_END_USER", "licences/1/LicenceNo")]
    assert refused(use("1", **shape)) == [("LICENCE_END_USER", "licences/1/LicenceNo")]
    draw(use("1", **shape, user="ＢＥＴＡ  sa"))


def test_a_single_dual_use_licence_lapses_when_it_is_used(firm):
    row = dual_use(form="single")
    one = use("40", "3-1", "3", unit=PIECE, gcode="8543709990", country="DEU")
    draw(one)
    confirm("D1", **DONE)
    assert (state(row), left(row)) == ("used_up", 60)
    assert ("LICENCE_NOT_IN_FORCE", "licences/1/LicenceNo") in refused(one, reference="D2")


def test_all_or_nothing(soy):
    other = received("N", ports=["0100"])
    assert refused(use("10"), use("10", "N", place=2)) == [("LICENCE_PORT", "licences/2/LicenceNo")]
    assert (left(soy), left(other), LicenceUse.objects.count()) == (10000, 10000, 0)


def test_lines_of_one_declaration_are_one_use_and_are_added_up(soy):
    assert refused(use("6000"), use("4600", place=2)) == [("LICENCE_QUANTITY_SHORT", "licences/1/LicWrtofQty")]
    draw(use("6000"), use("4500", place=2))
    soy.refresh_from_db()
    assert (left(soy), soy.uses) == (-500, 1)
    assert accounts([use()]) == accounts_of("D1") == [f"licences.left/{soy.pk}/1"]
    give_back("D1", **DONE)
    soy.refresh_from_db()
    assert (left(soy), soy.uses, accounts_of("D1")) == (10000, 0, [])


def test_LICENCE_REFERENCE_USED(soy):
    draw(use("10"))
    draw(use("10"))  # the same again changes nothing
    assert left(soy) == 9990
    assert refused(use("11")) == [("LICENCE_REFERENCE_USED", "reference")]
    give_back("D1", **DONE)
    draw(use("11"))  # an amended declaration draws again
    assert left(soy) == 9989
    confirm("D1", **DONE)
    confirm("D1", **DONE)
    assert left(soy) == 9989
    give_back("D1", **DONE)
    give_back("D1", **DONE)
    give_back("unknown", **DONE)
    assert (left(soy), state(soy)) == (10000, "issued")


def test_what_was_found_is_written_off(soy):
    """Less than declared comes back; more is drawn within the tolerance of the last batch; else nothing changes."""
    draw(use("6000"), use("1000", place=2))
    for found, code in (("9500.00001", "LICENCE_QUANTITY_SHORT"), ("0", "LICENCE_USE_QUANTITY")):
        with pytest.raises(Refused) as raised:
            confirm("D1", **DONE, actual={"licences/1": D(found)})
        assert codes(raised.value) == [(code, "licences/1/LicWrtofQty")]
        assert (left(soy), state(soy)) == (3000, "partly_used")
    confirm("D1", **DONE, actual={"licences/1": D("5990.5")})
    assert (left(soy), sorted(LicenceUse.objects.values_list("quantity", flat=True))) == (
        D("3009.5"),
        [1000, D("5990.5")],
    )
    draw(use("3009500", unit=KILOGRAM), reference="D2")
    confirm("D2", **DONE, actual={"licences/1": D(3150000)})
    assert (left(soy), state(soy)) == (D("-140.5"), "used_up")
    for reference in ("D2", "D1"):
        give_back(reference, **DONE)
    assert (left(soy), state(soy)) == (10000, "issued") and list(check_all()) == []


def test_a_declaration_without_licences_draws_nothing(db):
    reserve([], holder=HOLDER, customs="0202", reference="D1", on=DAY, **DONE)
    confirm("D1", **DONE)
    assert LicenceUse.objects.count() == 0


class Property(TestCase):
    """Whatever was drawn and given back in between: once all is given back, everything is as it was."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["draw", "confirm", "give_back"]), st.integers(1, 4),
                st.decimals("0.00001", 4000, places=5),
            ),
            max_size=12,
        )
    )  # fmt: skip
    def test_give_back_restores_exactly(self, steps):
        firms()
        row = received("1-1", "1", first="2026-01-05", last="2026-12-31")
        for verb, number, quantity in steps:
            reference = f"D{number}"
            try:
                if verb == "draw":
                    draw(use(str(quantity), "1-1", "1"), reference=reference)
                elif verb == "confirm":
                    confirm(reference, **DONE)
                else:
                    give_back(reference, **DONE)
            except Refused:
                pass
            assert left(row) >= -Decimal(500)
        for number in range(1, 5):
            give_back(f"D{number}", **DONE)
        assert (left(row), state(row), row.uses) == (10000, "issued", 0)
        assert list(check_all()) == []
