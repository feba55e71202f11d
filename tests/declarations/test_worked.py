"""The worked examples of general trade, through a declaration: value, taxes, late fee, days, and the law of an old case."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations import made
from tests.declarations.made import D, document, guarantee, item, moment, passed, pay, submitted

from tongguan.declarations import actions, queries
from tongguan.declarations.models import Declaration


def totals(row: Declaration) -> dict[str, str]:
    return {kind: str(amount) for kind, amount in queries.sheet_of(row).totals().items() if amount}


def yuan(total: str, **more):
    return item(**{"DeclTotal": D(total), "DeclPrice": D(total) / 10, "TradeCurr": "CNY"} | more)


def cif(*items, **more):
    return document(*items, TransMode="1", FeeMark=None, FeeRate=None, FeeCurr=None, **more)


def test_a_freight_and_insurance_that_is_not_known(port):
    row = submitted()
    assert (str(row.value), str(row.tax), row.late_fee) == ("747736.50", "164801.12", 0)
    assert totals(row) == {"duty": "59818.92", "vat": "104982.20"}
    assert (row.rate_day, row.exchange_day) == (date(2026, 3, 16), date(2026, 3, 16))
    steps = [one["name"] for one in queries.versions(row)[0].steps]
    assert steps == ["price", "freight", "insurance_unknown"]


@pytest.mark.parametrize(
    "rates, goods, expected",
    [
        (
            {"mfn": made.share("5"), "consumption": made.share("15")}, yuan("200000"),
            {"duty": "10000.00", "consumption": "37058.82", "vat": "32117.65"},
        ),
        (
            {"mfn": {"rate": "0.03", "amount": "2.00", "per": "035"}, "vat": made.share("0")},
            yuan("50000", FirstQty=D(1000)), {"duty": "3500.00"},
        ),
        (
            {"mfn": made.share("6"), "antidumping__116": made.share("20")}, yuan("300000"),
            {"duty": "18000.00", "antidumping": "60000.00", "vat": "49140.00"},
        ),
        (
            {"mfn": made.share("10"), "consumption": {"rate": "0.20", "amount": "1.00", "per": "007"}},
            yuan("100000", GQty=D(500), DeclPrice=D(200)), {"duty": "10000.00", "consumption": "28125.00", "vat": "17956.25"},
        ),
        ({"mfn": {"rate": "0.049990"}}, yuan("1000"), {"vat": "130.00"}),
    ],
    ids=["B", "C", "D", "E", "F"],
)  # fmt: skip
def test_b_to_f(port, monkeypatch, rates, goods, expected):
    made.use_tariff(monkeypatch, made.tariff(**rates))
    assert totals(submitted(cif(goods))) == expected


def test_s2_four_days_late_costs_1495_and_is_paid_before_release(port):
    """Entry 2 March, accepted 20 March: the 16th is the limit, four days from the 17th on."""
    of = guarantee()
    row = submitted(document(Type="CL0   "), at=moment("2026-03-20"), settlement="guarantee", guarantee=of.number)
    assert (row.late_fee, row.state, row.entered_on) == (1495, "due", date(2026, 3, 2))
    assert queries.versions(row)[0].fee == {
        "limit": "2026-03-16", "start": "2026-03-17", "days": 4, "value": "747736.50", "accrued": "1495", "due": "1495",
    }  # fmt: skip
    row = passed(row, moment("2026-03-20", 11))
    assert row.state == "due"
    with pytest.raises(made.Refused) as raised:
        actions.release(row.pk, by=made.OFFICER, at=moment("2026-03-20", 12))
    assert made.codes(raised.value) == [("DEC_NOT_PAID", "release")]
    pay(row, moment("2026-03-20", 13))
    row = actions.release(row.pk, by=made.OFFICER, at=moment("2026-03-20", 14))
    assert row.state == "released"
    assert made.again(of).left == D("5000000") - D("164801.12"), "the fee that is paid gives back no tax"


@pytest.mark.parametrize("total, expected", [("1234567.89", 2469), ("20000", 0)])
def test_the_fee_of_the_handbook(port, total, expected):
    goods = item(DeclTotal=D(total), DeclPrice=D(total), GQty=D(1), TradeCurr="142")
    assert submitted(cif(goods), at=moment("2026-03-20")).late_fee == expected


def test_the_fee_begins_on_a_working_day(window):
    made.ship(entry="2026-03-06", arrived="2026-03-06")
    row = submitted(at=moment("2026-03-23"))
    assert queries.versions(row)[0].fee["start"] == "2026-03-23"
    assert queries.versions(row)[0].fee["days"] == 1


@pytest.mark.measure("M0-12.2")
def test_s6_an_advance_declaration_takes_the_rate_of_the_day_of_entry(window, monkeypatch):
    """8 % until 31 March, 6 % from 1 April; declared on 30 March, entry on 2 April; the exchange rate is March's."""
    steps = [(date(2004, 1, 1), made.share("8")), (date(2026, 4, 1), made.share("6"))]
    made.use_tariff(monkeypatch, made.tariff(mfn=steps))
    at_sea = made.ship(entry=None, arrived=None, expected_at=moment("2026-04-02", 14))
    row = submitted(at=moment("2026-03-30"), mode="advance")
    assert totals(row)["duty"] == "59818.92"
    assert row.state == "due"
    made.enter(at_sea, "2026-04-02", "2026-04-03")
    row = actions.reassess(row.pk, by=made.SYSTEM, at=moment("2026-04-03"))
    assert totals(row)["duty"] == "44864.19", "747,736.50 at 6 %"
    assert (row.rate_day, row.exchange_day) == (date(2026, 4, 2), date(2026, 3, 30))
    assert row.late_fee == 0
    pay(row, moment("2026-04-03"))
    passed(row, moment("2026-04-03"))
    assert made.again(row).state == "released"


@pytest.mark.parametrize("day, exchange", [("2024-11-29", "2024-12-02"), ("2024-12-01", "2024-12-01")])
def test_s16_an_old_case_is_judged_by_the_law_of_its_day(window, day, exchange):
    """The day of the exchange rate of an advance declaration changed on 2024-12-01, in one path of code."""
    made.parities("2024-10-16", "2024-11-20")
    at_sea = made.ship(entry=None, arrived=None, expected_at=moment("2024-12-02", 14))
    row = submitted(at=moment(day), mode="advance")
    made.enter(at_sea, "2024-12-02", "2024-12-02")
    row = actions.reassess(row.pk, by=made.SYSTEM, at=moment("2024-12-02"))
    assert (row.rate_day, row.exchange_day) == (date(2024, 12, 2), date.fromisoformat(exchange))


def test_a_sheet_can_be_worked_out_again_from_the_document_and_its_days(port):
    row = submitted()
    assert queries.recomputed(row).sheet == queries.sheet_of(row)
    assert queries.sheet_of(row).total() == row.tax


def test_what_is_declared_again_after_a_withdrawal_keeps_the_first_days(port, monkeypatch):
    steps = [(date(2004, 1, 1), made.share("8")), (date(2026, 3, 25), made.share("6"))]
    made.use_tariff(monkeypatch, made.tariff(mfn=steps))
    first = submitted()
    asked = actions.ask(
        first.pk, "withdraw", grounds="clerical", evidence=["proof: 1"], reason="错", by=made.broker(), at=moment("2026-03-17")
    )  # fmt: skip
    actions.grant(asked.pk, required=True, by=made.OFFICER, at=moment("2026-03-17"))
    later = actions.copy(first.pk, by=made.broker(), at=moment("2026-03-30"))
    row = actions.submit(later.pk, by=made.broker(), at=moment("2026-03-30"))
    assert (row.rate_day, totals(row)["duty"]) == (date(2026, 3, 16), "59818.92")
    assert row.late_fee == 0, "the clock began anew on 17 March, when customs required the withdrawal"
