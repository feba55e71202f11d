"""Errors of declarants: noted from the journal, left out by the dated list, reviewed within fifteen working days."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations import made
from tests.declarations.made import AT, OFFICER, again, amended, ask, broker, changed, document, events, moment, trader

from tongguan.compliance import actions, queries
from tongguan.compliance.counting import Change, counts, exempt_by, is_error
from tongguan.compliance.models import ErrorRecord
from tongguan.credit import queries as credit
from tongguan.credit.actions import set_pilot
from tongguan.credit.cultivation import Month, score
from tongguan.credit.models import Fact
from tongguan.declarations import actions as declarations
from tongguan.declarations import queries as declared
from tongguan.inspections.months import tell_month
from tongguan.journal.actions import sequence
from tongguan.kernel.states import Actor, NotNow, NotYours

DAY = date(2026, 3, 16)


def hear() -> None:
    sequence()
    actions.hear(at=AT)


def erred(**fields) -> ErrorRecord:
    row = made.submitted()
    amended(row, changed(declared.document(row), **(fields or {"NoteS": "x"})))
    hear()
    return ErrorRecord.objects.get()


@pytest.mark.measure("M0-12.6")
@pytest.mark.parametrize("on, of, wanted", [
    (DAY, Change("amended", "clerical", ["item/1/GQty"]), (True, "")),
    (DAY, Change("amended", "shut_out", ["TrafName"]), (True, "conveyance")),
    (DAY, Change("amended", "clerical", ["TrafName", "text/VoyNo"]), (True, "conveyance")),
    (DAY, Change("amended", "clerical", ["TrafName", "item/1/GQty"]), (True, "")),
    (DAY, Change("amended", "clerical", ["IEDate"], "advance"), (True, "import_date")),
    (DAY, Change("amended", "clerical", ["IEDate"], "two_step"), (True, "import_date")),
    (DAY, Change("amended", "clerical", ["IEDate"], "ordinary"), (True, "")),
    (date(2021, 2, 3), Change("amended", "clerical", ["IEDate"], "advance"), (True, "")),
    (date(2021, 2, 4), Change("amended", "clerical", ["IEDate"], "advance"), (True, "import_date")),
    (DAY, Change("amended", "loss", ["GrossWet"]), (False, "")),
    (DAY, Change("withdrawn", "clerical"), (True, "")),
    (DAY, Change("withdrawn", "direct_return"), (False, "")),
    (DAY, Change("rejected"), (False, "")),
    (DAY, Change("found"), (True, "")),
    (DAY, Change("amended", "clerical", ["item/1/GQty"], pilot=True), (True, "pilot")),
    (DAY, Change("withdrawn", "clerical", pilot=True), (True, "pilot")),
    (DAY, Change("found", pilot=True), (True, "")),
    (date(2021, 2, 3), Change("amended", "clerical", ["item/1/GQty"], pilot=True), (True, "")),
])  # fmt: skip
@pytest.mark.measure("M3-4.1")
def test_what_is_recorded_by_the_list_of_the_day(on, of, wanted):
    assert (is_error(of, on), exempt_by(of, on)) == wanted


@pytest.mark.measure("M0-12.6")
def test_the_formula():
    for exempt in ("", "conveyance"):
        for disclosed in (False, True):
            for review in ("recorded", "asked", "kept", "corrected"):
                assert counts(exempt, disclosed, review) == (not exempt and not disclosed and review != "corrected")


class TestRecording:
    def test_an_amendment_is_noted_once(self, port):
        row = erred()
        assert (row.kind, row.grounds, row.exempt, row.counted, row.fields) == (
            "amended",
            "clerical",
            "",
            True,
            ["NoteS"],
        )
        assert row.review_until == date(2026, 4, 7)  # fifteen working days, over Qingming
        actions.hear(at=AT)
        from tongguan.compliance.models import ComplianceFollowing

        ComplianceFollowing.objects.update(heard=0)
        actions.hear(at=AT)
        assert ErrorRecord.objects.count() == 1 and events(row) == ["error.recorded"]
        assert list(Fact.objects.values_list("kind", "reference", "uscc")) == [("error", str(row), made.AGENT)]

    def test_a_changed_conveyance_does_not_count(self, port):
        row = erred(TrafName="TONG GUAN 2")
        assert (row.exempt, row.counted) == ("conveyance", False) and not Fact.objects.exists()

    def test_a_withdrawal_counts_by_its_grounds_and_not_where_customs_required_it(self, port):
        first = made.submitted(document(PackNo=2))
        declarations.grant(ask(first, "withdraw").pk, by=OFFICER, at=AT)
        second = made.submitted(document(PackNo=2))
        declarations.grant(ask(second, "withdraw").pk, required=True, by=OFFICER, at=AT)
        hear()
        assert list(ErrorRecord.objects.values_list("declaration", "kind")) == [(first.pk, "withdrawn")]

    def test_a_rejected_declaration_is_no_error(self, port):
        made.refused(made.submitted, document(PackNo=99))
        hear()
        assert not ErrorRecord.objects.exists()

    def test_customs_find_one(self, port):
        row = made.submitted()
        made_ = actions.found(row.pk, "查验发现数量不符", ["item/1/GQty"], by=OFFICER, at=AT)
        assert (made_.kind, made_.counted, made_.words) == ("found", True, "查验发现数量不符")
        with pytest.raises(NotYours):
            actions.found(row.pk, "x", [], by=broker(), at=AT)
        assert made.refused(actions.found, row.pk, " ", [], by=OFFICER, at=AT) == [("ERROR_ANSWER", "words")]
        draft = made.draft()
        assert made.refused(actions.found, draft.pk, "x", [], by=OFFICER, at=AT) == [
            ("ERROR_DECLARATION", "declaration")
        ]


class TestReview:
    def test_a_firm_asks_and_customs_correct(self, port):
        row = actions.ask_review(erred().pk, "非申报差错", by=broker(), at=moment("2026-04-07"))
        assert (row.state, row.decide_by) == ("asked", date(2026, 4, 14))
        assert [one.pk for one in queries.waiting(ErrorRecord)] == [row.pk]
        done = actions.decide_review(row.pk, "correct", "属实", by=OFFICER, at=moment("2026-04-08"))
        assert (done.state, done.counted) == ("corrected", False)
        assert Fact.objects.get().until == date(2026, 4, 8)
        with pytest.raises(NotNow):
            actions.decide_review(row.pk, "keep", "x", by=OFFICER, at=AT)

    def test_customs_keep_it(self, port):
        row = actions.ask_review(erred().pk, "非申报差错", by=trader(), at=AT)
        done = actions.decide_review(row.pk, "keep", "单证不符", by=OFFICER, at=AT)
        assert (done.state, done.counted) == ("kept", True) and Fact.objects.get().until is None

    def test_ERROR_REVIEW_LATE_and_bad_input(self, port):
        row = erred()
        late = moment("2026-04-08")
        assert made.refused(actions.ask_review, row.pk, "x", by=broker(), at=late) == [("ERROR_REVIEW_LATE", "")]
        for words in (" ", "x" * 501):
            asked = made.refused(actions.ask_review, row.pk, words, by=broker(), at=AT)
            assert asked == [("ERROR_REVIEW_WORDS", "words")]
        actions.ask_review(row.pk, "x", by=broker(), at=AT)
        assert made.refused(actions.decide_review, row.pk, "keep", "", by=OFFICER, at=AT) == [("ERROR_ANSWER", "words")]
        with pytest.raises(NotYours):
            actions.decide_review(row.pk, "correct", "x", by=broker(), at=AT)

    def test_it_is_seen_by_its_firms_and_customs(self, port):
        row = erred()
        stranger = Actor("zhao", "trader", made.find(made.CARRIER).pk)
        assert [queries.one(ErrorRecord, row.pk, to=who) == row for who in (broker(), trader(), OFFICER)] == [True] * 3
        assert queries.one(ErrorRecord, row.pk, to=stranger) is None and queries.listed(ErrorRecord, to=stranger) == []
        with pytest.raises(ErrorRecord.DoesNotExist):
            actions.ask_review(row.pk, "x", by=stranger, at=AT)
        assert queries.listed(ErrorRecord, to=broker(), stage="recorded", q=row.number) == [row]
        assert queries.listed(ErrorRecord, to=broker(), stage="reviewed") == []


@pytest.mark.measure("M3-4.1")
def test_the_rate_is_of_what_counts(port):
    row = erred()
    agent = made.find(made.AGENT).pk
    found = queries.rate(agent, date(2026, 1, 1), date(2026, 12, 31))
    assert (found.errors, found.declarations, found.share) == (1, 1, 1)
    assert queries.kinds(broker(), date(2026, 1, 1), date(2026, 12, 31)) == {"amended": (1, 0)}
    actions.ask_review(row.pk, "x", by=broker(), at=AT)
    actions.decide_review(row.pk, "correct", "x", by=OFFICER, at=AT)
    assert queries.rate(agent, date(2026, 1, 1), date(2026, 12, 31)).share == 0
    assert queries.rate(agent, date(2025, 1, 1), date(2025, 12, 31)).share is None
    assert again(row).counted is False


@pytest.mark.measure("M3-9.1")
def test_a_firm_of_the_pilot_is_left_what_it_mends_itself(port):
    set_pilot(made.AGENT, "联络员", since=date(2026, 3, 1), by=OFFICER, at=AT)
    row = erred()
    assert (row.exempt, row.counted, Fact.objects.filter(kind="error").exists()) == ("pilot", False, False)
    found = actions.found(row.declaration_id, "查验发现", ["item/1/GQty"], by=OFFICER, at=AT)
    assert found.counted and Fact.objects.get(kind="error").uscc == made.AGENT


@pytest.mark.measure("M0-13.1")
def test_the_rate_of_a_month_reaches_credit_and_follows_the_review(port):
    """What an error does to the rate of its month, the item of certification and the candidate's score; and what undoes it."""
    row = erred()
    tell_month(DAY, at=AT)
    later = date(2026, 4, 10)
    assert [(one.role, one.documents, one.errors) for one in credit.volumes(made.AGENT)] == [("broker", 1, 1)]
    assert credit.measured(made.AGENT, later)["errors"].values["rate"] == "100.00%"
    assert score([Month(1, 1)], later).errors == 0
    actions.ask_review(row.pk, "x", by=broker(), at=AT)
    actions.decide_review(row.pk, "correct", "x", by=OFFICER, at=AT)
    assert credit.volumes(made.AGENT)[0].error_rate == 0, "the month that was told already is counted anew"
    tell_month(DAY, at=AT)
    assert credit.volumes(made.AGENT)[0].errors == 0, "and stays so when it is told again"
    assert credit.measured(made.AGENT, later)["errors"].values["rate"] == "0.00%"
