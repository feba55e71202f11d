"""Reliefs by the law itself: each ground with its evidence and times, what the sheet and the money say, and amendments."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from tests.declarations import made
from tests.declarations.made import (
    AT,
    OFFICER,
    D,
    again,
    amended,
    broker,
    changed,
    document,
    guarantee,
    item,
    moment,
    passed,
    pay,
    refused,
    submitted,
)
from tests.declarations.test_worked import cif, yuan
from tests.seconded import shown_by_two

from tongguan.declarations import actions, queries
from tongguan.kernel.states import NotNow, NotYours
from tongguan.revenue.legal import actions as claims
from tongguan.revenue.legal import queries as asked_of
from tongguan.revenue.models import DutyBill, LegalRelief

PRIOR = "020220250000000009"
SHOWN = {
    "sample": ["worthless: S-1"], "stores": ["carrier: S-1"], "gift": ["donor: S-1"], "lost": ["loss: S-1"],
    "damaged": ["survey: S-1"], "returned": ["prior: S-1", "cause: S-2"],
    "replaced": ["prior: S-1", "contract: S-2", "survey: S-3"],
}  # fmt: skip


def claim(row, ground="sample", at=AT, by=None, **more):
    told = {"lines": [1], "evidence": SHOWN.get(ground, []), "words": "货样"}
    if ground in ("returned", "replaced"):
        told |= {"prior": PRIOR, "prior_on": date(2025, 6, 1)}
    told |= {"cause": "quality"} if ground == "returned" else {}
    told |= {"claims_until": date(2026, 6, 1)} if ground == "replaced" else {}
    return actions.claim_relief(row.pk, ground, **told | more, by=by or broker(), at=at)


def granted(row, ground="sample", at=AT, share="0", extended=False, **more):
    one = claim(row, ground, at=at, **more)
    actions.grant_relief(one.number, share=D(share), extended=extended, by=OFFICER, at=at)
    return again(row)


def taxes(row):
    return {kind: str(amount) for kind, amount in queries.sheet_of(row).totals().items() if amount}


@pytest.mark.parametrize(
    "ground, share, left",
    [
        ("sample", "0", {}),
        ("stores", "0", {}),
        ("gift", "0", {}),
        ("lost", "0", {}),
        ("damaged", "0.6", {"duty": "9600.00", "vat": "16348.80"}),
        ("returned", "0", {"vat": "26000.00"}),
        ("replaced", "0", {"vat": "26000.00"}),
    ],
)
def test_each_ground_relieves_of_its_taxes(port, ground, share, left):
    """200,000 yuan at 8 %: 16,000.00 of duty and 28,080.00 of VAT; of damaged goods 60 % of each is left."""
    row = submitted(cif(yuan("200000")))
    assert str(row.tax) == "44080.00"
    row = granted(row, ground, share=share)
    assert taxes(row) == left
    assert (row.version, row.tax) == (2, sum((D(one) for one in left.values()), D(0)))
    line = queries.sheet_of(row).lines[0]
    assert line.measure == f"legal:{ground}:{LegalRelief.objects.get().number}"
    assert all(line.measure_text(lang) for lang in ("zh", "en"))
    assert queries.recomputed(row).sheet == queries.sheet_of(row)
    assert str(queries.recomputed(row, 1).tax) == "44080.00", "the first version stays as it was"


def test_what_is_not_paid_yet_is_billed_anew_and_nothing_is_left_to_wait_for(port):
    row = submitted(cif(yuan("200000")))
    assert row.state == "due"
    row = granted(row)
    assert (row.state, DutyBill.objects.get().state) == ("accepted", "cancelled")
    passed(row)
    assert again(row).state == "released"


def test_what_was_paid_can_be_claimed_back(port):
    row = submitted(cif(yuan("200000")))
    pay(row)
    granted(row, "damaged", share="0.5")
    bill = DutyBill.objects.get()
    assert (bill.state, str(bill.total), str(bill.refundable)) == (
        "paid",
        "44080.00",
        str(D("44080.00") - again(row).tax),
    )


def test_a_guarantee_secures_what_is_left(port):
    of = guarantee()
    row = submitted(document(Type="CL0   "), settlement="guarantee", guarantee=of.number)
    row = granted(row, "damaged", share="0.5")
    assert again(of).left == D("5000000") - row.tax
    assert made.balances()


def test_one_line_of_several_and_what_an_amendment_does_to_it(port):
    """Line 2 is a sample and stays one, whatever is amended; amended back everything is as it was."""
    row = submitted(cif(yuan("100000"), yuan("10000", GName="货样")))
    whole, before = row.tax, made.balances()
    row = granted(row, lines=[2])
    relieved, said = row.tax, queries.document(row)
    assert whole - relieved == D("2204.00")
    other = changed(said, items=[said.items[0], changed(said.items[1], DeclTotal=D(20000), DeclPrice=D(2000))])
    assert (str(again(amended(row, other)).tax), str(row.value)) == (str(relieved), "120000.00")
    fewer = amended(row, changed(said, items=[said.items[0]]))
    assert (fewer.tax, fewer.version) == (relieved, 4)
    back = amended(row, said)
    assert (back.tax, queries.sheet_of(back)) == (relieved, queries.recomputed(back).sheet)
    assert made.balances() == before


def test_goods_that_come_back_within_a_year_or_three(port):
    row = submitted(cif(yuan("200000"), PackNo=5))
    late = {"prior_on": date(2025, 3, 15)}
    one = claim(row, "returned", **late)
    assert refused(actions.grant_relief, one.number, by=OFFICER, at=AT) == [("LEGAL_EXTENSION", "extended")]
    actions.grant_relief(one.number, extended=True, by=OFFICER, at=AT)
    assert (again(one).extended, taxes(again(row))) == (True, {"vat": "26000.00"})
    other = submitted(cif(yuan("200000"), PackNo=5))
    assert refused(claim, other, "returned", prior_on=date(2023, 3, 15)) == [("LEGAL_TOO_LATE", "prior_on")]
    one = claim(other, "returned", prior_on=date(2025, 3, 16))
    assert actions.grant_relief(one.number, by=OFFICER, at=AT).extended is False, "the day itself is within the year"


def test_before_the_tariff_law_no_district_could_extend_the_year(window):
    made.parities("2024-10-16", "2024-11-20")
    made.ship(entry="2024-11-20", arrived="2024-11-20")
    old = submitted(cif(yuan("200000"), PackNo=5), at=moment("2024-11-29"))
    late = {"prior_on": date(2023, 11, 1), "at": moment("2024-11-29")}
    assert refused(claim, old, "returned", **late) == [("LEGAL_TOO_LATE", "prior_on")]
    new = submitted(cif(yuan("200000"), PackNo=5), at=moment("2024-12-02"))
    one = claim(new, "returned", **late | {"at": moment("2024-12-02")})
    assert actions.grant_relief(one.number, extended=True, by=OFFICER, at=moment("2024-12-02")).state == "granted"


@pytest.mark.parametrize(
    "ground, more, found",
    [
        ("other", {}, [("LEGAL_GROUND", "ground")]),
        ("sample", {"lines": []}, [("LEGAL_LINES", "lines")]),
        ("sample", {"lines": [1, 1]}, [("LEGAL_LINES", "lines/2")]),
        ("sample", {"lines": [2]}, [("LEGAL_LINES", "lines/1")]),
        ("sample", {"evidence": ["worthless:"]}, [("LEGAL_EVIDENCE", "evidence")]),
        ("sample", {"words": " "}, [("LEGAL_WORDS", "words")]),
        ("sample", {"words": "x" * 501}, [("LEGAL_WORDS", "words")]),
        ("returned", {"prior": "123"}, [("LEGAL_PRIOR", "prior")]),
        ("returned", {"prior_on": None}, [("LEGAL_PRIOR_DAY", "prior_on")]),
        ("returned", {"prior_on": date(2026, 3, 17)}, [("LEGAL_PRIOR_DAY", "prior_on")]),
        ("returned", {"cause": "price"}, [("LEGAL_CAUSE", "cause")]),
        ("replaced", {"prior_on": date(2023, 3, 15)}, [("LEGAL_TOO_LATE", "prior_on")]),
        ("replaced", {"claims_until": None}, [("LEGAL_CLAIMS_OVER", "claims_until")]),
        ("replaced", {"claims_until": date(2026, 3, 15)}, [("LEGAL_CLAIMS_OVER", "claims_until")]),
    ],
)
def test_what_is_wrong_with_a_claim(port, ground, more, found):
    assert refused(claim, submitted(), ground, **more) == found
    assert not LegalRelief.objects.exists()


def test_a_line_comes_under_one_relief(port):
    row = submitted(cif(yuan("100000"), yuan("10000")))
    claim(row)
    assert refused(claim, row, "gift", lines=[2, 1]) == [("LEGAL_LINE_TAKEN", "lines/2")]


def test_the_share_is_below_one(port):
    one = claim(submitted(), "damaged")
    for share in ("1", "-0.1", "NaN"):
        assert refused(actions.grant_relief, one.number, share=D(share), by=OFFICER, at=AT) == [
            ("LEGAL_SHARE", "share")
        ]


def test_what_happened_before_release_is_claimed_before_it(port):
    row = submitted()
    one = claim(row, "lost")
    pay(row)
    passed(row)
    assert again(row).state == "released"
    assert refused(claim, row, "damaged") == [("LEGAL_LINE_TAKEN", "lines/1"), ("LEGAL_RELEASED", "ground")]
    assert refused(actions.grant_relief, one.number, by=OFFICER, at=AT) == [("LEGAL_RELEASED", "ground")]
    claims.refuse(one.number, answer="已放行", by=OFFICER, at=AT)
    one = claim(row)
    grant = partial(actions.grant_relief, one.number, answer="属实", at=AT)
    shown_by_two(grant, lambda: (again(row).tax, again(row).version, again(one).state), AT)
    row = again(row)
    assert (row.tax, str(DutyBill.objects.get().refundable)) == (0, "164801.12")


def test_the_earlier_declaration_is_the_same_firms_and_was_released(window, monkeypatch):
    sold = submitted(
        document(IEFlag="E", TrafMode="4", FeeMark=None, FeeRate=None, FeeCurr=None), at=moment("2026-03-03")
    )
    made.ship()
    row = submitted(cif(yuan("200000"), PackNo=5))
    assert refused(claim, row, "returned", prior=sold.number) == [("LEGAL_PRIOR", "prior")]
    passed(sold, moment("2026-03-04"))
    assert again(sold).state == "released"
    assert refused(claim, row, "returned", prior=sold.number) == [("LEGAL_PRIOR_DAY", "prior_on")]
    assert claim(row, "returned", prior=sold.number, prior_on=date(2026, 3, 4)).prior == sold.number
    assert refused(claim, submitted(cif(yuan("1000"), PackNo=5)), "returned", prior=row.number) == [
        ("LEGAL_PRIOR", "prior")
    ]


def test_who_does_what(port):
    row = submitted()
    with pytest.raises(NotYours):
        claim(row, by=OFFICER)
    one = claim(row)
    with pytest.raises(NotYours):
        actions.grant_relief(one.number, by=broker(), at=AT)
    assert refused(claims.refuse, one.number, answer=" ", by=OFFICER, at=AT) == [("LEGAL_WORDS", "words")]
    assert asked_of.claim(one.number, to=broker()) == one == asked_of.claim(one.number, to=made.trader())
    assert asked_of.claims(to=made.Actor("c", "carrier", made.find(made.CARRIER).pk)) == []
    claims.cancel(one.number, by=broker(), at=AT)
    with pytest.raises(NotNow):
        actions.grant_relief(one.number, by=OFFICER, at=AT)
    assert made.events(one) == ["legal_relief.asked", "legal_relief.cancelled"]
    assert [one.state for one in asked_of.claims(to=OFFICER, state="asked")] == []


def test_an_export_duty_is_relieved_too(window, monkeypatch):
    made.use_tariff(monkeypatch, made.tariff(export=made.share("20")))
    of = document(item(TradeCurr="142", DeclTotal=D(120000), DeclPrice=D(12000)), IEFlag="E", TrafMode="4", FeeMark=None,
                  FeeRate=None, FeeCurr=None)  # fmt: skip
    row = submitted(of)
    assert str(row.tax) == "20000.00"
    assert refused(claim, row, "gift") == [("LEGAL_GROUND", "ground")]
    assert granted(row).tax == 0
