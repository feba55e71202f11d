"""The review for certification: its points, its days, what comes of it, and the firms that are helped towards it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.credit.given import FIRM, OFFICER, OTHER, SYSTEM, D, at, graded, noted, on, refused, trader

from tongguan.credit import actions, aeo, queries
from tongguan.credit.cultivation import Month, inspection_alarm, score
from tongguan.credit.models import AeoReview, Candidate, InspectionMonth
from tongguan.credit.triggers import Conduct, Noted
from tongguan.journal.models import Event
from tongguan.kernel.states import NotNow, NotYours

DAY = on("2026-05-06")
MET = {one.code: 0 for one in aeo.items(DAY)}


def points(*given: int) -> dict[str, int]:
    return dict(zip(MET, [*given, *[0] * len(MET)], strict=False))


class TestPoints:
    @pytest.mark.measure("M0-13.1")
    @pytest.mark.parametrize(
        ("given", "day", "total", "passes"),
        [
            ([-1] * 8, date(2026, 5, 6), 92, True),
            ([-1] * 8, date(2019, 5, 6), 92, False),
            ([-2], date(2026, 5, 6), 98, False),
            ([], date(2019, 5, 6), 100, True),
        ],
    )
    def test_eight_partly_met_pass_at_80_and_one_not_met_never(self, given, day, total, passes):
        found = aeo.outcome(points(*given), day)
        assert (found.total, found.passes) == (total, passes)

    def test_what_does_not_apply_costs_nothing_and_what_is_missing_is_no_pass(self):
        assert aeo.outcome(MET | {"debt": None}, DAY).total == 100
        assert not aeo.outcome({"debt": 0}, DAY).passes and len(aeo.outcome({"debt": 0}, DAY).missing) == len(MET) - 1

    def test_a_bonus_counts_up_to_the_laws_points(self):
        assert [aeo.outcome(MET, DAY, bonus).total for bonus in (0, 2, 5)] == [100, 102, 102]

    def test_debts_fail_only_three_years_running(self):
        years = [D("0.96"), D("0.97"), D("0.951")]
        assert aeo.debt_points(years, DAY) == -2
        assert aeo.debt_points(years[:2], DAY) == aeo.debt_points([*years, D("0.95")], DAY) == 0

    @pytest.mark.parametrize(
        ("fines", "given"), [(["50000", "50000"], 0), (["50001"], -2), (["40000", "40000", "20001"], -2), ([], 0)]
    )
    def test_our_own_records_say_what_penalties_come_to(self, fines, given):
        facts = [Noted("penalty", on("2026-02-01"), D(one)) for one in fines]
        facts.append(Noted("penalty", on("2024-02-01"), D("90000")))
        assert aeo.measured(Conduct(DAY, facts), None, None)["penalties"].points == given

    def test_our_own_records_say_what_arrears_and_errors_come_to(self):
        paid = Noted("tax_arrears", on("2024-01-01"), D("1"), until=on("2025-05-06"))
        assert aeo.measured(Conduct(DAY, [paid]), None, None)["arrears"].points == 0
        assert aeo.measured(Conduct(DAY, [paid._replace(until=on("2025-05-07"))]), None, None)["arrears"].points == -2
        assert aeo.measured(Conduct(DAY), D("0.02"), D("0.01"))["errors"].points == -1


@pytest.mark.django_db
class TestReview:
    def applied(self, day="2026-05-06", uscc=FIRM) -> AeoReview:
        row = actions.begin_assessment(uscc, by=trader(uscc), at=at(day))
        actions.assess(row.pk, MET, words="自评", by=trader(uscc), at=at(day))
        return actions.apply_aeo(row.pk, by=trader(uscc), at=at(day))

    def onsite(self, day="2026-05-08") -> AeoReview:
        row = actions.accept_aeo(self.applied().pk, by=OFFICER, at=at(day))
        return actions.visit_aeo(row.pk, by=OFFICER, at=at(day))

    @pytest.mark.measure("M0-13.1")
    def test_the_way_to_certification_and_five_years_later_anew(self):
        row = self.onsite()
        assert row.decide_by == on("2026-05-08") + timedelta(days=90)
        row = actions.extend_aeo(row.pk, "需补充核实", by=OFFICER, at=at("2026-07-01"))
        assert row.decide_by == on("2026-05-08") + timedelta(days=120)
        assert refused(actions.extend_aeo, row.pk, "再延长", by=OFFICER, at=at("2026-07-02")) == ["AEO_EXTENDED"]
        actions.find_aeo(row.pk, points(*[-1] * 8), by=OFFICER, at=at("2026-07-10"))
        row = actions.certify(row.pk, "达标", by=OFFICER, at=at("2026-07-20"))
        assert (row.total, row.renew_on) == (92, on("2031-07-20"))
        assert queries.grade(FIRM, on("2026-07-20")) == "advanced" and "PRIO" in queries.benefits(
            FIRM, on("2026-07-20")
        )
        assert actions.renew_due(on("2031-07-19"), at=at("2031-07-19")) == 0
        assert actions.renew_due(on("2031-07-20"), at=at("2031-07-20")) == 1
        again = AeoReview.objects.get(renewal=True)
        assert (again.state, again.decide_by) == ("accepted", on("2031-10-18"))
        actions.refuse_aeo(again.pk, "未达标", by=OFFICER, at=at("2031-09-01"))
        assert queries.grade(FIRM, on("2031-09-01")) == "regular"

    def test_one_item_not_met_is_no_pass_and_can_be_put_right(self):
        row = self.onsite()
        certify = actions.certify
        assert refused(certify, row.pk, "达标", by=OFFICER, at=at("2026-06-01")) == ["AEO_COMPLETE"]
        actions.find_aeo(row.pk, points(-2), by=OFFICER, at=at("2026-06-01"))
        assert refused(certify, row.pk, "达标", by=OFFICER, at=at("2026-06-01")) == ["AEO_FAILED"]
        row = actions.rectify_aeo(row.pk, "请完善制度", by=OFFICER, at=at("2026-06-02"))
        assert row.rectify_by == on("2026-06-02") + timedelta(days=90)
        actions.find_aeo(row.pk, MET, bonus=2, by=OFFICER, at=at("2026-08-01"))
        assert certify(row.pk, "达标", by=OFFICER, at=at("2026-08-01")).total == 102

    def test_who_was_refused_applies_again_a_year_later(self):
        row = self.onsite()
        row = actions.refuse_aeo(row.pk, "未达标", by=OFFICER, at=at("2026-06-01"))
        assert row.again_on == on("2027-06-01") and queries.grade(FIRM, on("2026-06-01")) == "regular"
        begin = actions.begin_assessment
        assert refused(begin, FIRM, by=trader(), at=at("2027-05-31")) == ["AEO_AGAIN"]
        assert begin(FIRM, by=trader(), at=at("2027-06-01")).state == "assessing"
        assert refused(begin, FIRM, by=trader(), at=at("2027-06-02")) == ["AEO_OPEN"]

    def test_bad_points_and_who_may(self):
        graded("advanced", "2025-01-10", OTHER)
        begin, day = actions.begin_assessment, at("2026-05-06")
        assert refused(begin, OTHER, by=trader(OTHER), at=day) == ["AEO_GRADE"]
        row = begin(FIRM, by=trader(), at=day)
        assert refused(actions.assess, row.pk, {"luck": 0}, by=trader(), at=day) == ["AEO_ITEMS"]
        assert refused(actions.assess, row.pk, {"debt": -3}, by=trader(), at=day) == ["AEO_ITEMS"]
        assert refused(actions.apply_aeo, row.pk, by=trader(), at=day) == ["AEO_COMPLETE"]
        for who in (OFFICER, trader(OTHER)):
            with pytest.raises(NotYours):
                actions.assess(row.pk, MET, by=who, at=day)
        actions.assess(row.pk, MET, by=trader(), at=day)
        actions.apply_aeo(row.pk, by=trader(), at=day)
        with pytest.raises(NotNow):
            actions.assess(row.pk, MET, by=trader(), at=day)
        with pytest.raises(NotYours):
            actions.accept_aeo(row.pk, by=trader(), at=day)
        actions.accept_aeo(row.pk, by=OFFICER, at=day)
        actions.visit_aeo(row.pk, by=OFFICER, at=day)
        assert refused(actions.find_aeo, row.pk, MET, bonus=3, by=OFFICER, at=day) == ["AEO_BONUS"]
        with pytest.raises(NotYours):
            actions.find_aeo(row.pk, MET, by=trader(), at=day)
        with pytest.raises(NotNow):
            actions.withdraw_aeo(row.pk, by=trader(), at=day)


@pytest.mark.django_db
class TestCultivation:
    def volumes(self, uscc=FIRM, documents=100, errors=0):
        for month in range(1, 13):
            actions.tell_volume(uscc, date(2025, month, 1), "trader", documents, errors=errors)

    def test_the_score_of_a_firm(self):
        assert score([Month(100, 1)] * 6, DAY).total == D("54.00")
        assert score([Month(100, 3)] * 12, DAY).errors == 0

    @pytest.mark.measure("M0-13.1", "M4-27.1")
    def test_firms_are_found_helped_and_counted_when_certified(self):
        self.volumes()
        self.volumes(OTHER, documents=1, errors=1)
        actions.find_candidates(on("2026-01-05"), by=SYSTEM, at=at("2026-01-05"))
        actions.find_candidates(on("2026-01-06"), by=SYSTEM, at=at("2026-01-06"))
        [row] = Candidate.objects.all()
        assert (row.uscc, row.score, row.state) == (FIRM, D("100.00"), "found")
        assert refused(actions.mentor, row.pk, " ", by=OFFICER, at=at("2026-01-07")) == ["COORDINATOR_NAME"]
        with pytest.raises(NotYours):
            actions.mentor(row.pk, "张关员", by=trader(), at=at("2026-01-07"))
        assert actions.mentor(row.pk, "张关员", "先补内控", by=OFFICER, at=at("2026-01-07")).state == "mentored"
        review = TestReview().onsite()
        row.refresh_from_db()
        assert row.state == "applying"
        actions.find_aeo(review.pk, MET, by=OFFICER, at=at("2026-06-01"))
        actions.certify(review.pk, "达标", by=OFFICER, at=at("2026-06-02"))
        row.refresh_from_db()
        assert row.state == "certified" and queries.certified_by_year() == {2026: 1}

    def test_the_certified_and_the_dishonest_are_passed_over_and_one_may_leave(self):
        self.volumes()
        self.volumes(OTHER)
        graded("advanced", "2025-01-10", OTHER)
        actions.find_candidates(on("2026-01-05"), by=SYSTEM, at=at("2026-01-05"))
        [row] = Candidate.objects.all()
        assert actions.leave(row.pk, "企业不愿意", by=OFFICER, at=at("2026-01-07")).state == "left"
        with pytest.raises(NotNow):
            actions.mentor(row.pk, "张关员", by=OFFICER, at=at("2026-01-08"))

    def test_the_gaps_are_what_is_not_met(self):
        noted("penalty", "2026-02-01", "P1", "60000")
        row = actions.begin_assessment(FIRM, by=trader(), at=at("2026-05-06"))
        actions.assess(row.pk, points(-1), by=trader(), at=at("2026-05-06"))
        found = {one.item.code: one for one in queries.gaps(FIRM, DAY)}
        assert found["organisation"].points == -1 and found["penalties"].points == -2
        assert "audit" not in found


@pytest.mark.django_db
@pytest.mark.measure("M4-27.1")
def test_an_alarm_rings_when_the_trusted_are_inspected_too_often():
    found = inspection_alarm(9, 1500, D("0.025"), DAY)
    assert (found.rate, found.ceiling, found.rings) == (D("0.006"), D("0.0050"), True)
    assert not inspection_alarm(7, 1500, D("0.025"), DAY).rings and not inspection_alarm(0, 0, D("0.025"), DAY).rings
    told = {"documents": 4000, "checks": 100, "trusted_documents": 1500, "trusted_checks": 9}
    actions.tell_inspections(on("2026-04-01"), at=at("2026-05-01"), **told)
    actions.tell_inspections(on("2026-04-01"), at=at("2026-05-02"), **told)
    assert InspectionMonth.objects.get().alarm
    assert Event.objects.filter(what="credit.inspected_too_often").count() == 1
