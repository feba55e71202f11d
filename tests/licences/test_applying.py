"""Applying for licences: types by their day, what is refused and where, screening, deciding and receiving."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from tests.ecommerce.filing import happened
from tests.licences.given import (
    AT,
    DAY,
    HOLDER,
    OFFICER,
    OPERATOR,
    OTHER,
    PIECE,
    SYSTEM,
    D,
    asked,
    at,
    codes,
    draw,
    dual_use,
    firms,
    goods,
    left,
    received,
    state,
    through,
    trader,
    use,
)
from tests.seconded import by_two, shown_by_two

from tongguan.holds.queries import standing
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.licences.actions import (
    apply,
    approve,
    ask,
    clear,
    confirm,
    expire,
    issue,
    receive,
    refuse,
    resubmit,
    revoke,
    unwatch,
    watch,
)
from tongguan.licences.applications import Issued
from tongguan.licences.models import Licence

DUAL = {"gcode": "8543709990", "unit": PIECE, "country": "DEU", "bulk": False, "control_code": "3A001"}


@pytest.fixture(autouse=True)
def _firms(db):
    firms()


def turned_down(application, by=None, day="2026-03-02") -> list[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        apply(application, by=by or trader(), at=at(day))
    for finding in raised.value.findings:
        assert all("…" not in finding.text(lang) != finding.code for lang in ("zh", "en"))
    return codes(raised.value)


def dual(form="single", users=("Acme GmbH",), **more):
    mode = "ONE_BATCH" if form == "single" else "MULTI"
    return asked("3", goods("10", **DUAL), mode=mode, form=form, end_users=list(users), end_use="机床", **more)


@pytest.mark.measure("M3-1.1")
def test_TypeNotAppliedFor():
    """Solid waste: an application of 2020-12-31 is taken, one of 2021-01-01 is not (handbook 06 §2, story S17)."""
    row = apply(asked("P", mode="ONE_BATCH"), by=trader(), at=at("2020-12-31"))
    assert row.state == "applied"
    assert turned_down(asked("P", mode="ONE_BATCH"), day="2021-01-01") == [("LICENCE_TYPE_ABOLISHED", "type")]


@pytest.mark.measure("M3-1.1")
def test_LicenceTypeAbolished():
    """A declaration with a licence for waste is refused from that day on, though the licence is still valid."""
    received("P-1", "P", mode="ONE_BATCH", first="2020-10-01", last="2021-06-30")
    one = use("10", "P-1", "P")
    with pytest.raises(Refused) as raised:
        draw(one, on=date(2021, 1, 1))
    assert codes(raised.value) == [("LICENCE_TYPE_ABOLISHED", "licences/1/LicTypeCode")]
    draw(one, on=date(2020, 12, 31))


@pytest.mark.measure("M3-2.1")
def test_licences_for_encryption_became_dual_use():
    """Story S17: the cryptography licence of 2020-12-31 is still valid; who asks for a new one gets the dual-use type."""
    old = received("MM-1", "crypto_export", mode="ONE_BATCH", first="2020-12-31", last="2021-06-30")
    draw(use("1", "MM-1", "3"), on=date(2021, 3, 1))  # declared by the letter of today
    assert (state(old), old.type) == ("partly_used", "crypto_export")
    one = goods("10", **DUAL)
    before = asked("M", one, mode="ONE_BATCH")
    assert apply(before, by=trader(), at=at("2020-12-31")).type == "M"
    after = asked("M", one, mode="ONE_BATCH", end_users=["京"], end_use="通信")
    row = apply(after, by=trader(), at=at("2021-01-01"))
    assert (row.type, row.form, row.paperless) == ("2", "single", True)
    with pytest.raises(Refused) as raised:
        received("MM-2", "crypto_export", mode="ONE_BATCH", first="2021-01-01", last="2021-06-30")
    assert codes(raised.value) == [("LICENCE_TYPE_ABOLISHED", "type")]


@pytest.mark.measure("M3-2.2")
def test_a_dual_use_licence_goes_all_its_way_without_paper():
    row = apply(dual("pilot"), by=trader(), at=AT)
    assert row.paperless
    approve(row.pk, by=OFFICER, at=AT)
    issue(row.pk, Issued("", DAY, DAY), by=OFFICER, at=AT)
    row.refresh_from_db()
    assert (row.number, row.valid_to, row.most_uses) == (f"26-3-{row.pk:06d}", date(2027, 3, 1), None)
    draw(use("4", row.number, "3", unit=PIECE, gcode="8543709990", country="DEU"))
    confirm("D1", by=SYSTEM, at=AT)
    assert (left(row), state(row)) == (6, "partly_used")
    assert happened(row) == [
        "licence.applied", "licence.approved", "licence.issued", "licence.reserved", "licence.written_off",
    ]  # fmt: skip


def test_LICENCE_TYPE():
    assert turned_down(asked("A")) == [("LICENCE_TYPE", "type")]


def test_LICENCE_APPLICANT():
    assert turned_down(asked(holder="91110105MA00DH8B5N")) == [("LICENCE_APPLICANT", "holder")]


def test_LICENCE_MANDATE(settings):
    settings.MANDATES = "required"
    assert turned_down(asked(), by=trader(OTHER, "broker")) == [("LICENCE_MANDATE", "holder")]
    settings.MANDATES = "off"
    row = apply(asked(), by=trader(OTHER, "broker"), at=AT)
    assert (row.holder, row.agent) == (HOLDER, OTHER)


def test_LICENCE_MODE_and_LICENCE_FORM():
    assert turned_down(asked(mode="TWICE")) == [("LICENCE_MODE", "mode")]
    single = dual()
    single.mode = "MULTI"
    assert turned_down(single) == [("LICENCE_MODE", "mode")]
    assert turned_down(asked(form="general")) == [("LICENCE_FORM", "form")]
    assert turned_down(dual("pilot"), day="2024-07-04") == [("LICENCE_FORM", "form")]
    apply(dual("pilot"), by=trader(), at=at("2024-07-05"))


@pytest.mark.parametrize(
    ("changed", "code", "pointer"),
    [
        ({"gcode": "12019019"}, "", ""),
        ({"gcode": "1201"}, "LICENCE_LINE_GOODS", "line/1/gcode"),
        ({"quantity": Decimal(0)}, "LICENCE_LINE_QUANTITY", "line/1/quantity"),
        ({"quantity": Decimal("NaN")}, "LICENCE_LINE_QUANTITY", "line/1/quantity"),
        ({"unit": "x"}, "LICENCE_LINE_UNIT", "line/1/unit"),
        ({"country": "XYZ"}, "LICENCE_LINE_COUNTRY", "line/1/country"),
        ({"name": " "}, "LICENCE_LINE_NAME", "line/1/name"),
        ({"value": Decimal("1.001"), "currency": "USD"}, "LICENCE_LINE_VALUE", "line/1/value"),
        ({"value": Decimal(1)}, "LICENCE_LINE_VALUE", "line/1/value"),
    ],
)
def test_LICENCE_LINE(changed, code, pointer):
    line = goods()
    for name, value in changed.items():
        setattr(line, name, value)
    if code:
        assert turned_down(asked("7", line)) == [(code, pointer)]
    else:
        apply(asked("7", line), by=trader(), at=AT)


def test_LICENCE_LINES_and_LICENCE_PORTS():
    none = asked(ports=["02"])
    none.lines = []
    assert turned_down(none) == [("LICENCE_LINES", "lines"), ("LICENCE_PORTS", "ports")]


def test_LICENCE_END_USERS_and_what_else_dual_use_asks():
    bare = asked("3", goods("10", **DUAL | {"control_code": ""}), mode="ONE_BATCH")
    assert turned_down(bare) == [
        ("LICENCE_END_USERS", "endUsers"), ("LICENCE_END_USE", "endUse"), ("LICENCE_CONTROL_CODE", "line/1/controlCode"),
    ]  # fmt: skip
    assert turned_down(dual(users=("A", "B"))) == [("LICENCE_END_USERS", "endUsers")]


@pytest.mark.measure("M4-8.1")
def test_LICENCE_BARRED_FIRM():
    watch("barred", HOLDER, "2025年受到严重行政处罚", since=date(2025, 6, 1), for_good=False, by=OFFICER, at=AT)
    assert turned_down(dual("general")) == [("LICENCE_BARRED_FIRM", "holder")]
    assert turned_down(dual("general"), day="2030-05-31") == [("LICENCE_BARRED_FIRM", "holder")]
    apply(dual(), by=trader(), at=AT)  # a single licence is not barred
    apply(dual("general"), by=trader(), at=at("2030-06-01"))


@pytest.mark.measure("M4-8.1")
def test_LICENCE_HELD_and_LICENCE_NOT_CLEARED():
    """Who is watched holds the application; who is watched later holds what is issued, until it is cleared."""
    issued = dual_use(users=("Gamma Ltd", "Acme GmbH"))
    row = watch("end_user", "ACME  GmbH", "关注", since=DAY, by=OFFICER, at=AT)
    one = use("1", "3-1", "3", unit=PIECE, gcode="8543709990", country="DEU", user="Gamma Ltd")
    with pytest.raises(Refused) as raised:
        draw(one)
    assert codes(raised.value) == [("LICENCE_HELD", "licences/1/LicenceNo")]
    applied = apply(dual("general"), by=trader(), at=AT)
    assert [hold.reason for hold in standing(str(applied))] == ["dual_use_screening"]
    with pytest.raises(Refused) as raised:
        approve(applied.pk, by=OFFICER, at=AT)
    assert codes(raised.value) == [("LICENCE_NOT_CLEARED", "endUsers")]
    with pytest.raises(NotYours):
        clear(applied.pk, "同名", by=trader(), at=AT)
    for held in (applied, issued):
        clear(held.pk, "同名不同人", by=OFFICER, at=AT)
    approve(applied.pk, by=OFFICER, at=AT)
    draw(one)
    unwatch(row.pk, by=OFFICER, at=AT)
    assert standing(str(apply(dual(), by=trader(), at=AT))) == []


def test_WATCH_NAME_and_WATCH_REASON_and_WATCHED_ALREADY():
    for kind, name, reason, wanted in (
        ("end_user", " ", "x", "WATCH_NAME"), ("barred", "Acme", "x", "WATCH_NAME"), ("end_user", "Acme", "", "WATCH_REASON"),
    ):  # fmt: skip
        with pytest.raises(Refused) as raised:
            watch(kind, name, reason, since=DAY, by=OFFICER, at=AT)
        assert codes(raised.value)[0][0] == wanted
    watch("end_user", "Acme", "x", since=DAY, by=OFFICER, at=AT)
    with pytest.raises(Refused) as raised:
        watch("end_user", "ACME", "x", since=DAY, by=OFFICER, at=AT)
    assert codes(raised.value) == [("WATCHED_ALREADY", "name")]
    with pytest.raises(NotYours):
        watch("end_user", "Beta", "x", since=DAY, by=OPERATOR, at=AT)


def test_an_application_is_supplemented_approved_and_issued():
    row = apply(asked(), by=trader(), at=AT)
    with pytest.raises(NotYours):
        approve(row.pk, by=trader(), at=AT)
    ask(row.pk, "请补充合同", by=OFFICER, at=AT)
    with pytest.raises(NotNow):
        approve(row.pk, by=OFFICER, at=AT)
    with pytest.raises(Licence.DoesNotExist):
        resubmit(row.pk, asked(), by=trader(OTHER), at=AT)
    resubmit(row.pk, asked("4", goods("7"), goods("8")), by=trader(), at=AT)
    row.refresh_from_db()
    assert (row.type, row.state, [line.quantity for line in row.lines.order_by("place")]) == ("7", "applied", [7, 8])
    approve(row.pk, by=OFFICER, at=AT)
    issue(row.pk, Issued("26-AH-1", DAY, DAY), by=OFFICER, at=AT)
    assert (state(row), row.number, left(row, 2), row.most_uses) == ("issued", "26-AH-1", 8, 6)
    with pytest.raises(NotNow):
        issue(row.pk, Issued("26-AH-2", DAY, DAY), by=OFFICER, at=AT)


def test_LICENCE_WORDS():
    row = apply(asked(), by=trader(), at=AT)
    for words in ("", "x" * 501):
        with pytest.raises(Refused) as raised:
            refuse(row.pk, words, by=OFFICER, at=AT)
        assert codes(raised.value) == [("LICENCE_WORDS", "words")]
    refuse(row.pk, "不符合条件", by=OFFICER, at=AT)
    assert (state(row), row.words) == ("refused", "不符合条件")


def issued(**more) -> list[str]:
    row = apply(asked(more.pop("type", "7")), by=trader(), at=AT)
    approve(row.pk, by=OFFICER, at=AT)
    how = Issued(more.get("number", ""), more.get("on", DAY), more.get("first", DAY), more.get("last"))
    with pytest.raises(Refused) as raised:
        issue(row.pk, how, by=OFFICER, at=AT)
    return [code for code, _ in codes(raised.value)]


def test_LICENCE_TOO_LONG():
    """Six months for an automatic import licence; an export licence ends with February of the next year at the latest."""
    assert issued(last=date(2026, 9, 2)) == ["LICENCE_TOO_LONG"]
    assert through(day="2026-03-02").valid_to == date(2026, 9, 1)
    assert through("4", day="2026-10-15").valid_to == date(2027, 2, 28)
    assert issued(type="4", first=date(2026, 10, 15), last=date(2027, 3, 1)) == ["LICENCE_TOO_LONG"]
    dual_use("G-1", form="general", last="2029-01-31")
    for form, last in (("general", "2029-02-01"), ("pilot", "2027-02-01"), ("single", "2027-02-01")):
        with pytest.raises(Refused) as raised:
            dual_use("X", form=form, last=last)
        assert [code for code, _ in codes(raised.value)] == ["LICENCE_TOO_LONG"]


def test_LICENCE_DAYS_and_LICENCE_NUMBER_and_LICENCE_EXISTS():
    assert issued(last=date(2026, 3, 1)) == ["LICENCE_DAYS"]
    assert issued(type="1") == ["LICENCE_DAYS"]  # no maximum is known: the last day has to be given
    assert issued(number="a b") == ["LICENCE_NUMBER"]
    received("7-1")
    assert issued(number="7-1") == ["LICENCE_EXISTS"]


def test_what_another_authority_issued_is_taken_once():
    row = received("N")
    assert received("N").pk == row.pk and Licence.objects.count() == 1
    for changed in ({"last": "2026-02-01"}, {"holder": OTHER}, {"mode": "ONE_BATCH"}):
        with pytest.raises(Refused) as raised:
            received("N", **changed)
        assert codes(raised.value) == [("LICENCE_EXISTS", "number")]
    with pytest.raises(NotYours):
        receive(asked(), Issued("N2", DAY, DAY), by=trader(), at=AT)


def test_licences_expire_by_the_day():
    row, other = received("N"), received("M1", last="2026-06-30")
    assert expire(row.valid_to, by=SYSTEM, at=AT) == 1
    assert (state(row), state(other)) == ("issued", "expired")
    assert expire(date(2026, 7, 5), by=SYSTEM, at=AT) == 1 and expire(date(2026, 7, 5), by=SYSTEM, at=AT) == 0
    assert (state(row), happened(row)[-1]) == ("expired", "licence.expired")
    with pytest.raises(NotNow):
        revoke(row.pk, "x", by=OFFICER, at=AT)


def test_what_is_reserved_of_a_revoked_licence_stays_the_declarations():
    row = received("N")
    draw(use("6000", "N"))
    by_two(partial(revoke, row.pk, "虚假材料", at=AT), AT)
    confirm("D1", by=SYSTEM, at=AT)
    assert (left(row), state(row)) == (D(4000), "revoked")


def test_a_licence_is_revoked_by_two_officers():
    row = received("N")
    shown_by_two(partial(revoke, row.pk, "虚假材料", at=AT), lambda: state(row), AT)
    assert (state(row), happened(row)[-1]) == ("revoked", "licence.revoked")


def test_what_was_left_empty_or_is_no_number_is_said_in_words():
    with pytest.raises(Refused) as refused:
        apply(asked("7", goods("NaN", unit="")), by=trader(), at=at("2026-03-02"))
    said = {one.code: (one.text("zh"), one.text("en")) for one in refused.value.findings}
    assert "空白" in said["LICENCE_LINE_UNIT"][0] and "nothing is no unit" in said["LICENCE_LINE_UNIT"][1]
    assert "非数字" in said["LICENCE_LINE_QUANTITY"][0] and "NaN" not in "".join(said["LICENCE_LINE_QUANTITY"])
