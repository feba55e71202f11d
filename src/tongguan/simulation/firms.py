"""The firms of a simulated day: platforms, payment firms, carriers, declarants and a site, all of them invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tongguan.kernel.states import Actor
from tongguan.parties import actions as parties
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find_many
from tongguan.parties.trial import card_of

from .marks import NAME_EN, NAME_ZH, code_of
from .scenarios import Scenario

KINDS = {
    "platform": ("电商平台", "Shop"),
    "payer": ("支付服务", "Payment"),
    "carrier": ("速运", "Express"),
    "broker": ("报关服务", "Broker"),
    "site": ("监管作业场所", "Supervised Site"),
    "trader": ("保税仓储", "Bonded Warehouse"),
}
_RANGE = 1000
"""How many numbers of firms each kind has."""
_LETTERS = "甲乙丙丁戊己庚辛壬癸"


class Firm(NamedTuple):
    """A simulated enterprise; a firm of a kind and a place among its kind is the same on every day."""

    code: str
    registration: str
    name: str
    name_en: str
    kind: str

    @property
    def dxp_id(self) -> str:
        """Its number in the exchange of messages."""
        return f"DXPSIM{self.code[-8:]}"


def firm(kind: str, place: int) -> Firm:
    """Return the firm of a kind at a place, counted from 0; its name says that it is simulated."""
    zh, en = KINDS[kind]
    number = list(KINDS).index(kind) * _RANGE + place + 1
    letter = _LETTERS[place] if place < len(_LETTERS) else str(place + 1)
    return Firm(
        code_of(number), f"9999M{number:05d}", f"{NAME_ZH}{letter}{zh}有限公司", f"{NAME_EN} {en} {place + 1}", kind
    )


class Lane(NamedTuple):
    """Who clears a parcel together: a platform with a payment firm, a carrier and a declarant."""

    platform: Firm
    payer: Firm
    carrier: Firm
    broker: Firm


def lanes(scenario: Scenario) -> list[Lane]:
    """Return the lanes of a scenario, one a platform; firms of the other kinds serve several of them."""
    count = scenario.firms
    return [
        Lane(
            firm("platform", place), firm("payer", place % count.payers), firm("carrier", place % count.carriers),
            firm("broker", place % count.declarants),
        )
        for place in range(count.platforms)
    ]  # fmt: skip


SITE = firm("site", 0)
WAREHOUSE = firm("trader", 0)


def firms_of(scenario: Scenario) -> Iterator[Firm]:
    """Yield every firm of a scenario once."""
    yield from dict.fromkeys(one for lane in lanes(scenario) for one in lane)
    yield SITE
    yield WAREHOUSE


@dataclass(slots=True)
class Registered:
    """A firm as the window knows it, with the card by which it signs on trial."""

    row: Enterprise
    card: object

    @property
    def actor(self) -> Actor:
        """The firm as one that files."""
        kind = self.row.kinds[0]
        return Actor(f"simulation/{self.row.code}", kind, self.row.pk, str(self.row), (self.row.code,))


def register(scenario: Scenario, *, by: Actor, at: datetime) -> dict[str, Registered]:
    """Register the firms of a scenario that are not known yet, and return all of them by their codes.

    Raises Refused outside a demonstration, where nobody may sign on trial.
    """
    wanted = {one.code: one for one in firms_of(scenario)}
    rows = find_many(wanted)
    for code, one in wanted.items():
        if code not in rows:
            rows[code] = parties.register(
                code, one.registration, name_zh=one.name, name_en=one.name_en, kinds=[one.kind], by=by, at=at
            )
    return {code: Registered(row, card_of(row, by=by, at=at)) for code, row in rows.items()}
