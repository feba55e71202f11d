"""What an application for relief says, whoever fills it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(slots=True)
class GoodsAsked:
    """Goods of an application: ``goods`` is their class by the scheme, ``years`` the sort by which they are supervised.

    ``value`` is in ``currency``; ``since_parent`` the day the instrument was released that a spare part is for.
    """

    gcode: str
    name: str
    quantity: Decimal
    unit: str
    goods: str = "instrument"
    purpose: str = "research"
    years: str = "other"
    value: Decimal | None = None
    currency: str = ""
    since_parent: date | None = None


@dataclass(slots=True)
class Application:
    """An application for a letter of relief; ``holder`` is empty where the applicant itself is the entity."""

    scheme: str
    project: str
    office: str
    lines: list[GoodsAsked]
    holder: str = ""
    order_no: str = ""


@dataclass(slots=True)
class OrderLine:
    """A line of an order in the importer's system: its item by the system's own number, how many, and the unit price."""

    item: str
    quantity: Decimal
    unit: str
    price: Decimal | None = None
    currency: str = ""


@dataclass(slots=True)
class Equipment:
    """What the importer's system knows of an item: code, name, class and purpose."""

    item: str
    gcode: str
    name: str
    goods: str = "equipment"
    purpose: str = "production"
    years: str = "other"
    since_parent: date | None = None


@dataclass(slots=True)
class Order:
    """An order and the data of its equipment, as the importer's system sends them (ERP联网申报)."""

    number: str
    scheme: str
    project: str
    office: str
    lines: list[OrderLine]
    equipment: list[Equipment]
    holder: str = ""
