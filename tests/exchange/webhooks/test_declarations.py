"""Receipts of declarations: made within a look of the courier, and told to the firm that declares."""

from __future__ import annotations

import json

import pytest
from tests.declarations import made as dec_made
from tests.declarations.conftest import _bank, port, window  # noqa: F401
from tests.exchange.webhooks.conftest import PASSWORD, Clock, public

from tongguan.declarations.messages.queries import receipts
from tongguan.declarations.models import DeclarationReceipt
from tongguan.exchange.webhooks import actions, signing
from tongguan.exchange.webhooks.courier import Courier, hand_out
from tongguan.exchange.webhooks.rules import WebhookKind, WebhookStatus
from tongguan.exchange.webhooks.sending import Sender
from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.parties.actions import admit
from tongguan.parties.queries import actor_of, find


def boss(code: str = dec_made.AGENT, role: str = "broker") -> Actor:
    """Return who administers a firm that declares."""
    person = admit(f"boss-{role}", "某", PASSWORD, [(role, find(code))], by=dec_made.OPERATOR, at=dec_made.AT)
    person.memberships.update(functions=["administrator"])
    return actor_of(person)


@pytest.fixture
def courier(settings):
    settings.DEMO = True
    return Courier(Clock(dec_made.AT), Sender(loopback=True, timeout=2.0))


def told(receiver) -> list[dict]:
    return [json.loads(body) for _, body in receiver.got]


def test_a_declaration_is_told_at_the_next_look(port, courier, receiver):  # noqa: F811
    given = actions.add(receiver.url, by=boss(), at=dec_made.AT)
    row = dec_made.submitted()
    assert Event.objects.filter(seq=None, subject=str(row)).exists(), "no timer has run"
    assert courier.once() == 2 and courier.once() == 0
    first = told(receiver)[0]
    assert (first["type"], first["data"]["status"], first["data"]["event"]) == (
        "receipt.declaration", "L", "declaration.accepted",
    )  # fmt: skip
    assert first["data"]["numbers"] == {"preNo": row.pre_no, "entryId": row.number}
    assert first["data"]["cursor"] == str(DeclarationReceipt.objects.order_by("pk")[0].pk)
    assert first["data"]["links"]["declaration"].endswith(row.pre_no) and "note" not in first["data"]
    headers, body = receiver.got[0]
    signing.verify(given.secret, headers, body, dec_made.AT)
    dec_made.passed(row)
    assert courier.once() == 1 and told(receiver)[-1]["data"]["status"] == "G"


def test_only_the_firm_that_declares_is_told_and_only_what_it_wants(port, courier, receiver):  # noqa: F811
    actions.add(f"{receiver.url}/trader", by=boss(dec_made.TRADER, "trader"), at=dec_made.AT)
    mine = boss()
    actions.add(f"{receiver.url}/parcels", kinds=["CEB622Message"], by=mine, at=dec_made.AT)
    actions.add(f"{receiver.url}/due", statuses=["T"], kinds=["DEC_RESULT"], by=mine, at=dec_made.AT)
    actions.add(f"{receiver.url}/no", statuses=["refused"], by=mine, at=dec_made.AT)
    dec_made.submitted()
    assert courier.once() == 1 and [one["data"]["status"] for one in told(receiver)] == ["T"]
    dec_made.refused(dec_made.submitted, dec_made.document(PackNo=99))
    assert courier.once() == 1 and told(receiver)[-1]["data"]["status"] == "E"
    assert "entryId" not in told(receiver)[-1]["data"]["numbers"]


def test_an_address_is_told_from_when_it_is_set_and_of_what_came_while_it_was_off(port, courier, receiver):  # noqa: F811
    dec_made.submitted()
    hand_out()
    given = actions.add(receiver.url, by=boss(), at=dec_made.AT)
    assert courier.once() == 0, "what was told before is not told again"
    row = dec_made.draft(dec_made.document(PackNo=99))
    with pytest.raises(Refused):
        dec_made.actions.submit(row.pk, by=dec_made.broker(), at=dec_made.AT)
    assert courier.once() == 1 and given.endpoint.pk


def test_a_receipt_that_cannot_be_made_stops_no_other(port, courier, monkeypatch):  # noqa: F811
    dec_made.submitted()
    monkeypatch.setattr("tongguan.exchange.webhooks.courier.give_receipts", lambda: 1 / 0)
    assert courier.once() == 0
    monkeypatch.undo()
    hand_out()
    assert [one.channel for one in receipts(to=dec_made.broker())] == ["L", "T"]


@pytest.mark.parametrize("more, rule", [({"kinds": ["DEC"]}, WebhookKind), ({"statuses": ["?"]}, WebhookStatus)])
def test_a_kind_or_a_status_that_no_receipt_has_is_refused(port, more, rule):  # noqa: F811
    with pytest.raises(Refused) as refused:
        actions.add("https://erp.example.com/x", by=boss(), at=dec_made.AT, resolve=public, **more)
    assert [one.code for one in refused.value.findings] == [rule.code]
