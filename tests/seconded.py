"""Acts of two officers, as tests of what they do together make them: one proposes, another confirms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from tests.parties.test_joining import refused

from tongguan.journal.models import Event
from tongguan.kernel.states import Actor, NotNow
from tongguan.parties.actions import admit
from tongguan.parties.actions.seconding import alone_or_propose, confirm_act, refuse_act, withdraw_act
from tongguan.parties.models import Person, TwoPersonAct

OPERATOR, FIRST, SECOND = Actor("window", "operator"), Actor("first", "officer"), Actor("second", "officer")
Act = Callable[..., Any]


def officers(at: datetime) -> None:
    """Let there be two officers."""
    for one in (FIRST, SECOND):
        if not Person.objects.filter(username=one.name).exists():
            admit(one.name, one.name, "x", [("officer", None)], by=OPERATOR, at=at)


def proposed(act: Act, at: datetime) -> TwoPersonAct:
    """Let the first officer do an act that takes ``by``; it is proposed, and nothing has happened."""
    officers(at)
    row = alone_or_propose(lambda: act(by=FIRST), "情况属实", "/", by=FIRST, at=at)
    assert row is not None, "one officer did it alone"
    return row


def by_two(act: Act, at: datetime) -> None:
    """Do an act by two officers."""
    confirm_act(proposed(act, at).pk, by=SECOND, at=at)


def shown_by_two(act: Act, state: Callable[[], object], at: datetime) -> None:
    """Show that an act needs two officers: nothing happens by one, refused or taken back; it is done by the second, once.

    ``state`` is what the act changes.
    """
    before = state()
    officers(at)
    assert refused(lambda: act(by=FIRST)) == [("SECOND_NEEDED", "second")] and state() == before
    events = Event.objects.exclude(what__startswith="second.").count()
    own = proposed(act, at)
    assert refused(confirm_act, own.pk, by=FIRST, at=at) == [("SECOND_SAME_PERSON", "second")]
    withdraw_act(own.pk, by=FIRST, at=at)
    refuse_act(proposed(act, at).pk, "证据不足", by=SECOND, at=at)
    with pytest.raises(NotNow):
        confirm_act(own.pk, by=SECOND, at=at)
    assert state() == before and Event.objects.exclude(what__startswith="second.").count() == events
    last = proposed(act, at)
    confirm_act(last.pk, by=SECOND, at=at)
    last.refresh_from_db()
    assert state() != before and last.used == at
