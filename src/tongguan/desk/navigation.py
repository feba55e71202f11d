"""The navigation (导航): places in a few areas; the area one is in shows its places in a second row, or all in a menu.

An area of one place is called after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tongguan.ecommerce.intake.receive import FILERS
from tongguan.ecommerce.queries import SEES_ALL
from tongguan.ecommerce.states import SITE
from tongguan.kernel.states import Actor
from tongguan.parties.roles import FOR_AN_ENTERPRISE

OPERATOR = "operator"
FIRMS = frozenset(FOR_AN_ENTERPRISE)
EVERYBODY = SEES_ALL | FIRMS
"""Every role that follows parcels: all but the members of the conference."""

AREAS: dict[str, dict[str, frozenset[str] | set[str]]] = {
    "home": {"home": EVERYBODY},
    "declare": {
        "declarations": SEES_ALL | {"trader", "broker"},
        "file": set(FILERS),
        "messages": EVERYBODY,
        "errors": SEES_ALL | {"trader", "broker"},
        "disclosures": SEES_ALL | {"trader", "broker"},
    },
    "goods": {
        "parcels": EVERYBODY - {SITE},  # who counts what arrives has no parcels of his own
        "requests": EVERYBODY - {SITE, "payer"},  # who only moves the buyers' money asks for nothing
        "manifests": SEES_ALL | {"carrier", SITE},  # who carries goods, and who unloads them
        "consignments": SEES_ALL | {"carrier", SITE, "trader", "broker"},
        "tallies": SEES_ALL | {SITE},
        "books": SEES_ALL | {"trader"},  # who stores goods in a zone
        "shops": SEES_ALL | {"trader", "platform"},  # who displays and hands over bonded goods
        "licences": SEES_ALL | {"trader", "broker"},  # who holds licences, or applies for their holder
    },
    "taxes": {
        "duty_bills": SEES_ALL | {"trader", "broker", "platform", "carrier"},
        "guarantees": SEES_ALL | {"trader", "broker", "platform"},
        "reliefs": SEES_ALL | {"trader", "broker"},  # who imports under a letter, or applies for who does
        "fee_reductions": SEES_ALL | {"trader", "broker"},  # who declared late
        "taxes": EVERYBODY - {SITE, "payer"},
        "exchange_rates": EVERYBODY,
        "tariff": EVERYBODY,
        "calculator": EVERYBODY,
        "advisor": EVERYBODY,
    },
    "control": {"checks": SEES_ALL, "risks": SEES_ALL, "seconds": SEES_ALL, "credit": EVERYBODY, "journal": SEES_ALL},
    "connect": {
        "certificates": FIRMS | {OPERATOR},
        "subscribers": FIRMS,
        "webhooks": FIRMS,
        "sandbox": FIRMS | {OPERATOR},
    },
    "policy": {
        "conference": SEES_ALL | {"member"},
        "voices": FIRMS,
        "measures": EVERYBODY | {"member"},
        "figures": SEES_ALL | {"member"},
        "what_ifs": SEES_ALL,
    },
    "operate": {"operate": {OPERATOR}},
}
"""The places of each area in their order, and who may go there."""

PUBLIC = (
    "tariff",
    "calculator",
    "advisor",
    "check_number",
    "own",
    "credit_grades",
    "services",
    "open_data",
    "measures",
)
"""Where those go who have not signed in, each place an area of its own; the foot of a page has the rest."""

_FIRST = {"taxes": "bills"}  # the page a place begins with, where it is not called after it
_WITHIN = {"find": "parcels", "proofs": "parcels", "proof": "parcels", "decide": "parcels", "reveal": "parcels",
           "receipts": "parcels", "slips": "parcels", "cases": "measures", "publicity": "measures",
           "before-filing": "tariff"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the navigation; ``key`` is that of its name, ``here`` whether the page belongs to it."""

    href: str
    key: str
    here: bool

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


@dataclass(frozen=True, slots=True)
class Area:
    """Places that belong together; the area's own link leads to the first."""

    key: str
    places: list[Place]

    @property
    def href(self) -> str:
        """Where the link of the area leads."""
        return self.places[0].href

    @property
    def here(self) -> bool:
        """Whether the page belongs to one of its places."""
        return any(place.here for place in self.places)


def areas(path: str, actor: Actor) -> list[Area]:
    """Return where somebody can go, the area and the place of this page marked."""
    found = []
    for area, places in AREAS.items():
        links = [_place(name, path) for name, roles in places.items() if actor.role in roles]
        if links:
            found.append(Area(f"desk.area.{area}" if len(links) > 1 else links[0].key, links))
    return found


def public_areas(path: str) -> list[Area]:
    """Return where anybody can go, the place of this page marked."""
    return [Area(place.key, [place]) for place in (_place(name, path) for name in PUBLIC)]


def first(name: str) -> str:
    """Return the name of the page that a place begins with."""
    return _FIRST.get(name, name)


def _place(name: str, path: str) -> Place:
    href = reverse(first(name))
    return Place(href, f"desk.nav.{name}", _here(href, path))


def _here(href: str, path: str) -> bool:
    first = path.split("/")[1]
    if first in _WITHIN:
        path = f"/{_WITHIN[first]}"
    return path == href or (href != "/" and path.startswith(href + "/"))
