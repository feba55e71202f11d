"""A simulated day (模拟日): its clock, its door, and who takes part in it.

Whoever takes part is a ``Participant``: it gives steps, each at a moment, in the order of time; ``running.run`` takes the
steps of all of them together in the order of time, one after the other. That is the whole interface: a domain that comes
later writes a class with ``name`` and ``steps`` and adds it to ``PARTICIPANTS``. See docs/simulate.md.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake import Outcome, receive
from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.formats import ceb
from tongguan.kernel.states import Actor

from .documents import Trade, guid
from .firms import Firm, Lane, Registered, lanes
from .goods import Shop
from .people import People
from .scenarios import Scenario
from .stock import Warehouse

FIRST = "SIM"
"""What every simulated order number begins with."""
_LAST = timedelta(hours=23, minutes=59, seconds=59)


class Step(NamedTuple):
    """Something somebody does at a moment: ``act`` is called with nothing, when it is its turn."""

    at: datetime
    who: str
    act: Callable[[], None]


class Participant(Protocol):
    """Somebody who takes part in simulated days. One is made for each day: ``PARTICIPANTS`` holds what makes it."""

    name: str

    def steps(self, day: Day) -> Iterator[Step]:
        """Yield what it does, in the order of time and never before ``day.begins``.

        It is asked for its next step when the one before was taken, so that it sees what has become of the day so far.
        Whatever it leaves to chance comes from ``day.chance``. It changes things only by messages (``day.send``) and
        by the actions that serve everybody.
        """
        ...


PARTICIPANTS: dict[str, Callable[[], Participant]] = {}
"""Who takes part in every simulated day, by name; ``simulation.participants`` adds ours."""


@dataclass(slots=True)
class Tally:
    """What was counted on a day: parcels by fate, messages by kind, nodes, and the ends of parcels refused at once."""

    fates: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    nodes: int = 0
    parcels: int = 0
    special: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    acts: Counter[str] = field(default_factory=Counter)


@dataclass
class Day:
    """A day of a scenario, from a seed. ``firms`` are registered already; ``officer`` and ``operator`` decide and count."""

    on: date
    seed: int
    parcels: int
    scenario: Scenario
    shop: Shop
    firms: dict[str, Registered]
    officer: Actor
    operator: Actor
    tally: Tally = field(default_factory=Tally)
    bills: dict[str, list[Trade]] = field(default_factory=dict)
    wanted: dict[str, list[tuple[datetime, Trade]]] = field(default_factory=dict)
    carried: list[Trade] = field(default_factory=list)
    warehouse: Warehouse | None = None
    said: Any = field(default_factory=hashlib.sha256)

    @cached_property
    def begins(self) -> datetime:
        """Midnight in Beijing."""
        return datetime.combine(self.on, time(), SHANGHAI)

    @cached_property
    def people(self) -> People:
        """Who buys."""
        return People(self.seed, self.parcels, self.scenario.buyers)

    @cached_property
    def lanes(self) -> list[Lane]:
        """Who clears parcels together."""
        return lanes(self.scenario)

    @property
    def prefix(self) -> str:
        """What every order number of the day begins with."""
        return prefix(self.on, self.seed)

    def chance(self, *about: object) -> random.Random:
        """Return a die of its own for a purpose: nobody else's throws change what it gives."""
        return random.Random("/".join(map(str, (self.seed, self.on, *about))))

    def moment(self, seconds: float) -> datetime:
        """Return the moment so many seconds after midnight, and never after the day."""
        return self.begins + min(timedelta(seconds=int(seconds)), _LAST)

    def later(self, at: datetime, minutes: float) -> datetime:
        """Return a moment some minutes later, and never after the day."""
        return min(at + timedelta(minutes=minutes), self.begins + _LAST)

    def send(self, kind: str, documents: Sequence[Any], firm: Firm, *, at: datetime, quotes: bool = False) -> Outcome:
        """File documents of one kind as a signed message of a firm, through the door that serves everybody.

        ``quotes`` says that it repeats numbers which the window gave, or follows from whom its key has drawn. Other
        messages are the same wherever the day is run, to the byte, but for the signature; their digest is the day's.
        """
        number = guid(self.prefix, kind, at, documents[0].guid)
        transfer = ceb.BaseTransfer(copCode=firm.code, copName=firm.name, dxpMode="DXP", dxpId=firm.dxp_id)
        data = ceb.write(kind, documents, number, transfer=transfer, unsigned=True)
        if not quotes:
            self.said.update(data)
        sender = self.firms[firm.code]
        outcome = receive(_signed(kind, data, sender), sender=sender.actor, at=at)
        self.tally.messages[kind] += 1
        self.tally.nodes += len(outcome.nodes)
        return outcome


def prefix(on: date, seed: int) -> str:
    """Return what every order number of a simulated day begins with.

    >>> prefix(date(2026, 11, 11), 7)
    'SIM261111-7-'
    """
    return f"{FIRST}{on:%y%m%d}-{seed}-"


def _signed(kind: str, data: bytes, sender: Registered) -> bytes:
    from tongguan.ecommerce.rules.signatures import CARD

    return samples.signed(data, sender.card) if kind in CARD else data
