"""What is done before the measured time, on all cores: the database filled, messages made, their documents filed."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from .house import SHANGHAI, furnish, inventories, sender
from .plan import NODES, Plan
from .processes import at_once

MAKERS = os.cpu_count() or 1
WARM = 3
"""Messages a worker files before the measured time, so that it has read the law, the tariff and its plans."""


class Order(NamedTuple):
    """What makers are told: the cards are PEM, the folder is where messages are written."""

    plan: Plan
    at: datetime
    cards: list[bytes]
    series: str
    folder: Path

    def traffic(self, series: str = "", *, plain: bool = False) -> Any:
        """Return the traffic of the run, or other traffic of its kind."""
        from tongguan.parties.certificates import TrialCard

        from .traffic import Traffic

        cards = [TrialCard.read(pem) for pem in self.cards]
        return Traffic(self.plan, self.at, cards, self.series + series, plain=plain)


def prepare(plan: Plan, folder: Path, told: Callable[[str], None]) -> tuple[Order, int]:
    """Fill the database as the plan wants it and make all messages; returns how many inventories were stored."""
    from .filling import models
    from .traffic import NOUNS

    at = datetime.now(SHANGHAI)
    order = Order(plan, at, furnish(at), f"{at:%Y%m%d%H%M%S}", folder)
    lacking = -(-(plan.stored - inventories()) // NODES)
    if lacking > 0:
        told("stored")
        whole = models(order.traffic("/model", plain=True))
        at_once(MAKERS, store, order, whole, lacking)
    stored = inventories()
    told("messages")
    make_few(order)
    at_once(MAKERS, make, order, models(order.traffic("/documents", plain=True), NOUNS[:3]))
    return order, stored


def store(place: int, order: Order, models: list, messages: int) -> None:
    """Add this maker's part of the parcels that are there before the run."""
    from .filling import fill

    traffic = order.traffic("/stored", plain=True)
    for number in range(place, messages, MAKERS):
        fill(models, traffic, number)


def make(place: int, order: Order, models: list) -> None:
    """Write this maker's part of the messages into the folder, and add what their inventories stand on."""
    from .filling import fill

    traffic = order.traffic()
    for number in range(place, order.plan.messages, MAKERS):
        put(order.folder, f"{number}", traffic.inventories(number).data)
        fill(models, traffic, number)


def make_few(order: Order) -> None:
    """Make the messages that are filed before the measured time and those of one inventory; the intake files the rest."""
    from tongguan.ecommerce.intake import receive

    warm, by = order.traffic("/warm"), sender()
    few = [(f"warm{number}", {**warm.documents(number), "inventory": warm.inventories(number)})
           for number in range(order.plan.workers * WARM)]  # fmt: skip
    few += [(f"alone{number}", warm.single(number)) for number in range(order.plan.alone)]
    for name, messages in few:
        put(order.folder, name, messages.pop("inventory").data)
        for one in messages.values():
            receive(one.data, sender=by, at=order.at)


def put(folder: Path, name: str, data: bytes) -> None:
    """Keep a message for later."""
    (folder / f"{name}.xml").write_bytes(data)


def get(folder: Path, name: str) -> bytes:
    """Return a message that was kept."""
    return (folder / f"{name}.xml").read_bytes()
