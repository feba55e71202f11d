"""Filing parcels in tests, through the one door."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import zstandard

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake import Outcome, receive
from tongguan.ecommerce.models import Message, Receipt, Told
from tongguan.journal.models import Event
from tongguan.journal.queries import parts_of
from tongguan.kernel.states import Actor
from tongguan.parties import vault

AT = datetime(2026, 5, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
OPERATOR = Actor("window", "operator")
OFFICER = Actor("officer", "officer")


def file(noun: str, *documents: Any, at: datetime = AT, sender: Actor | None = OPERATOR) -> Outcome:
    """File documents of one kind as one message."""
    return receive(samples.message(noun, documents), sender=sender, at=at)


def file_all(*parcels: samples.Parcel, at: datetime = AT) -> Outcome:
    """File whole parcels, the inventory last; returns what became of the inventories."""
    for noun in ("order", "payment", "waybill", "inventory"):
        outcome = file(noun, *(getattr(p, noun) for p in parcels), at=at)
    return outcome


def told(status: str = "", **about: Any) -> list[Told]:
    """Return the receipts that were given, in their order: of a subject, of a kind, of a status."""
    given = [one for row in Receipt.objects.filter(**about).order_by("id") for one in row.each()]
    return [one for one in given if status in ("", one.status)]


def happened(subject: object = None) -> list[str]:
    """Return what the journal tells, of one subject or all, in its order, alone or as a part of what happened to many."""
    told_of = [one for event in Event.objects.order_by("id") for one in (event, *parts_of(event))]
    return [one.what for one in told_of if subject is None or one.subject == str(subject)]


def all_that_opens() -> str:
    """Return all that can be opened of messages, as one text; what nobody could read has no documents."""
    found = []
    for row in Message.objects.all():
        for blob in filter(None, (row.sealed, row.documents)):
            content = zstandard.ZstdDecompressor().decompress(vault.unseal(bytes(blob)))
            found.append(content.decode("utf-8", "replace"))
    return "\n".join(found)
