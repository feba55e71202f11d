"""What makes a firm dishonest: each figure of the law at its edge, and what customs are told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.credit.given import FIRM, OFFICER, D, at, graded, noted, on, refused, trader

from tongguan.credit import actions, queries
from tongguan.credit.models import CreditFile
from tongguan.credit.triggers import TRIGGERS, Conduct, Noted, basis, found
from tongguan.journal.models import Event
from tongguan.kernel.states import NotYours


def conduct(count: int, fines: str, last: str, documents: int | None = 60_000, **more) -> Conduct:
    """Return the conduct of a firm with so many penalties, the fines together, one a day back from the last."""
    day, each = date.fromisoformat(last), D(fines) / count
    facts = [Noted("penalty", day - timedelta(days=n % 5), each, **more) for n in range(count)]
    role = more.get("role", "trader")
    return Conduct(day, facts, {(role, day.year - 1): documents} if documents is not None else {})


def codes(of: Conduct) -> list[str]:
    return [one.code for one in found(of)]


class TestPenalties:
    @pytest.mark.parametrize(
        ("count", "fines", "is_dishonest"),
        [
            (61, "1050000", True),
            (61, "900000", False),
            (59, "5000000", False),
            (60, "5000000", False),
            (61, "1000000", False),
        ],
    )
    def test_both_number_and_amount_are_needed(self, count, fines, is_dishonest):
        assert codes(conduct(count, fines, "2026-02-10")) == (["DISHONEST_PENALTIES"] if is_dishonest else [])

    def test_breaches_without_intent_of_two_years_are_not_counted(self):
        assert codes(conduct(61, "1050000", "2024-06-30", intentional=False)) == []
        assert codes(conduct(61, "1050000", "2026-01-05", intentional=False)) == ["DISHONEST_PENALTIES"]
        assert codes(conduct(61, "1050000", "2024-06-30")) == ["DISHONEST_PENALTIES"]

    def test_the_first_and_last_day_on_which_they_do_not_count(self):
        one = {"intentional": False}
        facts = [Noted("penalty", on(day), D("2000000"), **one) for day in ("2023-11-30", "2023-12-01", "2025-12-31")]
        assert codes(Conduct(on("2023-11-30"), facts[:1])) == ["DISHONEST_PENALTIES"]
        assert codes(Conduct(on("2023-12-01"), facts[1:2])) == codes(Conduct(on("2025-12-31"), facts[1:])) == []

    def test_a_broker_has_other_figures_and_its_breaches_always_count(self):
        for intentional in (True, False):
            more = {"role": "broker", "intentional": intentional}
            assert codes(conduct(31, "300001", "2024-06-30", **more)) == ["DISHONEST_PENALTIES"]
            assert codes(conduct(30, "300001", "2024-06-30", **more)) == []
            assert codes(conduct(31, "300000", "2024-06-30", **more)) == []

    def test_where_documents_are_not_countable_amounts_decide(self):
        assert codes(conduct(1, "1000001", "2026-02-10", documents=None)) == ["DISHONEST_PENALTIES"]
        assert codes(conduct(1, "1000000", "2026-02-10", documents=None)) == []

    def test_twelve_months_are_counted_back_from_the_latest(self):
        facts = [Noted("penalty", on(day), D("600000")) for day in ("2025-02-10", "2025-02-11", "2026-02-10")]
        assert codes(Conduct(on("2026-03-01"), facts)) == ["DISHONEST_PENALTIES"]
        assert codes(Conduct(on("2026-03-01"), [facts[0], facts[2]])) == []
        [finding] = found(Conduct(on("2026-03-01"), facts))
        assert (finding.values["count"], finding.values["fines"]) == (2, D("1200000"))


class TestOthers:
    @pytest.mark.parametrize(
        ("kind", "code"),
        [
            ("crime", "DISHONEST_CRIME"), ("smuggling", "DISHONEST_SMUGGLING"), ("lost_contact", "DISHONEST_CONTACT"),
            ("false_data", "DISHONEST_CONTACT"), ("resisting", "DISHONEST_RESISTING"),
        ],
    )  # fmt: skip
    def test_once_is_enough(self, kind, code):
        one = Noted(kind, on("2024-06-30"), intentional=False)
        assert codes(Conduct(on("2024-06-30"), [one])) == [code]
        assert codes(Conduct(on("2024-06-29"), [one])) == []

    @pytest.mark.parametrize(
        ("kind", "day", "is_dishonest"),
        [
            ("tax_arrears", "2026-04-10", False), ("tax_arrears", "2026-04-11", True),
            ("fine_arrears", "2026-07-10", False), ("fine_arrears", "2026-07-11", True),
        ],
    )  # fmt: skip
    def test_arrears_weigh_after_months(self, kind, day, is_dishonest):
        one = Noted(kind, on("2026-01-10"), D("5000"))
        assert codes(Conduct(on(day), [one])) == (["DISHONEST_ARREARS"] if is_dishonest else [])
        paid = one._replace(until=on("2026-04-01"))
        assert codes(Conduct(on(day), [paid])) == []

    def test_the_gravest_names_what_the_firm_is_graded_for(self):
        both = [Noted("resisting", on("2026-01-10")), Noted("smuggling", on("2026-01-10"))]
        assert basis(found(Conduct(on("2026-02-10"), both))) == "smuggling"
        assert basis([]) == "other" and len(TRIGGERS) == 6


@pytest.mark.django_db
class TestToldToCustoms:
    def test_a_fact_is_noted_once_and_the_rule_it_meets_waits_for_customs(self):
        row = noted("smuggling", "2026-02-10")
        assert noted("smuggling", "2026-02-10") == row
        kept = CreditFile.objects.get()
        assert (kept.triggers, kept.triggered_on) == (["DISHONEST_SMUGGLING"], on("2026-02-10"))
        assert Event.objects.filter(what="credit.trigger_met").count() == 1
        assert queries.grade(FIRM, on("2026-02-11")) == "other"
        graded("dishonest", "2026-02-12", basis="smuggling")
        kept.refresh_from_db()
        assert (kept.triggers, kept.triggered_on) == ([], None)

    def test_the_documents_of_last_year_are_those_that_were_told(self):
        actions.tell_volume(FIRM, on("2025-03-01"), "trader", 1000)
        noted("penalty", "2026-02-10", "P1", "1000001")
        noted("penalty", "2026-02-11", "P2", "1")
        assert CreditFile.objects.get().triggers == ["DISHONEST_PENALTIES"]
        actions.tell_volume(FIRM, on("2025-03-09"), "trader", 60_000)
        noted("penalty", "2026-02-12", "P3", "1")
        assert CreditFile.objects.get().triggers == []

    def test_time_alone_makes_arrears_weigh_until_they_are_paid(self):
        noted("tax_arrears", "2026-01-10", amount="5000")
        assert actions.judge_due(on("2026-04-10"), at=at("2026-04-10")) == "" and not CreditFile.objects.get().triggers
        actions.judge_due(on("2026-04-11"), at=at("2026-04-11"))
        assert CreditFile.objects.get().triggers == ["DISHONEST_ARREARS"]
        actions.settle("tax_arrears", "F1", on=on("2026-04-12"), by=OFFICER, at=at("2026-04-12"))
        assert CreditFile.objects.get().triggers == []
        assert actions.settle("tax_arrears", "none", on=on("2026-04-12"), by=OFFICER, at=at("2026-04-12")) is None

    def test_what_does_not_count_or_is_no_fact(self):
        noted("smuggling", "2026-02-10", counted=False)
        assert CreditFile.objects.get().triggers == []
        assert refused(noted, "gossip", "2026-02-10") == ["CREDIT_FACT_KIND"]
        assert refused(noted, "penalty", "2026-02-10", "P1") == ["CREDIT_FACT_AMOUNT"]
        assert refused(noted, "penalty", "2026-02-10", "P1", "0.001") == ["CREDIT_FACT_AMOUNT"]
        assert refused(noted, "error", "2026-02-10", " ") == ["CREDIT_FACT_REFERENCE"]
        assert refused(noted, "error", "2026-02-10", "E1", at="2026-02-09") == ["CREDIT_FACT_DAY"]
        assert refused(noted, "smuggling", "2026-02-10", uscc="9111010570000001X6") == ["CREDIT_FACT_OTHER"]
        with pytest.raises(NotYours):
            actions.record(FIRM, "error", reference="E", on=on("2026-02-10"), by=trader(), at=at("2026-02-10"))
