"""A certified firm asks its coordinator, who answers by the law in time; windows for certified firms are opened and closed."""

from __future__ import annotations

import pytest
from tests.credit.given import FIRM, OFFICER, OTHER, at, graded, on, refused, trader

from tongguan.credit import actions, kinds, queries
from tongguan.journal.models import Event
from tongguan.kernel.states import NotNow, NotYours
from tongguan.kernel.texts import LANGUAGES, template

pytestmark = pytest.mark.django_db
FRIDAY = at("2026-04-30")  # before the days of Labour Day


@pytest.fixture
def firm():
    who = trader()
    graded("advanced", "2026-01-10")
    actions.name_coordinator(FIRM, "王协调", "010-1", by=OFFICER, at=at("2026-02-01"))
    return who


@pytest.mark.measure("M0-14.1")
class TestAsking:
    def test_the_answer_comes_within_working_days_and_cites_the_law(self, firm):
        row = actions.ask_coordinator(FIRM, "滞报金怎么算？", by=firm, at=FRIDAY)
        assert (row.coordinator, row.due_on) == ("王协调", on("2026-05-08")), "no day of the holiday counts"
        done = actions.answer_question(
            row.pk, "自申报进境之日起十四日内", ["revenue.late_declaration_days"], by=OFFICER, at=at("2026-05-06")
        )
        assert (done.state, done.cites) == ("answered", ["revenue.late_declaration_days"])
        told = Event.objects.get(what="credit.question_answered").details
        assert told["in_time"] is True and queries.questions(FIRM) == [done]
        with pytest.raises(NotNow):
            actions.withdraw_question(row.pk, by=firm, at=FRIDAY)

    @pytest.mark.parametrize("cites", [[], ["revenue.nothing"], ["../x"], ["credit.rectify_months"] * 11])
    def test_QUESTION_CITES(self, firm, cites):
        row = actions.ask_coordinator(FIRM, "?", by=firm, at=FRIDAY)
        codes = refused(actions.answer_question, row.pk, "答", cites, by=OFFICER, at=FRIDAY)
        assert set(codes) == {"QUESTION_CITES"}

    def test_a_value_that_is_not_in_force_is_no_citation(self, firm):
        row = actions.ask_coordinator(FIRM, "?", by=firm, at=at("2026-03-02"))
        early = ["credit.rectify_months"]  # from April 2026 on
        assert refused(actions.answer_question, row.pk, "答", early, by=OFFICER, at=at("2026-03-02")) == [
            "QUESTION_CITES"
        ]

    def test_QUESTION_COORDINATOR_and_who_may(self, firm):
        other = trader(OTHER)
        assert refused(actions.ask_coordinator, OTHER, "?", by=other, at=FRIDAY) == ["QUESTION_COORDINATOR"]
        assert refused(actions.ask_coordinator, FIRM, " ", by=firm, at=FRIDAY) == ["CREDIT_WORDS"]
        with pytest.raises(NotYours):
            actions.ask_coordinator(FIRM, "?", by=other, at=FRIDAY)
        row = actions.ask_coordinator(FIRM, "?", by=firm, at=FRIDAY)
        with pytest.raises(NotYours):
            actions.answer_question(row.pk, "!", ["credit.benefits"], by=firm, at=FRIDAY)
        with pytest.raises(NotYours):
            actions.withdraw_question(row.pk, by=other, at=FRIDAY)
        assert actions.withdraw_question(row.pk, by=firm, at=FRIDAY).state == "withdrawn"

    def test_who_puts_something_right_asks_nobody(self, firm):
        asked = actions.ask_to_rectify(FIRM, "整改", by=firm, at=at("2026-05-01"))
        actions.grant_rectification(asked.pk, "同意", by=OFFICER, at=at("2026-05-01"))
        late = at("2026-05-06")
        assert refused(actions.ask_coordinator, FIRM, "?", by=firm, at=late) == ["QUESTION_COORDINATOR"]


@pytest.mark.measure("M0-14.2")
def test_windows_are_listed_while_they_are_open():
    row = actions.open_window("0101", "业务大厅3号窗口", "工作日9:00-17:00", "010-2", by=OFFICER, at=FRIDAY)
    assert queries.windows() == [row]
    for wrong in (("01", "x", "x", "x"), ("0101", " ", "x", "x"), ("0101", "x", "x", "x" * 101)):
        assert refused(actions.open_window, *wrong, by=OFFICER, at=FRIDAY) == ["WINDOW_FIELDS"]
    with pytest.raises(NotYours):
        actions.open_window("0101", "x", "x", "x", by=trader(), at=FRIDAY)
    actions.close_window(row.pk, by=OFFICER, at=FRIDAY)
    assert queries.windows() == []


def test_every_benefit_says_what_it_does_here():
    for one in kinds.BENEFITS:
        assert all(template(f"credit.effect.{one}", lang) for lang in LANGUAGES), one
