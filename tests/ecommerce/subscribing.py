"""Messages that name subscribers, in tests."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake import Outcome, receive
from tongguan.ecommerce.models import Message
from tongguan.ecommerce.subscriptions.actions.subscribing import subscribe
from tongguan.formats import ceb
from tongguan.kernel.states import Actor
from tongguan.parties.actions import issue
from tongguan.parties.models import MachineClient
from tongguan.parties.queries import find


def address(firm: samples.Firm) -> str:
    """Return the exchange address of a firm's machine client."""
    return f"DXPTG{firm.code[-9:]}"


def connect(*firms: samples.Firm, dxp_id: str = "") -> None:
    """Give each firm a machine client with its address."""
    for firm in firms:
        issue(
            f"{firm.kind} {dxp_id or address(firm)}", find(firm.code), role=firm.kind, dxp_id=dxp_id or address(firm),
            by=OPERATOR, at=AT,
        )  # fmt: skip


def named(*addresses: str, status: str = "ALL") -> list[Any]:
    """Return what a message says of its subscribers."""
    return [ceb.BaseSubscribe(status=status, dxpMode="DXP", dxpAddress=one) for one in addresses]


def message(noun: str, *documents: Any, subscribes: Iterable[Any], firm: samples.Firm = samples.BROKER) -> bytes:
    """Write documents of one kind as a message with subscribers."""
    transfer = ceb.BaseTransfer(copCode=firm.code, copName=firm.name, dxpMode="DXP", dxpId=address(firm))
    guid = samples.guid(random.Random(f"subscribed/{noun}/{documents[0].guid}"))
    return ceb.write(
        samples.KINDS[noun], documents, guid, transfer=transfer, subscribes=list(subscribes), unsigned=True
    )  # fmt: skip


@dataclass
class _Batch:
    """As much of a batch as subscribing needs."""

    message: Message
    at: datetime
    events: list = field(default_factory=list)

    def event(self, what: str, subject: str, **details: Any) -> None:
        self.events.append((what, details))


def file_for(
    noun: str, *documents: Any, subscribes: Iterable[Any], firm: samples.Firm = samples.BROKER, at: datetime = AT
) -> tuple[Outcome, list]:
    """File a message with subscribers and keep its subscriptions; returns what became of it, and the events."""
    data = message(noun, *documents, subscribes=subscribes, firm=firm)
    sender = Actor(f"{firm.kind} {address(firm)}", firm.kind, find(firm.code).pk)
    outcome = receive(data, sender=sender, at=at)
    batch = _Batch(Message.objects.defer("sealed").get(pk=outcome.message), at)
    with transaction.atomic():
        subscribe(batch, ceb.read(data))
    return outcome, batch.events


def revoke_all() -> None:
    """Take every machine client its access."""
    MachineClient.objects.update(revoked=AT)
