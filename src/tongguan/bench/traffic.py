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
from zoneinfo import ZoneInfo

from tongguan.ecommerce import samples
from tongguan.formats import signing
from tongguan.parties.certificates import TrialCard

from .faults import FAULTS
from .people import person, several
from .plan import NODES, Plan
from .stencils import Stencil

NOUNS = ("order", "payment", "waybill", "inventory")
DESIGNS = 200
"""How many different baskets of goods there are."""
LOOK_BACK = 50
"""Of the last how many messages an inventory is that is filed again."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
_HEAD = {"order": b"Order", "payment": b"Payment", "waybill": b"Logistics", "inventory": b"Inventory"}


class Node(NamedTuple):
    """One inventory of a message: whose, of which basket, under which order number, and what is wrong with it.

    ``again`` says that it was filed before, in another message.
    """

    order: str
    buyer: int
    design: int
    fault: str = ""
    again: bool = False


class Traffic:
    """All messages of a run. ``series`` keeps the keys of one run apart from those of another on the same database."""

    def __init__(self, plan: Plan, at: datetime, cards: list[TrialCard], series: str = ""):
        self.plan, self.at, self.cards, self.series = plan, at, cards, series
        self._faults = list(FAULTS)

    @cached_property
    def designs(self) -> list[dict[str, Stencil]]:
        """Baskets of goods, as the nodes of the four messages with holes for numbers and people."""
        return list(_designs(self.plan, self.at))

    def nodes(self, message: int) -> list[Node]:
        """Return what stands in a message."""
        chance = self._chance("again", message)
        return [self._earlier(message, chance) if node.again else node for node in self._drawn(message)]

    def _drawn(self, message: int) -> list[Node]:
        """Return the nodes of a message; those marked as filed again still stand for another that was."""
        chance, plan = self._chance("message", message), self.plan
        buyers = several(chance, NODES, chance.random() < plan.twice)
        found = []
        for place, buyer in enumerate(buyers):
            drawn, design, fault = chance.random(), chance.randrange(DESIGNS), chance.choice(self._faults)
            again = message > 0 and drawn > 1 - plan.again
            fault = fault if drawn < plan.faulty else ""
            found.append(Node(self._order(message, place), buyer, design, fault, again))
        return found

    def _earlier(self, message: int, chance: random.Random) -> Node:
        """Return a good node of an earlier message."""
        before = message - 1 - chance.randrange(min(message, LOOK_BACK))
        good = [node for node in self._drawn(before) if not node.fault and not node.again]
        return chance.choice(good)._replace(again=True)

    def inventories(self, message: int) -> bytes:
        """Return a message of inventories, signed: by SM2 and by RSA in turn."""
        chance = self._chance("guid", message)
        written = [self._written("inventory", node, chance) for node in self.nodes(message)]
        data = self._message("inventory", written, chance)
        card = self.cards[message % len(self.cards)]
        return signing.sign(data, card.key, card.certificate)

    def documents(self, message: int) -> dict[str, bytes]:
        """Return the messages of the orders, payments and waybills that its inventories stand on."""
        own = [node for node in self.nodes(message) if not node.again]
        chance = self._chance("documents", message)
        return {
            noun: self._message(noun, [self._written(noun, node, chance) for node in own], chance)
            for noun in NOUNS[:3]
        }  # fmt: skip

    def single(self, number: int) -> tuple[dict[str, bytes], bytes]:
        """Return the documents of a parcel that is filed alone, and its inventory, signed."""
        chance = self._chance("alone", number)
        node = Node(self._order(-1, number), several(chance, 1, False)[0], number % DESIGNS)
        written = {noun: self._message(noun, [self._written(noun, node, chance)], chance) for noun in NOUNS}
        card = self.cards[number % len(self.cards)]
        return written, signing.sign(written.pop("inventory"), card.key, card.certificate)

    def _written(self, noun: str, node: Node, chance: random.Random) -> bytes:
        values = {**values_of(node), "guid": samples.guid(chance).encode()}
        written = self.designs[node.design][noun].filled(values)
        return FAULTS[node.fault](written) if node.fault and noun == "inventory" else written

    def _message(self, noun: str, nodes: list[bytes], chance: random.Random) -> bytes:
        head, tail = self._envelopes[noun]
        return b"".join((head.filled({"guid": samples.guid(chance).encode()}), *nodes, tail))

    @cached_property
    def _envelopes(self) -> dict[str, tuple[Stencil, bytes]]:
        found = {}
        parcel = _sample(self.plan, self.at, 0)
        for noun in NOUNS:
            data = samples.message(noun, [getattr(parcel, noun)])
            node = _node(data, noun)
            head, tail = data.split(node)
            guid = head.split(b'guid="')[1][:36]
            found[noun] = Stencil(head, {"guid": guid}), tail
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


def _sample(plan: Plan, at: datetime, design: int) -> samples.Parcel:
    chance = random.Random(f"design/{design}")
    items = plan.items or chance.choice((1, 1, 1, 2, 3))
    bought = [(goods, chance.choice((1, 1, 1, 2))) for goods in chance.sample(samples.GOODS, items)]
    return samples.parcel(_MODEL.order, person(_MODEL.buyer), bought, at=at, chance=chance)


def _designs(plan: Plan, at: datetime) -> Iterator[dict[str, Stencil]]:
    for design in range(DESIGNS):
        parcel = _sample(plan, at, design)
        made = {}
        for noun in NOUNS:
            document = getattr(parcel, noun)
            holes = {**values_of(_MODEL), "guid": document.guid.encode()}
            made[noun] = Stencil(_node(samples.message(noun, [document]), noun), holes)
        yield made


def _node(message: bytes, noun: str) -> bytes:
    """Return the only node of a message."""
    name = _HEAD[noun]
    start, end = message.index(b"<ceb:" + name + b">"), message.rindex(b"</ceb:" + name + b">")
    return message[start : end + len(name) + 7]
