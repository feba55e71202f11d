"""What the clients of the soak send, and what has to become of it: parcels of every fate, each known by its order number."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from tongguan.ecommerce import samples

MOST = 20
"""Parcels of one message."""


class Fate(StrEnum):
    """What has to become of the inventory of a parcel, however often the portal was killed meanwhile."""

    CLEARS = "clears"  # released, or drawn for a check
    COUNTS = "counts"  # the same, unless its buyer has used up his year
    DIFFERS = "differs"  # sent back, for the documents do not agree
    EXCEEDS = "exceeds"  # refused, for it is over the limit of one purchase
    FAULTY = "faulty"  # refused at once: there never is an inventory
    WAITS = "waits"  # its waybill is never sent


SHARES = {Fate.CLEARS: 70, Fate.COUNTS: 14, Fate.DIFFERS: 4, Fate.EXCEEDS: 4, Fate.FAULTY: 4, Fate.WAITS: 4}
CROWD = [samples.buyer(random.Random(f"crowd/{number}")) for number in range(12)]
"""People who buy from all clients at once, so that these meet in the accounts of their years."""

BAG, MILK = samples.GOODS[6], samples.GOODS[0]


class Fated(NamedTuple):
    """A parcel and what has to become of it."""

    parcel: samples.Parcel
    fate: Fate

    @property
    def number(self) -> str:
        return self.parcel.order.orderNo


def batch(prefix: str, chance: random.Random, *, at: datetime) -> list[Fated]:
    """Invent the parcels of one batch; their order numbers begin with the prefix, the same chance gives the same."""
    numbers = range(1, chance.choice((1, 3, 8, 12, MOST)) + 1)
    return [one(f"{prefix}{number:02d}", chance, at=at) for number in numbers]


def one(number: str, chance: random.Random, *, at: datetime) -> Fated:
    """Invent a parcel of a fate by chance."""
    fate = chance.choices(list(SHARES), list(SHARES.values()))[0]
    who = chance.choice(CROWD) if fate is Fate.COUNTS else samples.buyer(chance)
    bought = {
        Fate.COUNTS: [(BAG, 2)],
        Fate.EXCEEDS: [(BAG, 6), (MILK, 1)],
    }.get(fate) or [(goods, 1) for goods in chance.sample(samples.GOODS, chance.choice((1, 1, 2)))]
    parcel = samples.parcel(number, who, bought, at=at, chance=chance)
    if fate is Fate.DIFFERS:
        parcel = parcel.changed("inventory", buyerName="吴名氏")
    elif fate is Fate.FAULTY:
        parcel = parcel.changed("inventory", item_1_gcode="0000000000")
    return Fated(parcel, fate)


def messages(
    fated: list[Fated], chance: random.Random, sender: samples.Firm
) -> Iterator[tuple[str, list[Fated], bytes]]:
    """Write a batch as its four messages, now and then in an order of chance; yields noun, parcels and bytes."""
    nouns = list(samples.KINDS)
    if chance.random() < 0.2:
        chance.shuffle(nouns)
    for noun in nouns:
        told = [one for one in fated if noun != "waybill" or one.fate is not Fate.WAITS]
        if told:
            documents = [getattr(one.parcel, noun) for one in told]
            yield noun, told, samples.message(noun, documents, sender=sender, seed=chance.getrandbits(32))
