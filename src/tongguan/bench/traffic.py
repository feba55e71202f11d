"""The traffic of a run: messages of a hundred inventories, some faulty, some filed before, and their other documents.

Everything is made from the seed and a place: message and node. Nothing is remembered between messages, so any number of
processes can make them. Keys are of chance, as those of many platforms together are, and so fall anywhere in an index.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from tongguan.ecommerce import samples
from tongguan.formats import signing
from tongguan.parties.certificates import TrialCard

from .faults import FAULTS
from .people import anybody, person, several
from .plan import NODES, Plan
from .stencils import Stencil

NOUNS = ("order", "payment", "waybill", "inventory")
SETS = 2
"""Of a hundred baskets of goods each; every message holds one set, in its order, and one card signs for each."""
LOOK_BACK = 50
"""Of the last how many messages an inventory is that is filed again."""
_HEAD = {"order": b"Order", "payment": b"Payment", "waybill": b"Logistics", "inventory": b"Inventory"}


class Node(NamedTuple):
    """One inventory of a message: whose, of which basket, under which order number, and what is wrong with it.

    ``again`` says that it was filed before, in another message.
    """

    order: str
    buyer: int
    basket: int
    fault: str = ""
    again: bool = False


class Written(NamedTuple):
    """A message as it is sent, its number, and those of its nodes."""

    data: bytes
    guid: str
    guids: list[str]


class Traffic:
    """All messages of a run. ``series`` keeps the keys of one run apart from those of another on the same database.

    With ``plain`` nothing is faulty, nothing filed again, and everybody buys as often as anybody else.
    """

    def __init__(self, plan: Plan, at: datetime, cards: list[TrialCard], series: str = "", *, plain: bool = False):
        self.plan, self.at, self.cards, self.series, self.plain = plan, at, cards, series, plain
        self._faults = list(FAULTS)

    @cached_property
    def baskets(self) -> list[dict[str, Stencil]]:
        """The baskets of goods, as the nodes of the four messages with holes for numbers and people."""
        return list(_baskets(self.plan, self.at))

    def nodes(self, message: int) -> list[Node]:
        """Return what stands in a message of inventories."""
        chance = self._chance("again", message)
        return [self._earlier(message, chance) if node.again else node for node in self.parcels(message)]

    def parcels(self, message: int) -> list[Node]:
        """Return the parcels whose other documents are filed for a message.

        Those marked as filed again are never declared: what was declared before stands in their place.
        """
        chance, plan = self._chance("message", message), self.plan
        buyers = anybody(chance, NODES) if self.plain else several(chance, NODES, chance.random() < plan.twice)
        found = []
        for place, buyer in enumerate(buyers):
            drawn, fault = chance.random(), chance.choice(self._faults)
            node = Node(self._order(message, place), buyer, message % SETS * NODES + place)
            if not self.plain:
                again = message > 0 and drawn > 1 - plan.again
                node = node._replace(fault=fault if drawn < plan.faulty else "", again=again)
            found.append(node)
        return found

    def _earlier(self, message: int, chance: random.Random) -> Node:
        """Return a good node of an earlier message."""
        before = message - 1 - chance.randrange(min(message, LOOK_BACK))
        good = [node for node in self.parcels(before) if not node.fault and not node.again]
        return chance.choice(good)._replace(again=True)

    def inventories(self, message: int) -> Written:
        """Return a message of inventories, signed: by SM2 and by RSA in turn."""
        made = self._message("inventory", self.nodes(message), self._chance("guid", message))
        card = self.cards[message % len(self.cards)]
        return made._replace(data=signing.sign(made.data, card.key, card.certificate))

    def documents(self, message: int) -> dict[str, Written]:
        """Return the messages of the orders, payments and waybills that its inventories stand on."""
        parcels, chance = self.parcels(message), self._chance("documents", message)
        return {noun: self._message(noun, parcels, chance) for noun in NOUNS[:3]}

    def single(self, number: int) -> dict[str, Written]:
        """Return the four messages of a parcel that is filed alone, the inventory signed."""
        chance = self._chance("alone", number)
        parcel = [Node(self._order(-1, number), several(chance, 1, False)[0], number % (SETS * NODES))]
        made = {noun: self._message(noun, parcel, chance) for noun in NOUNS}
        card, declared = self.cards[number % len(self.cards)], made["inventory"]
        made["inventory"] = declared._replace(data=signing.sign(declared.data, card.key, card.certificate))
        return made

    def _message(self, noun: str, nodes: list[Node], chance: random.Random) -> Written:
        head, tail = self._envelopes[noun]
        guid, guids = samples.guid(chance), [samples.guid(chance) for _ in nodes]
        parts = [head.filled({"guid": guid.encode()})]
        for node, number in zip(nodes, guids, strict=True):
            written = self.baskets[node.basket][noun].filled({**values_of(node), "guid": number.encode()})
            parts.append(FAULTS[node.fault](written) if node.fault and noun == "inventory" else written)
        return Written(b"".join([*parts, tail]), guid, guids)

    @cached_property
    def _envelopes(self) -> dict[str, tuple[Stencil, bytes]]:
        found = {}
        parcel = _sample(self.plan, self.at, 0)
        for noun in NOUNS:
            data = samples.message(noun, [getattr(parcel, noun)])
            head, tail = data.split(_node(data, noun))
            found[noun] = Stencil.cut(head, {head.split(b'guid="')[1][:36]: "guid"}), tail
        return found

    def _order(self, message: int, place: int) -> str:
        made = blake2b(f"{self.plan.seed}/{self.series}/{message}/{place}".encode(), digest_size=9)
        return made.hexdigest().upper()

    def _chance(self, what: str, number: int) -> random.Random:
        return random.Random(f"{self.plan.seed}/{self.series}/{what}/{number}")


def values_of(node: Node) -> dict[str, bytes]:
    """Return what goes into the holes of a parcel's documents; the guid differs from one to the next."""
    who = person(node.buyer)
    return {
        "order": node.order.encode(), "name": who.name.encode(), "id": who.number.encode(),
        "telephone": who.telephone.encode(), "address": who.address.encode(), "member": f"U{who.number[-6:]}".encode(),
    }  # fmt: skip


_MODEL = Node("F" * 18, 1_234_567, 0)


def _sample(plan: Plan, at: datetime, basket: int) -> samples.Parcel:
    chance = random.Random(f"basket/{basket}")
    items = plan.items or chance.choice((1, 1, 1, 2, 3))
    bought = [(goods, chance.choice((1, 1, 1, 2))) for goods in chance.sample(samples.GOODS, items)]
    return samples.parcel(_MODEL.order, person(_MODEL.buyer), bought, at=at, chance=chance)


def _baskets(plan: Plan, at: datetime) -> Iterator[dict[str, Stencil]]:
    for basket in range(SETS * NODES):
        parcel = _sample(plan, at, basket)
        made = {}
        for noun in NOUNS:
            document = getattr(parcel, noun)
            values = {**values_of(_MODEL), "guid": document.guid.encode()}
            holes = {value: name for name, value in values.items()}
            made[noun] = Stencil.cut(_node(samples.message(noun, [document]), noun), holes)
        yield made


def _node(message: bytes, noun: str) -> bytes:
    """Return the only node of a message."""
    name = _HEAD[noun]
    start, end = message.index(b"<ceb:" + name + b">"), message.rindex(b"</ceb:" + name + b">")
    return message[start : end + len(name) + 7]
