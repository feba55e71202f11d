"""What is done before the measured time, by as many processes as there are cores: messages made, documents filed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .plan import Plan

if TYPE_CHECKING:
    from .traffic import Traffic


def make(place: int, plan: Plan, at: datetime, cards: list[bytes], series: str, folder: Path, parts: int) -> None:
    """Make every ``parts``-th message of the run, write it into the folder, and file what its inventories stand on."""
    traffic = _traffic(plan, at, cards, series)
    for number in range(place, plan.messages, parts):
        (folder / f"{number}.xml").write_bytes(traffic.inventories(number))
        _file(traffic.documents(number).values(), at)


def make_warm(plan: Plan, at: datetime, cards: list[bytes], series: str, folder: Path, count: int) -> None:
    """Make the messages that are filed before the measured time, and those that are filed alone."""
    warm = _traffic(plan, at, cards, f"{series}/warm")
    for number in range(count):
        (folder / f"warm{number}.xml").write_bytes(warm.inventories(number))
        _file(warm.documents(number).values(), at)
    for number in range(plan.alone):
        documents, inventory = warm.single(number)
        _file(documents.values(), at)
        (folder / f"alone{number}.xml").write_bytes(inventory)


def store(place: int, plan: Plan, at: datetime, cards: list[bytes], series: str, messages: int, parts: int) -> None:
    """File whole parcels, the four messages of each hundred, so that the database is as full as the run wants it."""
    traffic = _traffic(plan, at, cards, f"{series}/stored")
    for number in range(place, messages, parts):
        _file([*traffic.documents(number).values(), traffic.inventories(number)], at)


def _traffic(plan: Plan, at: datetime, cards: list[bytes], series: str) -> Traffic:
    from tongguan.server.prepare import set_up

    set_up()
    from tongguan.parties.certificates import TrialCard

    from .traffic import Traffic

    return Traffic(plan, at, [TrialCard.read(pem) for pem in cards], series)


def _file(messages, at: datetime) -> None:
    from tongguan.ecommerce.intake import receive

    from .house import sender

    for data in messages:
        receive(data, sender=sender(), at=at)
