"""Grades by date, what they give and bar, for one firm and for many; putting right keeps the grade and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.credit.given import FIRM, OFFICER, OTHER, D, at, graded, on, refused, trader

from tongguan.credit import actions, queries
from tongguan.credit.kinds import BARS, BENEFITS
from tongguan.credit.models import Grade, Rectification
from tongguan.credit.standing import aeo_code
from tongguan.journal.models import Event
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.states import NotNow, NotYours

pytestmark = pytest.mark.django_db


class TestHistory:
    @pytest.mark.parametrize(("day", "grade"), [("2026-03-31", "other"), ("2026-04-01", "regular")])
    def test_a_firm_nobody_graded(self, day, grade):
        assert queries.grade(FIRM, on(day)) == queries.grade("", on(day)) == grade
        assert queries.benefits(FIRM, on(day)) == frozenset() and queries.inspection_factor(FIRM, on(day)) == 1

    def test_a_grade_of_the_old_law_reads_as_the_new_one_has_it_under_the_same_number(self):
        row = graded("other", "2024-05-01", basis="asked")
        old, new = (queries.standing(FIRM, on(day)) for day in ("2026-03-31", "2026-04-01"))
        assert (old.grade, new.grade) == ("other", "regular")
        assert old.history == new.history == row.pk and Grade.objects.count() == 1

    def test_the_dishonest_on_the_serious_list_become_seriously_dishonest(self):
        graded("dishonest", "2025-05-01", basis="smuggling", serious=True)
        graded("dishonest", "2025-05-01", OTHER, basis="smuggling")
        asked = queries.grades([FIRM, OTHER], on("2026-04-01"))
        assert asked == {FIRM: "seriously_dishonest", OTHER: "dishonest"}
        assert queries.grade(FIRM, on("2026-03-31")) == "dishonest"

    def test_a_grade_begins_and_ends_on_its_days(self):
        graded("advanced", "2025-01-10")
        graded("regular", "2026-05-10", basis="other")
        found = [queries.grade(FIRM, on(day)) for day in ("2025-01-09", "2025-01-10", "2026-05-09", "2026-05-10")]
        assert found == ["other", "advanced", "advanced", "regular"]
        assert [row.grade for row in queries.history(FIRM)] == ["regular", "advanced"]
        told = Event.objects.filter(what="credit.grade_changed").order_by("id").last()
        assert told.subject == f"credit/{FIRM}"
        assert (told.details["before"], told.details["grade"], told.details["since"]) == (
            "advanced", "regular", "2026-05-10",
        )  # fmt: skip

    def test_what_cannot_be_graded_is_refused(self):
        graded("advanced", "2025-01-10")
        assert refused(graded, "regular", "2025-06-01") == ["CREDIT_GRADE"]
        assert refused(graded, "other", "2024-12-01") == ["CREDIT_SINCE"]
        assert refused(graded, "other", "2026-03-01", at="2026-02-01") == ["CREDIT_SINCE"]
        assert refused(graded, "advanced", "2026-03-01") == ["CREDIT_SAME_GRADE"]
        assert refused(graded, "advanced", "2026-03-01", "91110105MA01ABCD5G") == ["CREDIT_FIRM"]
        assert refused(graded, "advanced", "2026-03-01", OTHER, "luck") == ["CREDIT_GRADE"]
        with pytest.raises(NotYours):
            actions.set_grade(
                FIRM, "other", since=on("2025-02-01"), basis="asked", words="x", by=trader(), at=at("2025-02-01")
            )


class TestWhatItGives:
    @pytest.mark.measure("M3-11.1", "M4-31.1")
    def test_the_advanced_have_every_benefit_and_the_district_is_not_asked(self):
        graded("advanced", "2025-01-10")
        assert queries.benefits(FIRM, on("2026-04-02")) == frozenset(BENEFITS)
        assert queries.inspection_factor(FIRM, on("2026-04-02")) == D("0.2")

    @pytest.mark.measure("M4-31.1")
    def test_the_customs_that_gave_a_grade_are_kept_with_it_and_through_a_change_of_law(self):
        office = replace(OFFICER, office="0202")
        row = actions.set_grade(
            FIRM, "other", since=on("2026-03-01"), basis="asked", words="测试", by=office, at=at("2026-03-01")
        )
        for day, grade in (("2026-03-31", "other"), ("2026-04-01", "regular")):
            of = queries.standing(FIRM, on(day))
            assert (of.history, of.customs, of.grade) == (row.pk, "0202", grade)
        assert queries.standing(OTHER, on("2026-04-01")).customs == ""

    def test_an_aeo_code_is_for_those_whom_partners_recognise_and_not_while_they_put_something_right(self):
        graded("advanced", "2025-01-10")
        of = queries.standing(FIRM, on("2026-04-02"))
        assert aeo_code("1101910001", of) == "CN1101910001" and aeo_code(None, of) == ""
        assert aeo_code("1101910001", of._replace(benefits=frozenset())) == ""
        assert aeo_code("1101910001", queries.standing(OTHER, on("2026-04-02"))) == ""

    def test_the_dishonest_are_barred_and_inspected_four_times_in_five(self):
        graded("dishonest", "2026-05-02", basis="penalties")
        day = on("2026-05-02")
        assert queries.barred_from("dishonest", day) == [
            "two_step", "consolidated", "bond_insurance", "group_supervision",
        ]  # fmt: skip
        assert queries.barred(FIRM, "two_step", day) and not queries.barred(OTHER, "two_step", day)
        assert queries.barred_many([FIRM, OTHER], "consolidated", day) == {FIRM}
        base = law("inspections.declaration_check_share", on=day).value
        assert queries.inspection_factor(FIRM, day) * base == D("0.80")
        assert queries.draw_shares([FIRM, OTHER], day, D("0.9")) == {FIRM: D("0.9"), OTHER: D("0.9")}

    def test_every_grade_of_every_law_is_named_in_what_it_gives(self):
        for one in law.history("credit.grades"):
            gives = law("credit.benefits", on=one.since).value
            assert set(gives) == set(one.value) and {b for row in gives.values() for b in row} <= set(BENEFITS)
            bars = law("credit.barred", on=one.since).value
            assert set(bars) == set(BARS) and {g for row in bars.values() for g in row} <= set(one.value)
        with pytest.raises(KeyError):
            queries.barred(FIRM, "breakfast", on("2026-05-02"))

    def test_many_firms_cost_three_queries(self, django_assert_num_queries):
        graded("advanced", "2025-01-10")
        with django_assert_num_queries(3):
            assert len(queries.standings([FIRM, OTHER, ""], on("2026-05-02"))) == 2


class TestPuttingRight:
    def asked(self, day="2026-04-20") -> Rectification:
        graded("advanced", "2025-01-10")
        return actions.ask_to_rectify(FIRM, "内控制度不健全，三个月内补齐", by=trader(), at=at(day))

    def running(self, day="2026-05-01") -> Rectification:
        return actions.grant_rectification(self.asked().pk, "同意整改", by=OFFICER, at=at(day))

    def test_the_grade_is_kept_and_gives_nothing_for_a_year_at_most(self):
        row = self.running()
        assert row.until == on("2027-05-01")
        day = on("2026-06-01")
        assert queries.grade(FIRM, day) == "advanced" and "INSP20" not in queries.benefits(FIRM, day)
        assert queries.inspection_factor(FIRM, day) == 1
        assert queries.standing(FIRM, day).rectifying_until == row.until
        assert queries.benefits(FIRM, on("2026-04-30")) == frozenset(BENEFITS)

    def test_success_restores_all(self):
        row = self.running()
        actions.succeed_rectification(row.pk, "核实完成", by=OFFICER, at=at("2026-08-01"))
        assert queries.benefits(FIRM, on("2026-08-01")) == frozenset(BENEFITS)
        assert queries.benefits(FIRM, on("2026-07-31")) == frozenset()

    def test_what_is_not_put_right_by_its_last_day_costs_the_grade(self):
        row = self.running()
        assert actions.end_rectifications(on("2027-05-01"), at=at("2027-05-01")) == 0
        assert actions.end_rectifications(on("2027-05-02"), at=at("2027-05-02")) == 1
        row.refresh_from_db()
        assert row.state == "failed" and queries.grade(FIRM, on("2027-05-02")) == "regular"
        assert queries.held(FIRM, on("2027-05-02")).basis == "rectified"

    def test_an_officer_may_say_earlier_that_it_failed_or_refuse(self):
        row = self.running()
        actions.fail_rectification(row.pk, "未整改", by=OFFICER, at=at("2026-06-01"))
        assert queries.grade(FIRM, on("2026-06-01")) == "regular"
        with pytest.raises(NotNow):
            actions.succeed_rectification(row.pk, "完成", by=OFFICER, at=at("2026-06-02"))

    def test_who_may_ask_and_when(self):
        graded("advanced", "2025-01-10")
        ask = actions.ask_to_rectify
        with pytest.raises(NotYours):
            ask(FIRM, "补齐", by=trader(OTHER), at=at("2026-04-20"))
        with pytest.raises(NotConfigured):
            ask(FIRM, "补齐", by=trader(), at=at("2026-03-20"))
        assert refused(ask, FIRM, " ", by=trader(), at=at("2026-04-20")) == ["CREDIT_WORDS"]
        row = ask(FIRM, "补齐", by=trader(), at=at("2026-04-20"))
        assert refused(ask, FIRM, "补齐", by=trader(), at=at("2026-04-20")) == ["RECTIFY_OPEN"]
        with pytest.raises(NotYours):
            actions.grant_rectification(row.pk, "x", by=trader(), at=at("2026-04-21"))
        actions.refuse_rectification(row.pk, "情形严重", by=OFFICER, at=at("2026-04-21"))
        assert queries.benefits(FIRM, on("2026-04-22")) == frozenset(BENEFITS)
        assert refused(ask, OTHER, "补齐", by=trader(OTHER), at=at("2026-04-20")) == ["RECTIFY_GRADE"]
