"""Officers' work: taken, handed over, and decided by who stands in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.parties.test_joining import refused as refusals

from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.actions import admit, disable_person
from tongguan.parties.actions.work import (
    decide_held,
    delegate,
    end_delegation,
    give_back,
    hand_over_work,
    insist_holder,
    take_work,
)
from tongguan.parties.models import Assignment, Person
from tongguan.parties.work import delegations_of, handovers_of, holder, officers, work_of

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
TODAY = date(2026, 11, 21)
OPERATOR = Actor("window", "operator")


def by(name: str, at: datetime = AT) -> dict:
    return {"by": Actor(name, "officer"), "at": at}


@pytest.fixture(autouse=True)
def _officers(db):
    for name in ("li", "ma", "wu"):
        admit(name, name.upper(), "x", [("officer", None)], by=OPERATOR, at=AT)
    admit("trader", "t", "x", [], by=OPERATOR, at=AT)


def refused(call, *arguments, **named) -> list[str]:
    return [code for code, _ in refusals(call, *arguments, **named)]


def test_what_one_has_taken_nobody_else_decides():
    row = take_work("inventory/1", "/parcels/1", **by("li"))
    assert take_work("inventory/1", "/parcels/1", **by("li")) == row and str(holder("inventory/1")) == "LI"
    assert refused(take_work, "inventory/1", "/p", **by("ma")) == ["WORK_HELD"]
    assert refused(insist_holder, "inventory/1", **by("ma")) == ["WORK_HELD"]
    decide_held("inventory/2", **by("ma"))  # nobody has taken it
    decide_held("inventory/1", by=OPERATOR, at=AT)  # officers only are asked
    decide_held("inventory/1", **by("li"))
    row.refresh_from_db()
    assert row.why == "done" and holder("inventory/1") is None


def test_giving_back():
    take_work("inventory/1", "/p", **by("li"))
    with pytest.raises(NotYours):
        give_back("inventory/1", **by("ma"))
    give_back("inventory/1", **by("li"))
    take_work("inventory/1", "/p", **by("ma"))


@pytest.mark.parametrize("subject", ["", "x", "../x", "inventory/", "Inventory/1"])
def test_what_cannot_be_taken(subject):
    assert refused(take_work, subject, "/p", **by("li")) == ["WORK_UNKNOWN"]
    assert refused(take_work, "inventory/1", "//elsewhere", **by("li")) == ["WORK_UNKNOWN"]


def test_only_officers_have_work():
    for who in (OPERATOR, Actor("trader", "officer"), Actor("li", "trader")):
        with pytest.raises(NotYours):
            take_work("inventory/1", "/p", by=who, at=AT)


@pytest.mark.measure("M2-I-5.2")
def test_a_shift_is_handed_over():
    for n in range(3):
        take_work(f"inventory/{n}", "/p", **by("li"))
    made = hand_over_work("ma", "两票待补材料", ["inventory/0", "inventory/1"], **by("li"))
    assert made.subjects == ["inventory/0", "inventory/1"]
    assert [row.subject for row in work_of("ma", on=TODAY)] == made.subjects
    assert refused(insist_holder, "inventory/0", **by("li")) == ["WORK_HELD"]
    hand_over_work("wu", "其余", **by("li"))
    assert work_of("li", on=TODAY) == [] and len(handovers_of("li")) == 2 and handovers_of("ma") == [made]
    assert Event.objects.filter(what="work.handed_over").count() == 2
    assert Assignment.objects.filter(why="handed_over").count() == 3


@pytest.mark.parametrize(
    ("to", "note", "code"),
    [("li", "x", "HANDOVER_COLLEAGUE"), ("nobody", "x", "HANDOVER_COLLEAGUE"), ("trader", "x", "HANDOVER_COLLEAGUE"),
     ("ma", " ", "HANDOVER_NOTE")],
)  # fmt: skip
def test_what_is_not_handed_over(to, note, code):
    take_work("inventory/1", "/p", **by("li"))
    assert refused(hand_over_work, to, note, **by("li")) == [code]
    assert refused(hand_over_work, "ma", "x", ["inventory/2"], **by("li")) == ["HANDOVER_NOTHING"]


def test_the_operator_hands_over_for_somebody_who_cannot():
    take_work("inventory/1", "/p", **by("li"))
    disable_person(Person.objects.get(username="li"), by=OPERATOR, at=AT)
    with pytest.raises(NotYours):
        hand_over_work("ma", "x", of="li", **by("wu"))
    hand_over_work("ma", "离岗", of="li", by=OPERATOR, at=AT)
    assert str(holder("inventory/1")) == "MA" and [o.username for o in officers()] == ["ma", "wu"]


def test_who_stands_in_decides_under_his_own_name():
    take_work("inventory/1", "/p", **by("li"))
    row = delegate("ma", TODAY, TODAY + timedelta(2), "出差", **by("li"))
    assert [one.subject for one in work_of("ma", on=TODAY)] == ["inventory/1"] and delegations_of("li") == [row]
    decide_held("inventory/1", **by("ma"))
    told = Event.objects.get(what="work.stood_in")
    assert told.details["stands_for"] == "li" and told.details["matter"] == "inventory/1"


def test_nobody_stands_in_by_way_of_a_third():
    take_work("inventory/1", "/p", **by("li"))
    delegate("ma", TODAY, TODAY, "x", **by("li"))
    delegate("wu", TODAY, TODAY, "x", **by("ma"))
    assert refused(decide_held, "inventory/1", **by("wu")) == ["WORK_HELD"]


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (2, True), (3, False)])
def test_it_is_for_its_days(days, counts):
    take_work("inventory/1", "/p", **by("li"))
    delegate("ma", TODAY, TODAY + timedelta(2), "x", **by("li"))
    try:
        insist_holder("inventory/1", **by("ma", AT + timedelta(days)))
    except Refused:
        assert not counts
    else:
        assert counts


def test_either_ends_it():
    row = delegate("ma", TODAY, TODAY, "x", **by("li"))
    with pytest.raises(NotYours):
        end_delegation(row.pk, **by("wu"))
    end_delegation(row.pk, **by("ma"))
    end_delegation(row.pk, **by("li"))
    assert Event.objects.filter(what="delegation.ended").count() == 1
    take_work("inventory/1", "/p", **by("li"))
    assert refused(insist_holder, "inventory/1", **by("ma")) == ["WORK_HELD"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"to": "li"}, "DELEGATION_DEPUTY"), ({"to": "trader"}, "DELEGATION_DEPUTY"), ({"reason": ""}, "DELEGATION_REASON"),
     ({"until": None}, "DELEGATION_PERIOD"), ({"until": TODAY + timedelta(31)}, "DELEGATION_PERIOD"),
     ({"since": TODAY + timedelta(1)}, "DELEGATION_PERIOD"),
     ({"since": TODAY - timedelta(2), "until": TODAY - timedelta(1)}, "DELEGATION_PERIOD")],
)  # fmt: skip
def test_what_is_no_delegation(changed, code):
    given = {"to": "ma", "since": TODAY, "until": TODAY, "reason": "x"} | changed
    assert refused(delegate, **given, **by("li")) == [code]
