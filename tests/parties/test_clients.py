"""Machine clients and their tokens."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from tongguan.journal.models import Event
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties import clients
from tongguan.parties.actions import issue, meet, revoke
from tongguan.parties.clients import authenticate
from tongguan.parties.models import MachineClient
from tongguan.parties.queries import clients_of

OPERATOR = Actor("wang", "operator")
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
WHO = {"by": OPERATOR, "at": AT}


@pytest.fixture
def platform(db):
    return meet("91110105MA01ABCD5F", "京西商城", at=AT)


def test_a_token_stands_for_its_client_and_only_its_digest_is_kept(platform):
    client, token = issue("jingxi-1", platform, role="platform", dxp_id="DXPENT0000000001", **WHO)
    assert authenticate(token, at=AT) == Actor("jingxi-1", "platform", platform.id)
    assert clients.client_of(token, at=AT).dxp_id == "DXPENT0000000001"
    assert token.encode() not in bytes(client.token_digest) and len(token) >= 43
    assert token not in str(Event.objects.get(what="client.issued").details)
    assert authenticate(token[:-1], at=AT) is None
    assert authenticate("", at=AT) is None


def test_a_token_seen_a_moment_ago_costs_no_query(platform, django_assert_num_queries):
    _, token = issue("jingxi-1", platform, role="platform", **WHO)
    with django_assert_num_queries(2):  # that it was used is noted
        authenticate(token, at=AT)
        authenticate(token, at=AT)
    with django_assert_num_queries(2):  # what is wrong is not remembered
        authenticate("guess", at=AT)
        authenticate("guess", at=AT)


@pytest.mark.django_db(transaction=True)
def test_a_revoked_client_is_refused_at_once_here_and_soon_elsewhere(monkeypatch):
    client, token = issue("window", None, role="operator", **WHO)
    assert authenticate(token, at=AT) == Actor("window", "operator")
    MachineClient.objects.update(revoked=AT)  # as another process does it
    assert authenticate(token, at=AT) is not None
    later = clients.time.monotonic() + clients._SECONDS
    monkeypatch.setattr(clients.time, "monotonic", lambda: later)
    assert authenticate(token, at=AT) is None
    monkeypatch.undo()
    MachineClient.objects.update(revoked=None)
    assert authenticate(token, at=AT) is not None
    revoke(client.id, **WHO)
    revoke(client.id, **WHO)
    assert authenticate(token, at=AT) is None
    assert Event.objects.filter(what="client.revoked").count() == 1


def test_the_memory_of_tokens_is_bounded(platform, monkeypatch):
    monkeypatch.setattr(clients, "_MOST", 3)
    for n in range(7):
        authenticate(issue(f"c{n}", platform, role="platform", **WHO)[1], at=AT)
        assert len(clients._kept) <= 3


def test_a_role_goes_with_what_the_client_is_for(platform):
    for enterprise, role in ((None, "platform"), (platform, "operator"), (platform, "officer")):
        with pytest.raises(IntegrityError), transaction.atomic():
            issue("wrong", enterprise, role=role, **WHO)
    issue("jingxi-1", platform, role="platform", **WHO)
    with pytest.raises(IntegrityError), transaction.atomic():
        issue("jingxi-1", platform, role="platform", **WHO)


def test_only_the_operator_issues_and_revokes(platform):
    client, _ = issue("jingxi-1", platform, role="platform", **WHO)
    trader = Actor("li", "trader", platform.id)
    with pytest.raises(NotYours):
        issue("mine", platform, role="platform", by=trader, at=AT)
    with pytest.raises(NotYours):
        revoke(client.id, by=trader, at=AT)


def test_clients_are_paged_by_enterprise(platform):
    made = [issue(f"c{n}", platform, role="platform", **WHO)[0].name for n in range(3)]
    issue("window", None, role="operator", **WHO)
    page = clients_of(platform.id, limit=2)
    assert [c.name for c in page] == made[:2]
    assert [c.name for c in clients_of(platform.id, after=page[-1].id)] == made[2:]
    assert [c.name for c in clients_of(None)] == ["window"]
