"""A firm contests what is noted of it, and customs decide, once; repair comes when the law lets it."""

from __future__ import annotations

import threading

import pytest
from django.db import connections
from tests.credit.given import FIRM, OFFICER, OTHER, at, graded, noted, on, refused, trader

from tongguan.credit import actions, queries
from tongguan.credit.models import CreditFile, Fact, Repair
from tongguan.journal.models import Event
from tongguan.kernel.states import Actor, NotNow, NotYours


@pytest.mark.django_db
class TestContests:
    def test_a_fact_that_is_struck_out_weighs_no_more(self):
        row = noted("smuggling", "2026-02-10")
        actions.contest(row.pk, "不是我公司货物", by=trader(), at=at("2026-02-11"))
        assert CreditFile.objects.get().triggers == ["DISHONEST_SMUGGLING"]
        row = actions.strike(row.pk, "经核实非该企业行为", by=OFFICER, at=at("2026-02-12"))
        assert (row.state, CreditFile.objects.get().triggers) == ("struck", [])
        told = Event.objects.filter(what="credit.fact_decided").get()
        assert told.details["state"] == "struck"
        with pytest.raises(NotNow):
            actions.contest(row.pk, "再次", by=trader(), at=at("2026-02-13"))

    def test_a_fact_that_is_upheld_is_contested_no_more(self):
        row = noted("smuggling", "2026-02-10")
        actions.contest(row.pk, "不是我公司货物", by=trader(), at=at("2026-02-11"))
        actions.uphold(row.pk, "事实清楚", by=OFFICER, at=at("2026-02-12"))
        assert CreditFile.objects.get().triggers == ["DISHONEST_SMUGGLING"]
        with pytest.raises(NotNow):
            actions.contest(row.pk, "再次", by=trader(), at=at("2026-02-13"))

    def test_only_the_firm_contests_and_only_customs_decide(self):
        row = noted("smuggling", "2026-02-10")
        for who in (
            trader(OTHER),
            OFFICER,
            Actor("x", "trader"),
            Actor("li", "trader", trader().enterprise, abilities=frozenset({"see"})),
        ):
            with pytest.raises(NotYours):
                actions.contest(row.pk, "不是", by=who, at=at("2026-02-11"))
        assert refused(actions.contest, row.pk, " ", by=trader(), at=at("2026-02-11")) == ["CREDIT_WORDS"]
        assert refused(actions.contest, row.pk, "长" * 501, by=trader(), at=at("2026-02-11")) == ["CREDIT_WORDS"]
        with pytest.raises(Fact.DoesNotExist):
            actions.contest(0, "不是", by=trader(), at=at("2026-02-11"))
        actions.contest(row.pk, "不是", by=trader(), at=at("2026-02-11"))
        with pytest.raises(NotYours):
            actions.strike(row.pk, "算了", by=trader(), at=at("2026-02-12"))
        assert refused(actions.strike, row.pk, "", by=OFFICER, at=at("2026-02-12")) == ["CREDIT_WORDS"]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_contest_and_decide_at_once_one_of_each_comes_through():
    row = noted("smuggling", "2026-02-10")
    firm = trader()
    came: list[str] = []

    def at_once(call, *args, **named):
        try:
            call(*args, **named)
            came.append(call.__name__)
        except NotNow:
            came.append("NotNow")
        finally:
            connections.close_all()

    for calls in (
        [(actions.contest, row.pk, f"不是{n}", firm, "2026-02-11") for n in range(4)],
        [(act, row.pk, "已核实", OFFICER, "2026-02-12") for act in (actions.uphold, actions.strike) * 2],
    ):
        threads = [
            threading.Thread(target=at_once, args=(call, number, words), kwargs={"by": by, "at": at(day)})
            for call, number, words, by, day in calls
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert came.count("contest") == 1
    # Striking is open after upholding too; upholding happens once at most.
    assert came.count("uphold") <= 1 and came.count("strike") <= 1 and came.count("NotNow") >= 5
    assert Event.objects.filter(what="credit.fact_contested").count() == 1


@pytest.mark.django_db
class TestRepair:
    def dishonest(self, basis="penalties", since="2026-01-15", **more):
        return graded("dishonest", since, basis=basis, **more)

    @pytest.mark.measure("M0-13.2")
    def test_a_firm_graded_for_penalties_asks_after_six_months(self):
        self.dishonest()
        ask = actions.ask_repair
        assert refused(ask, FIRM, "已缴清罚款并整改", by=trader(), at=at("2026-07-14")) == ["REPAIR_EARLY"]
        row = ask(FIRM, "已缴清罚款并整改", by=trader(), at=at("2026-07-15"))
        assert row.state == "requested"
        assert refused(ask, FIRM, "再申请", by=trader(), at=at("2026-07-16")) == ["REPAIR_OPEN"]

    @pytest.mark.parametrize(
        ("basis", "early", "first"),
        [
            ("smuggling", "2027-01-14", "2027-01-15"), ("resisting", "2027-01-14", "2027-01-15"),
            ("penalties", "2026-07-14", "2026-07-15"), ("arrears", "2026-04-14", "2026-04-15"),
            ("other", "2026-04-14", "2026-04-15"),
        ],
    )  # fmt: skip
    def test_when_one_may_ask(self, basis, early, first):
        self.dishonest(basis)
        assert refused(actions.ask_repair, FIRM, "已整改", by=trader(), at=at(early)) == ["REPAIR_EARLY"]
        assert actions.ask_repair(FIRM, "已整改", by=trader(), at=at(first)).state == "requested"

    @pytest.mark.measure("M0-13.2")
    def test_repaired_means_regular_and_old_facts_weigh_no_more(self):
        noted("smuggling", "2026-01-10")
        self.dishonest("smuggling")
        row = actions.ask_repair(FIRM, "已整改", by=trader(), at=at("2027-01-15"))
        with pytest.raises(NotNow):
            actions.grant_repair(row.pk, "同意", by=OFFICER, at=at("2027-01-16"))
        actions.check_repair(row.pk, by=OFFICER, at=at("2027-01-16"))
        actions.grant_repair(row.pk, "同意", by=OFFICER, at=at("2027-01-20"))
        assert queries.grade(FIRM, on("2027-01-20")) == "regular"
        assert queries.held(FIRM, on("2027-01-20")).basis == "repaired"
        noted("error", "2027-01-21", "E1")
        assert CreditFile.objects.get().triggers == []

    def test_who_is_not_repaired(self):
        ask = actions.ask_repair
        assert refused(ask, FIRM, "已整改", by=trader(), at=at("2026-05-01")) == ["REPAIR_GRADE"]
        self.dishonest("crime")
        assert refused(ask, FIRM, "已整改", by=trader(), at=at("2036-05-01")) == ["REPAIR_CRIME"]
        self.dishonest("smuggling", uscc=OTHER, serious=True)
        assert refused(ask, OTHER, "已整改", by=trader(OTHER), at=at("2036-05-01")) == ["REPAIR_SERIOUS"]

    def test_proof_is_wanted_and_only_customs_decide(self):
        self.dishonest()
        ask, when = actions.ask_repair, at("2026-08-01")
        assert refused(ask, FIRM, "已整改", corrected=False, by=trader(), at=when) == ["REPAIR_PROOF"]
        assert refused(ask, FIRM, "已整改", unharmed=False, by=trader(), at=when) == ["REPAIR_PROOF"]
        assert refused(ask, FIRM, "", by=trader(), at=when) == ["CREDIT_WORDS"]
        with pytest.raises(NotYours):
            ask(FIRM, "已整改", by=OFFICER, at=when)
        row = ask(FIRM, "已整改", by=trader(), at=when)
        with pytest.raises(NotYours):
            actions.check_repair(row.pk, by=trader(), at=when)
        actions.refuse_repair(row.pk, "材料不全", by=OFFICER, at=when)
        assert Repair.objects.get().state == "refused" and queries.grade(FIRM, on("2026-08-02")) == "dishonest"
        assert ask(FIRM, "已补材料", by=trader(), at=when).state == "requested"
