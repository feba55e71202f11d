"""Mandates of agents: asked for, granted, and looked up by the moment."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from tests.parties.test_joining import refused

from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.parties.actions import admit, ask_mandate, decide_mandate, register
from tongguan.parties.mandates import mandate, mandates_of, principals
from tongguan.parties.models import Mandate

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WHO = {"by": Actor("window", "operator"), "at": AT}
MERCHANT, AGENT = "91110105MA01ABCD5F", "91110105MA00DH8B5N"
PERIOD = {"since": date(2026, 11, 1), "until": date(2027, 10, 31)}


def firms() -> None:
    for code, role, name in ((MERCHANT, "platform", "boss"), (AGENT, "broker", "agent")):
        firm = register(code, name_zh=name, kinds=[role], **WHO)
        admit(name, name, "x", [(role, firm)], **WHO)
        admit(f"{name}-viewer", name, "x", [(role, firm)], functions=["declarant"], **WHO)


@pytest.fixture
def parties(db):
    firms()


def who(name: str, at: datetime = AT) -> dict:
    from tongguan.parties.models import Membership

    held = Membership.objects.get(person__username=name)
    return {"by": Actor(name, held.role, held.enterprise_id, name), "at": at}


def ids() -> tuple[int, int]:
    return who("agent")["by"].enterprise, who("boss")["by"].enterprise


def asked(**changed) -> Mandate:
    given = {"principal": MERCHANT, "abilities": ["file", "see"]} | PERIOD | changed
    return ask_mandate(**given, **who("agent"))


@pytest.mark.measure("M2-I-5.2")
def test_a_mandate_counts_once_it_is_granted(parties):
    agent, principal = ids()
    row = asked(messages=["CEB621Message"])
    assert mandate(agent, principal, at=AT) is None
    decide_mandate(row.pk, "grant", **who("boss"))
    assert mandate(agent, principal, kind="CEB621Message", at=AT) == row == mandate(agent, principal, at=AT)
    assert mandate(agent, principal, kind="CEB625Message", at=AT) is None
    assert mandate(agent, principal, ability="pay", at=AT) is None
    assert mandate(principal, agent, at=AT) is None
    assert principals(agent, kind="CEB621Message", at=AT) == {principal} and principals(principal, at=AT) == set()
    assert mandates_of(agent) == mandates_of(principal) == [row]
    assert mandate(agent, principal, at=AT - timedelta(seconds=1)) is None  # nothing before it was granted


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), False), (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), True),
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), True), (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), False),
    ],
)  # fmt: skip
def test_its_days_are_those_of_beijing_both_included(parties, at, counts):
    row = asked(since=date(2026, 12, 1), until=date(2026, 12, 31))
    decide_mandate(row.pk, "grant", **who("boss"))
    assert (mandate(*ids(), at=at) is not None) == counts


@pytest.mark.parametrize("side", ["boss", "agent"])
def test_either_side_ends_it_from_that_moment(parties, side):
    row = asked()
    decide_mandate(row.pk, "grant", **who("boss"))
    decide_mandate(row.pk, "revoke", reason="done", **who(side, AT + DAY))
    assert mandate(*ids(), at=AT + DAY - timedelta(seconds=1)) == row
    assert mandate(*ids(), at=AT + DAY) is None
    with pytest.raises(NotNow):
        decide_mandate(row.pk, "revoke", **who(side, AT + DAY))


def test_whose_decision_it_is(parties):
    row = asked()
    for name, verb in (("agent", "grant"), ("agent", "refuse"), ("boss", "withdraw"), ("boss-viewer", "grant")):
        with pytest.raises(NotYours):
            decide_mandate(row.pk, verb, **who(name))
    with pytest.raises(NotYours):
        ask_mandate(MERCHANT, ["file"], **PERIOD, **who("agent-viewer"))
    with pytest.raises(NotYours):
        decide_mandate(row.pk, "grant", **WHO)
    assert decide_mandate(row.pk, "withdraw", **who("agent")).state == "withdrawn"
    other = asked()
    assert decide_mandate(other.pk, "refuse", reason="unknown", **who("boss")).reason == "unknown"
    assert mandate(*ids(), at=AT) is None


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"principal": "123"}, ("PRINCIPAL_UNKNOWN", "principal")), ({"principal": ""}, ("PRINCIPAL_UNKNOWN", "principal")),
        ({"principal": AGENT}, ("MANDATE_FOR_ITSELF", "principal")), ({"abilities": []}, ("MANDATE_SCOPE", "abilities")),
        ({"abilities": ["people"]}, ("MANDATE_SCOPE", "abilities")), ({"messages": ["X"]}, ("MANDATE_SCOPE", "messages")),
        ({"since": None}, ("MANDATE_PERIOD", "since")), ({"until": date(2026, 10, 1)}, ("MANDATE_PERIOD", "until")),
        ({"since": date(2026, 1, 1), "until": date(2026, 11, 20)}, ("MANDATE_PERIOD", "until")),
        ({"until": date(2029, 11, 1)}, ("MANDATE_PERIOD", "until")),
    ],
)  # fmt: skip
def test_what_a_mandate_may_say(parties, changed, found):
    assert refused(asked, **changed) == [found]
    assert not Mandate.objects.exists()


def test_the_longest_period(parties):
    assert asked(until=date(2029, 10, 31)).state == "asked"


@pytest.mark.django_db(transaction=True)
def test_the_same_is_not_asked_for_twice_even_at_once():
    firms()
    start, found = threading.Barrier(4), []

    def ask() -> None:
        try:
            start.wait()
            asked()
            found.append("asked")
        except Refused as problem:
            found.append(problem.findings[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == ["MANDATE_ASKED"] * 3 + ["asked"]
