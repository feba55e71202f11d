"""Programs of a firm: given by its administrator, within what the giver may, for some days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.parties.test_joining import refused as refusals
from tests.parties.test_mandates import AGENT, AT, MERCHANT, WHO, firms, who

from tongguan.journal.models import Event
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.actions import give_access, issue, renew_access, revoke
from tongguan.parties.clients import authenticate, clear_cache, client_of
from tongguan.parties.models import MachineClient
from tongguan.parties.queries import exchange_numbers, find, program, program_roles

DAY = timedelta(days=1)


def refused(call, *arguments, **named) -> list[str]:
    return [code for code, _ in refusals(call, *arguments, **named)]


@pytest.fixture
def agent(db):
    firms()
    return find(AGENT)


def give(firm, name="erp", role="broker", scopes=("see", "file"), days=90, **more):
    given = {"dxp_id": ""} | who("agent") | more
    return give_access(firm, name, role, scopes, days, **given)


@pytest.mark.measure("M2-I-5.2")
def test_the_administrator_gives_access_and_takes_it(agent):
    row, token = give(agent)
    assert (row.name, row.until, row.scopes) == (f"{AGENT}-erp", AT + 90 * DAY, ["see", "file"])
    actor = authenticate(token, at=AT)
    assert actor == Actor(row.name, "broker", agent.pk) and actor.abilities == {"see", "file"}
    assert program(row.pk, agent.pk) == row and program(row.pk, None) is None
    assert token not in str(Event.objects.get(what="client.issued").details)
    revoke(row.pk, **who("agent"))
    clear_cache()
    assert authenticate(token, at=AT) is None


def test_a_token_ends_on_its_day(agent):
    row, token = give(agent, days=1)
    assert client_of(token, at=AT + DAY - timedelta(seconds=1)) == row
    assert client_of(token, at=AT + DAY) is None  # though this process remembers it
    assert row.state(AT + DAY) == "expired"


def test_its_use_is_noted_every_few_minutes(agent, django_assert_num_queries):
    row, token = give(agent)
    client_of(token, at=AT)
    clear_cache()
    with django_assert_num_queries(1):
        client_of(token, at=AT + timedelta(minutes=5))
    row.refresh_from_db()
    assert row.used == AT
    clear_cache()
    client_of(token, at=AT + timedelta(minutes=11))
    row.refresh_from_db()
    assert row.used == AT + timedelta(minutes=11)


def test_another_token_ends_the_one_before(agent):
    row, token = give(agent)
    made, other = renew_access(row.pk, 30, **who("agent"))
    clear_cache()
    assert made.until == AT + 30 * DAY and client_of(other, at=AT) == row
    assert client_of(token, at=AT) is None
    revoke(row.pk, **who("agent"))
    assert refused(renew_access, row.pk, 30, **who("agent")) == ["PROGRAM_REVOKED"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": ""}, "PROGRAM_NAME"), ({"name": "a b"}, "PROGRAM_NAME"), ({"name": "x" * 31}, "PROGRAM_NAME"),
        ({"role": "platform"}, "PROGRAM_ROLE"), ({"dxp_id": "DXPOTHER"}, "PROGRAM_ROLE"), ({"scopes": ()}, "PROGRAM_SCOPES"),
        ({"scopes": ("people",)}, "PROGRAM_SCOPES"), ({"days": 0}, "PROGRAM_PERIOD"), ({"days": 367}, "PROGRAM_PERIOD"),
    ],
)  # fmt: skip
def test_what_is_not_given(agent, changed, code):
    assert refused(give, agent, **changed) == [code]


def test_a_name_is_given_once_even_after_it_was_revoked(agent):
    row, _ = give(agent)
    revoke(row.pk, **who("agent"))
    assert refused(give, agent) == ["PROGRAM_NAME_TAKEN"]


def test_numbers_of_the_exchange_are_those_the_operator_gave(agent):
    issue("first", agent, role="broker", dxp_id="DXPAGENT", **WHO)
    assert exchange_numbers(agent.pk) == ["DXPAGENT"] and program_roles(agent) == ["broker"]
    assert give(agent, dxp_id="DXPAGENT")[0].dxp_id == "DXPAGENT"


@pytest.mark.parametrize("name", ["agent-viewer", "boss"])
def test_others_give_and_take_nothing(agent, name):
    row, _ = give(agent)
    for act in (lambda: give(agent, name="other", **who(name)), lambda: revoke(row.pk, **who(name)),
                lambda: renew_access(row.pk, 9, **who(name))):  # fmt: skip
        with pytest.raises(NotYours):
            act()


def test_a_program_gives_no_more_than_it_has(agent):
    giver, token = give(agent, scopes=("see", "file", "programs"), days=30)
    by = authenticate(token, at=AT)
    made, _ = give(agent, name="b", scopes=("see",), days=30, by=by)
    assert made.made_by == giver.name
    for changed in ({"scopes": ("see", "pay")}, {"scopes": ("see", "programs")}, {"days": 31}):
        wanted = {"name": "c", "scopes": ("see",), "days": 30, "by": by} | changed
        assert refused(give, agent, **wanted) == ["PROGRAM_BEYOND_GIVER"]
    assert refused(renew_access, giver.pk, 31, by=by, at=AT) == ["PROGRAM_BEYOND_GIVER"]
    renew_access(giver.pk, 30, by=by, at=AT)
    plain = authenticate(give(agent, name="d")[1], at=AT)
    with pytest.raises(NotYours):
        give(agent, name="e", by=plain)
    with pytest.raises(NotYours):
        give(find(MERCHANT), name="f", by=by)
    assert MachineClient.objects.filter(enterprise=agent).count() == 3
