"""Acts of two officers: alone nothing happens, nobody is his own second, and of two who answer at once one does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.ecommerce.test_races import at_once
from tests.parties.test_joining import refused as refusals

from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.parties import seconding as known
from tongguan.parties.actions import admit, disable_person
from tongguan.parties.actions.seconding import (
    NeedsSecond,
    alone_or_propose,
    confirm_act,
    expire_acts,
    insist_second,
    propose,
    refuse_act,
    withdraw_act,
)
from tongguan.parties.actions.work import delegate, take_work
from tongguan.parties.models import Assignment, Person, TwoPersonAct
from tongguan.parties.roles import SYSTEM
from tongguan.parties.seconding import confirmed_as

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
OPERATOR = Actor("window", "operator")
GIVEN = {"number": "7", "left": "0"}
DONE: list[tuple[str, str]] = []


def who(name: str, at: datetime = AT) -> dict:
    return {"by": Actor(name, "officer"), "at": at}


@transaction.atomic
def open_the_gate(number: str, *, by: Actor, at: datetime) -> None:
    """An act of the test that two officers do together."""
    insist_second("test.open", f"gate/{number}", {"number": number}, by=by, at=at)
    if number == "13":
        raise NotNow(machine="parties", state="shut", verb="take", open=[])
    DONE.append((number, by.name))


@pytest.fixture(autouse=True)
def _officers(db, monkeypatch):
    DONE.clear()
    monkeypatch.setattr(known, "_ACTS", dict(known._ACTS))
    confirmed_as("test.open")(lambda given, **told: open_the_gate(given["number"], **told))
    confirmed_as("test.careless")(lambda given, **told: DONE.append(("careless", told["by"].name)))
    for name in ("li", "ma", "wu"):
        admit(name, name.upper(), "x", [("officer", None)], by=OPERATOR, at=AT)
    admit("guest", "G", "x", [], by=OPERATOR, at=AT)


def proposed(number: str = "1", by: str = "li", reason: str = "有证明", at: datetime = AT) -> TwoPersonAct:
    made = alone_or_propose(lambda: open_the_gate(number, **who(by, at)), reason, f"/gates/{number}", **who(by, at))
    assert made is not None
    return made


def refused(call, *arguments, **named) -> list[str]:
    return [code for code, _ in refusals(call, *arguments, **named)]


def kinds() -> list[str]:
    return list(Event.objects.filter(what__startswith="second.").order_by("id").values_list("what", flat=True))


def test_SECOND_NEEDED():
    assert refused(open_the_gate, "1", **who("li")) == ["SECOND_NEEDED"]
    assert DONE == [] and TwoPersonAct.objects.count() == 0
    open_the_gate("1", by=SYSTEM, at=AT)  # the program follows the law by itself
    assert DONE == [("1", "tongguan")]


def test_one_proposes_another_confirms_and_it_is_done_once():
    row = proposed()
    assert (row.state, str(row.proposer), row.until, DONE) == ("open", "LI", AT + timedelta(hours=72), [])
    done = confirm_act(row.pk, "核对无误", **who("ma", LATER))
    assert (done.state, str(done.second), done.used, DONE) == ("confirmed", "MA", LATER, [("1", "ma")])
    assert kinds() == ["second.asked", "second.confirmed"]
    told = Event.objects.get(what="second.confirmed")
    assert (told.by, told.details["proposer"], told.details["matter"]) == ("ma", "li", "gate/1")
    assert refused(open_the_gate, "1", **who("ma", LATER)) == ["SECOND_NEEDED"]  # one confirmation is for one time
    with pytest.raises(NotNow):
        confirm_act(row.pk, **who("wu", LATER))


def test_SECOND_SAME_PERSON():
    row = proposed()
    for _session in (1, 2):  # however often he signs in, he is one person
        assert refused(confirm_act, row.pk, **who("li", LATER)) == ["SECOND_SAME_PERSON"]
        assert refused(refuse_act, row.pk, "x", **who("li", LATER)) == ["SECOND_SAME_PERSON"]
    assert DONE == [] and TwoPersonAct.objects.get().state == "open"
    li = Person.objects.get(username="li")
    with pytest.raises(IntegrityError), transaction.atomic():  # nor past the actions
        TwoPersonAct.objects.update(state="confirmed", second=li)


def test_SECOND_STANDS_IN():
    """Who stands in for the first is not the second, even when that ended before he answers."""
    given = delegate("ma", date(2026, 11, 21), date(2026, 11, 22), "休假", **who("li"))
    row = proposed()
    assert refused(confirm_act, row.pk, **who("ma", LATER)) == ["SECOND_STANDS_IN"]
    given.ended = LATER
    given.save()
    assert refused(confirm_act, row.pk, **who("ma", LATER)) == ["SECOND_STANDS_IN"]
    delegate("wu", date(2026, 11, 21), date(2026, 11, 22), "休假", **who("li", LATER))
    assert refused(confirm_act, row.pk, **who("wu", LATER)) == ["SECOND_STANDS_IN"]


def test_only_officers_who_can_sign_in():
    row = proposed()
    for actor in (OPERATOR, Actor("guest", "officer"), Actor("ghost", "officer"), SYSTEM):
        for act in (confirm_act, refuse_act, withdraw_act):
            with pytest.raises(NotYours):
                act(row.pk, **({"words": "x"} if act is refuse_act else {}), by=actor, at=LATER)
    disable_person(Person.objects.get(username="ma"), by=OPERATOR, at=AT)
    with pytest.raises(NotYours):
        confirm_act(row.pk, **who("ma", LATER))
    with pytest.raises(NotYours):
        propose(NeedsSecond("test.open", "gate/2", {}), "x", "/", by=OPERATOR, at=AT)


def test_SECOND_REASON_and_SECOND_OPEN():
    def act() -> None:
        open_the_gate("1", **who("li"))

    assert refused(alone_or_propose, act, " ", "/", **who("li")) == ["SECOND_REASON"]
    proposed()
    assert refused(alone_or_propose, act, "again", "/", **who("ma")) == ["SECOND_OPEN"]
    assert TwoPersonAct.objects.count() == 1


def test_SECOND_WORDS():
    row = proposed()
    assert refused(refuse_act, row.pk, "  ", **who("ma", LATER)) == ["SECOND_WORDS"]
    done = refuse_act(row.pk, "证据不足", **who("ma", LATER))
    assert (done.state, done.words, DONE) == ("refused", "证据不足", [])
    assert proposed(at=LATER).pk != row.pk  # it may be proposed anew
    assert kinds() == ["second.asked", "second.refused", "second.asked"]


def test_the_first_takes_it_back_and_nobody_else():
    row = proposed()
    with pytest.raises(NotYours):
        withdraw_act(row.pk, **who("ma", LATER))
    assert withdraw_act(row.pk, **who("li", LATER)).state == "withdrawn"
    with pytest.raises(NotNow):
        confirm_act(row.pk, **who("ma", LATER))
    assert DONE == []


def test_SECOND_TOO_LATE():
    row = proposed()
    assert refused(confirm_act, row.pk, **who("ma", row.until)) == ["SECOND_TOO_LATE"]
    assert expire_acts(at=row.until - timedelta(seconds=1)) == 0
    again = proposed(at=row.until)  # it does not wait for the timer
    row.refresh_from_db()
    assert (row.state, again.state, DONE) == ("expired", "open", [])
    assert expire_acts(at=again.until) == 1 and expire_acts(at=again.until) == 0
    assert kinds() == ["second.asked", "second.expired", "second.asked", "second.expired"]


def test_it_is_judged_anew_and_nothing_is_half_done():
    row = proposed("13")
    with pytest.raises(NotNow):
        confirm_act(row.pk, **who("ma", LATER))
    row.refresh_from_db()
    assert (row.state, row.second, DONE) == ("open", None, [])


def test_what_was_confirmed_is_what_is_done():
    row = proposed("1")
    TwoPersonAct.objects.update(given={"number": "2"})  # changed underneath: it is another gate
    assert refused(confirm_act, row.pk, **who("ma", LATER)) == ["SECOND_NEEDED"]
    careless = propose(NeedsSecond("test.careless", "x/1", {}), "x", "/", **who("li"))
    with pytest.raises(Refused):  # an act that does not insist on its second is not done by a confirmation
        confirm_act(careless.pk, **who("ma", LATER))
    assert TwoPersonAct.objects.filter(state="open").count() == 2


def test_the_matter_that_the_first_has_taken_is_done_with_it():
    take_work("gate/1", "/gates/1", **who("li"))
    row = proposed()
    assert Assignment.objects.get().ended is None
    confirm_act(row.pk, **who("ma", LATER))
    assert Assignment.objects.get().why == "done"


def test_who_sees_proposals():
    row = proposed()
    for role in ("officer", "operator", "auditor"):
        assert known.proposals(to=Actor("x", role)) == [row] and known.proposal(row.pk, to=Actor("x", role)) == row
    assert (
        known.proposals(to=Actor("x", "trader", 1)) == [] and known.proposal(row.pk, to=Actor("x", "trader", 1)) is None
    )
    assert known.proposals("over", to=Actor("x", "officer")) == []
    assert known.waiting("gate/1") == row and known.waiting("gate/2") is None


@pytest.mark.django_db(transaction=True)
def test_of_many_who_confirm_at_once_one_does():
    row = proposed()

    def confirm(n: int) -> str:
        try:
            confirm_act(row.pk, **who(("ma", "wu")[n % 2], LATER))
        except NotNow:
            return "too late"
        return "done"

    found = at_once(confirm, range(8), threads=8)
    assert sorted(found) == ["done", *["too late"] * 7] and len(DONE) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_propose_at_once_one_does():
    def offer(n: int) -> str:
        try:
            proposed(by=("li", "ma", "wu")[n % 3])
        except Refused as refusal:
            return refusal.findings[0].code
        return "done"

    assert sorted(at_once(offer, range(6), threads=6)) == [*["SECOND_OPEN"] * 5, "done"]
