"""The worked examples of licences (handbook 06 §1 to §3), each through a declaration that is filed, with the same numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.declarations import made
from tests.declarations.made import GCODE, LICENCE, TRADER, D, document, item, moment, passed, pay, refused, submitted

from tongguan.ledgers.queries import check_all
from tongguan.licences.actions import receive, watch
from tongguan.licences.applications import Application, Issued, LineAsked
from tongguan.licences.models import Licence, LicenceUse

TONNE, SOY = "070", "1201909200"
MADE = {"TransMode": "1", "FeeMark": None, "FeeRate": None, "FeeCurr": None}


def issued(
    type: str, number: str, quantity: str, *, first: str, last: str = "", gcode: str = SOY, **more: Any
) -> Licence:
    """Take in a licence of goods from or to Japan, from a day on; without a last day, until the last the law allows."""
    told = {"mode": "MULTI", "holder": TRADER, "bulk": True} | more
    bulk, unit = told.pop("bulk"), told.pop("unit", TONNE)
    line = LineAsked(gcode, "货物", D(quantity), unit, "JPN", bulk=bulk, control_code=told.pop("control", ""))
    day = date.fromisoformat(first)
    how = Issued(number, day, day, date.fromisoformat(last) if last else None)
    return receive(Application(type, [line], **told), how, by=made.OPERATOR, at=moment(first))


def drawing(type: str, number: str, tonnes: str, *, bill: str = made.BILL, unit: str = TONNE, **more: Any) -> Any:
    """Return a declaration of so many tonnes that draws all of them on one licence."""
    kilograms = D(tonnes) * 1000
    goods = item(
        CodeTS=more.pop("gcode", SOY), GName="货物", GQty=D(tonnes), GUnit=TONNE, FirstQty=kilograms, DeclPrice=D(3000),
        DeclTotal=D(3000) * D(tonnes), TradeCurr="CNY",
    )  # fmt: skip
    row = LICENCE(GoodsNo=1, LicTypeCode=type, LicenceNo=number, LicWrtofQty=tonnes, LicWrtofQtyUnit=unit)
    told = {"BillNo": bill, "GrossWet": kilograms, "NetWt": kilograms, "PackNo": 10} | MADE | more
    return document(goods, licences=[row], **told)


def exported(number: str, at: str, **more: Any) -> Any:
    """File an export of one tonne that draws on a licence for dual-use items."""
    of = drawing("3", number, "1", IEFlag="E", TrafMode="4", TransMode="3", **more)
    return submitted(of, at=moment(at))


def bills(*tonnes: str) -> list[str]:
    """Take in a ship with a bill for each of some weights in tonnes."""
    from tests.cargo.carrying import bill, by_sea

    from tongguan.cargo import actions as cargo
    from tongguan.parties.queries import find

    by = made.Actor("carrier", "carrier", find(made.CARRIER).pk)
    numbers = [f"COSU62{place:03d}" for place in range(1, len(tonnes) + 1)]
    rows = [
        bill(number, gross=D(one) * 1000, consignee_code=TRADER) for number, one in zip(numbers, tonnes, strict=True)
    ]
    told = {"departs_at": moment("2026-02-20"), "expected_at": moment("2026-03-02", 14)}
    ship = cargo.receive(by_sea(*rows, **told), by=by, at=moment("2026-02-01"))
    made.enter(ship.pk, "2026-03-02", "2026-03-02")
    return numbers


def released(of: Any) -> Any:
    row = submitted(of)
    pay(row)
    passed(row)
    assert made.again(row).state == "released"
    return row


@pytest.fixture
def soy(window, monkeypatch):
    made.use_tariff(monkeypatch, made.tariff(SOY, letters="7"))


class TestTenThousandTonnes:
    def test_a_last_batch_of_4150_is_within_the_tolerance_and_closes_the_licence(self, soy):
        row = issued("7", "7-1", "10000", first="2026-02-05")
        first, second, third = bills("6000", "4150", "1")
        released(drawing("7", "7-1", "6000", bill=first))
        assert made.balances()[f"licences.left/{row.pk}/1"] == 4000
        released(drawing("7", "7-1", "4150", bill=second))
        assert made.balances()[f"licences.left/{row.pk}/1"] == -150 and made.again(row).state == "used_up"
        assert refused(submitted, drawing("7", "7-1", "1", bill=third)) == [
            ("LICENCE_NOT_IN_FORCE", "licence/1/LicenceNo"), ("LICENCE_QUANTITY_SHORT", "licence/1/LicWrtofQty"),
        ]  # fmt: skip

    @pytest.mark.parametrize(("tonnes", "taken"), [("4200", True), ("4200.01", False), ("4250", False)])
    def test_the_last_batch_may_be_4200_and_no_more(self, soy, tonnes, taken):
        row = issued("7", "7-1", "10000", first="2026-02-05")
        first, second = bills("6000", "4300")
        released(drawing("7", "7-1", "6000", bill=first))
        of = drawing("7", "7-1", tonnes, bill=second)
        if taken:
            assert submitted(of).state == "due"
        else:
            assert refused(submitted, of) == [("LICENCE_QUANTITY_SHORT", "licence/1/LicWrtofQty")]
            assert made.balances()[f"licences.left/{row.pk}/1"] == 4000
        assert list(check_all()) == []


@pytest.mark.parametrize(("type", "most"), [("1", 12), ("7", 6)])
def test_the_thirteenth_use_of_an_import_licence_and_the_seventh_of_an_automatic_one(window, monkeypatch, type, most):
    made.use_tariff(monkeypatch, made.tariff(SOY, letters=type))
    row = issued(type, f"{type}-1", "10000", first="2026-02-05", last="2026-07-31")
    numbers = bills(*["1"] * (most + 1))
    for number in numbers[:most]:
        submitted(drawing(type, f"{type}-1", "1", bill=number))
    assert made.again(row).uses == most
    assert refused(submitted, drawing(type, f"{type}-1", "1", bill=numbers[most])) == [
        ("LICENCE_USES_SPENT", "licence/1/LicenceNo")
    ]
    assert LicenceUse.objects.count() == most


@pytest.mark.parametrize(("last", "taken"), [("2026-03-16", True), ("2026-03-15", False)])
def test_accepted_one_day_after_the_last_day(soy, last, taken):
    issued("7", "7-1", "10000", first="2026-02-05", last=last)
    (number,) = bills("100")
    of = drawing("7", "7-1", "100", bill=number)
    if taken:
        assert submitted(of, at=moment("2026-03-16")).state == "due"
    else:
        assert refused(submitted, of, at=moment("2026-03-16")) == [("LICENCE_NOT_VALID", "licence/1/LicenceNo")]


@pytest.mark.measure("M3-1.1")
@pytest.mark.parametrize(("day", "banned"), [("2020-12-31", False), ("2021-01-01", True)])
def test_solid_waste_is_banned_from_2021_01_01(window, monkeypatch, day, banned):
    """A licence of 2020 for what counts as raw material serves to the last day of 2020, and no declaration after it."""
    waste = "7404000090"
    made.use_tariff(monkeypatch, made.tariff(waste, letters="P"))
    made.parities("2020-11-18", "2020-12-16")
    made.ship(entry="2020-12-30", arrived="2020-12-30", departs_at=moment("2020-12-20"))
    issued("P", "P-1", "100", first="2020-06-01", last="2021-05-31", gcode=waste, mode="ONE_BATCH")
    of = drawing("P", "P-1", "1", gcode=waste)
    if banned:
        assert ("DEC_BANNED", "item/1/CodeTS") in refused(submitted, of, at=moment(day))
    else:
        assert submitted(of, at=moment(day)).state == "due"


class TestDualUse:
    @pytest.fixture
    def general(self, window, monkeypatch):
        made.use_tariff(monkeypatch, made.tariff(GCODE, letters="3"))
        made.parities("2026-12-16", "2027-01-20")
        return issued(
            "3", "3-1", "100", first="2026-02-01", gcode=GCODE, bulk=False, form="pilot", control="2B350",
            end_users=["Acme GmbH", "Muster AG"], end_use="水泥",
        )  # fmt: skip

    @pytest.mark.measure("M4-8.1")
    @pytest.mark.parametrize(("day", "taken"), [("2027-01-31", True), ("2027-02-01", False)])
    def test_a_general_licence_of_one_year_from_2026_02_01(self, general, day, taken):
        assert general.valid_to == date(2027, 1, 31)
        told = {"gcode": GCODE, "OverseasConsigneeEname": "ACME  GmbH"}
        if taken:
            assert exported("3-1", day, **told).state == "accepted"
            assert LicenceUse.objects.get().end_user == "ACME  GmbH"
        else:
            assert refused(exported, "3-1", day, **told) == [("LICENCE_NOT_VALID", "licence/1/LicenceNo")]

    @pytest.mark.measure("M4-8.1")
    @pytest.mark.parametrize("named", ["Other Ltd", None])
    def test_an_end_user_who_is_not_on_the_licence_is_pointed_at(self, general, named):
        told = {"gcode": GCODE, "OverseasConsigneeEname": named}
        assert refused(exported, "3-1", "2026-03-16", **told) == [("LICENCE_END_USER", "OverseasConsigneeEname")]

    @pytest.mark.measure("M4-8.1")
    def test_a_watched_end_user_holds_the_licence(self, general):
        watch("end_user", "Acme GmbH", "测试", since=date(2026, 3, 1), by=made.OFFICER, at=moment("2026-03-01"))
        told = {"gcode": GCODE, "OverseasConsigneeEname": "Muster AG"}
        assert refused(exported, "3-1", "2026-03-16", **told) == [("LICENCE_HELD", "licence/1/LicenceNo")]

    @pytest.mark.measure("M3-2.1")
    def test_of_an_import_the_end_user_is_the_consumer(self, port, monkeypatch):
        made.use_tariff(monkeypatch, made.tariff(GCODE, letters="2"))
        issued(
            "2", "2-1", "100", first="2026-02-01", gcode=GCODE, bulk=False, form="single", mode="ONE_BATCH",
            control="5A002", end_users=["某进出口有限公司"], end_use="专线",
        )  # fmt: skip
        of = drawing("2", "2-1", "0.9", gcode=GCODE, GrossWet=Decimal(1000))
        assert refused(submitted, made.changed(of, OwnerName="另一公司", OwnerCodeScc=TRADER)) == [
            ("LICENCE_END_USER", "OwnerName")
        ]
        assert submitted(of).state == "due"
