"""Filing parcels in tests, through the one door."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake import Outcome, receive
from tongguan.kernel.states import Actor

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
