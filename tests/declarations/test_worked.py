"""The worked examples of general trade, through a declaration: value, taxes, late fee, days, and the law of an old case."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cargo.carrying import bill, by_air, by_sea
from tests.declarations import made
from tests.declarations.made import D, document, guarantee, item, moment, passed, pay, submitted

from tongguan.cargo import actions as cargo
from tongguan.declarations import actions, queries
from tongguan.declarations.models import Declaration
from tongguan.parties.actions import register
from tongguan.parties.queries import find


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


def test_goods_hit_by_measures_whose_origin_is_not_known(port, monkeypatch):
    """Tariff Law art 19: base 6 %, highest anti-dumping duty 45 %, general rate 40 %: 51 % are levied."""
    measures = {"antidumping__116": made.share("45"), "antidumping__133": made.share("20")}
    made.use_tariff(
        monkeypatch, made.tariff(mfn=made.share("6"), general=made.share("40"), vat=made.share("0"), **measures)
    )
    row = submitted(cif(yuan("100000", OriginCountry="701")))
    assert totals(row) == {"duty": "6000.00", "antidumping": "45000.00"} and str(row.tax) == "51000.00"


@pytest.mark.parametrize(("producer", "owed"), [(" Good Works ", "5000.00"), ("Other", "45000.00"), (None, "45000.00")])
def test_a_measure_that_names_producers_goes_by_that_of_the_line(port, monkeypatch, producer, owed):
    """Tariff Law arts 18 and 19: 5 % against Good Works of Japan, 45 % against all others there."""
    measures = {"antidumping__116": made.share("45"), "antidumping__116/Good Works": made.share("5")}
    made.use_tariff(monkeypatch, made.tariff(mfn=made.share("6"), vat=made.share("0"), **measures))
    row = submitted(cif(yuan("100000", EngManEntCnm=producer)))
    assert totals(row) == {"duty": "6000.00", "antidumping": owed}


def test_goods_that_come_by_air_under_a_house_bill_are_declared_assessed_and_released(window):
    """Example A by air: the flight lands, the tax is paid, customs pass it."""
    flight = by_air()
    by = made.Actor("carrier", "carrier", find(made.CARRIER).pk)
    ship = cargo.receive(flight, by=by, at=moment("2026-03-01"))
    made.enter(ship.pk, "2026-03-02", "2026-03-02")
    by_house = {
        "TrafMode": "5",
        "TrafName": "CA982",
        "BillNo": "99912345675_H1",
        "CustomMaster": "0101",
        "IEPort": "0101",
    }
    row = submitted(document(**by_house))
    assert (row.number[:9], str(row.value), str(row.tax)) == ("010120261", "747736.50", "164801.12")
    assert made.refused(submitted, document(**by_house | {"BillNo": "999-12345676"})) == [
        ("DEC_BILL_NOT_IN_MANIFEST", "BillNo")
    ]
    passed(row)
    assert made.refused(actions.release, row.pk, by=made.OFFICER, at=made.AT) == [("DEC_NOT_PAID", "release")]
    pay(row)
    assert actions.release(row.pk, by=made.OFFICER, at=made.AT).state == "released"


def test_what_is_shown_separately_is_left_out_of_the_value(port):
    """Other charges below zero (杂费填报负值) are left out: example A with 1,000 USD of installation inside its price."""
    row = submitted(document(OtherMark="3", OtherRate=D(-1000), OtherCurr="USD"))
    assert str(row.value) == "740636.50", "747,736.50 less 7,100.00"
    assert queries.versions(row)[0].steps[-1] == {"name": "exclusions", "amount": "-7100.000000", "said": ""}
    assert queries.recomputed(row).sheet == queries.sheet_of(row)


def test_no_more_is_left_out_than_the_goods_cost(port):
    with pytest.raises(made.Refused) as refused:
        submitted(document(OtherMark="1", OtherRate=D(-200)))
    assert made.codes(refused.value) == [("DEC_VALUE_NEGATIVE", "OtherRate")]


def test_goods_that_leave_by_sea_are_declared_once_they_are_at_the_site(window):
    """An ordinary export is declared after its goods came to the site, and 24 hours before loading at the latest."""
    firm = register("91350000158142711F", "1105980009", name_zh="某场站", kinds=["site"], by=made.OPERATOR, at=made.AT)
    manifest = by_sea(bill(), direction="E", departs_at=moment("2026-03-20"), expected_at=moment("2026-03-25"))
    cargo.receive(manifest, by=made.Actor("carrier", "carrier", find(made.CARRIER).pk), at=moment("2026-03-10"))
    of = document(IEFlag="E", FeeMark=None, FeeRate=None, FeeCurr=None, PackNo=5, GrossWet=D(500), NetWt=D(450))
    assert made.refused(submitted, of) == [("DEC_NOT_AT_SITE", "BillNo")]
    assert submitted(of, mode="advance").findings == [], "what is declared in advance waits for its goods"
    cargo.deliver("2", made.BILL, moment("2026-03-16", 9), by=made.Actor("yard", "site", firm.pk), at=made.AT)
    late = submitted(of, at=moment("2026-03-19", 11))
    assert (late.state, [one["code"] for one in late.findings]) == ("accepted", ["DEC_LOADING_NEAR"])
