"""What the advisor answers to plans of example A: an answer for each part, with its reasons and its law."""

from __future__ import annotations

from datetime import date, timedelta

from tests.advisor import planning
from tests.advisor.planning import advice, plan
from tests.declarations import made
from tests.declarations.made import D

from tongguan.declarations.models import Declaration


def test_example_a_is_answered_whole(window):
    found = advice(plan())
    assert [one.key for one in found.ways][:4] == ["ordinary", "advance", "two_step", "consolidated"]
    verdicts = {one.key: one.verdict for one in found.ways}
    assert (verdicts["ordinary"], verdicts["advance"]) == ("applies", "does_not")
    assert [one.code for one in found.way("advance").reasons] == ["DEC_ADVANCE_ARRIVED"]
    assert [one.code for one in found.way("two_step").reasons] == ["DEC_STEP_GUARANTEE"]
    assert (found.costs.tax, found.costs.late_fee, found.costs.total) == (D("164801.12"), 0, D("164801.12"))
    due = {one.key: one.day for one in found.dates}
    assert due["limit"] == date(2026, 3, 16) and due["payment"] == date(2026, 3, 31)
    assert due["completion"] == date(2026, 3, 16) and due["sale"] == date(2026, 6, 2)
    assert found.times.cases == 0 and found.times.median is None
    assert all(cite.reference["standing"] for one in (*found.ways, *found.dates) for cite in one.cites)
    for one in (*found.ways, *found.dates):
        for lang in ("zh", "en"):
            title = one.title(lang) if hasattr(one, "title") else one.text(lang)
            said = [title, *(reason.text(lang) for reason in getattr(one, "reasons", ()))]
            assert all(words and "{" not in words and "…" not in words for words in said), said


def test_late_and_early(window):
    assert advice(plan(filing="2026-03-20")).costs.late_fee == 1495
    early = advice(plan(filing="2026-02-27"))
    assert (early.way("ordinary").verdict, early.way("advance").verdict) == ("does_not", "applies")
    assert early.costs.mode == "advance" and early.costs.tax == D("164801.12")


def test_the_day_of_entry_goes_by_the_hour(window):
    found = advice(plan(filing="2026-03-02"))
    assert {found.way(one).verdict for one in ("ordinary", "advance")} == {"depends"}
    assert found.way("ordinary").reasons[0].code == "advice.because.hour"


def test_what_cannot_be_read_is_told_at_its_field(window):
    wrong = planning.wrong(plan(items=[planning.goods(gcode="84", price="x")], filing="soon", firm="X", customs="9"))
    assert {one.pointer for one in wrong} == {"items/1/gcode", "items/1/price", "filing", "firm", "customs"}
    assert all(one.text(lang) for one in wrong for lang in ("zh", "en"))


def test_goods_of_a_list_may_be_lifted_off_under_conditions(db, monkeypatch):
    planning.use_tariff(monkeypatch, made.tariff("0602901000"))
    made.prepare()
    made.parities("2026-02-24")
    seeds = plan(items=[planning.goods(gcode="0602901000")])
    assert advice(seeds).way("conditional").verdict == "depends"
    assert [one.code for one in advice(seeds).way("combined").reasons] == ["ACCESS_NOT_LISTED"]
    barred = advice(plan(items=[planning.goods(gcode="0602901000")], firm="", grade="dishonest"))
    assert [one.code for one in barred.way("conditional").reasons] == ["ACCESS_DISHONEST"]
    assert barred.way("two_step").verdict == barred.way("consolidated").verdict == "does_not"


def test_how_long_it_takes_is_told_of_enough_cases_only(window):
    for n in range(10):
        row = made.draft(made.document(BillNo=f"B{n}"))
        later = made.AT + timedelta(hours=n + 1)
        Declaration.objects.filter(pk=row.pk).update(
            state="released", group="done", accepted_at=made.AT, released_at=later, number=f"02022026100000{n:04}"
        )
        known = advice(plan()).times
        assert known.cases == n + 1 and (known.median is None) == (n < 9)
    assert (known.median, known.most) == (timedelta(hours=5), timedelta(hours=9))
    assert advice(plan(customs="0101")).times.cases == 0 and advice(plan(customs="")).times is None


def test_an_agreement_saves_what_its_rate_takes_off(db, monkeypatch):
    planning.use_tariff(monkeypatch, made.tariff(agreement__RCEP=made.share("2")))
    made.prepare()
    made.parities("2026-02-24")
    told = advice(plan()).way("preference:RCEP")
    assert (told.verdict, [one.code for one in told.reasons]) == ("depends", ["advice.because.proof"])
    claimed = advice(plan(claim="RCEP", proof="C26-1"))
    assert claimed.way("preference:RCEP").verdict == "applies"
    assert claimed.way("preference:RCEP").saves == told.saves == advice(plan()).costs.tax - claimed.costs.tax > 0
    elsewhere = advice(plan(items=[planning.goods(origin="502")])).way("preference:RCEP")
    assert (elsewhere.verdict, elsewhere.reasons[0].code) == ("does_not", "advice.because.outside")


def test_rates_that_are_not_published_yet_are_stood_in_for(window):
    told = advice(plan(filing="2026-06-16", entered="2026-06-10"))
    assert told.costs.rates_of == date(2026, 3, 18) and told.costs.tax == D("164801.12")
    assert told.way("ordinary").verdict == "applies"
    own = advice(plan(filing="2026-06-16", entered="2026-06-10", rate="7.1"))
    assert own.costs.rates_of is None and own.costs.tax == D("164801.12")


def test_taxes_of_a_month_are_due_on_its_fifth_working_day(window):
    told = advice(plan(guarantee="bank_letter"))
    assert {one.key: one.day for one in told.dates}["month"] == date(2026, 4, 8)
    assert told.way("consolidated").verdict == told.way("two_step").verdict == "applies"
    short = advice(plan(guarantee="bank_letter", left="100"))
    assert [one.code for one in short.way("two_step").reasons] == ["GUARANTEE_SHORT"]
