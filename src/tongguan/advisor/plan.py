"""A planned consignment as somebody writes it down, and as it is understood (拟进出口货物).

Everything is text, as forms and programs send it. What cannot be read is told with the field it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import msgspec

from tongguan.kernel.codes import codes
from tongguan.kernel.numbers import hs, uscc
from tongguan.kernel.texts import text
from tongguan.kernel.written import amount, day, reads
from tongguan.revenue import asking
from tongguan.revenue.asking import EXPORT, IMPORT, MOST_LINES, Wrong
from tongguan.revenue.guarantees.rules import KINDS as GUARANTEES
from tongguan.revenue.valuation import CIF, YUAN

GENERAL, BULK, TRANSIT = "general", "bulk", "transit"
GOODS = (GENERAL, BULK, TRANSIT)
"""Kinds of goods: any, in bulk (大宗散装), under transit (转关)."""

GRADES = ("advanced", "certified", "regular", "other", "dishonest", "seriously_dishonest")
USUAL = "0110"
"""The supervision mode of general trade (一般贸易)."""

SEA = "2"
CHARGES = ("freight", "insurance", "additions")
_MOST_YEARS = 30
_OFFICE_DIGITS = 4
_SHOWN = 20


class PlannedGoods(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of goods: code of ten figures, price of the line in the currency of the deal, origin, quantities with units."""

    gcode: str
    price: str
    origin: str = ""
    qty: str = ""
    unit: str = ""
    qty1: str = ""
    unit1: str = ""


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A planned consignment; days are written 2026-05-01, codes are those of customs.

    ``filing`` is the day it is to be declared, ``entered`` the day its conveyance declares entry, ``arrived`` the day it
    arrives (of an export: the goods, at the supervised site), that of entry without it. ``firm`` is the unified code of the
    consignee or consignor; without it ``grade`` counts, and without that one nobody was given. ``claim`` and ``proof`` are an
    agreement and the number of its proof. ``guarantee`` is a kind of guarantee that there is, ``left`` what is left of
    it in yuan; ``goods`` general, bulk or transit; ``papers`` the letters of documents that are at hand.
    """

    items: Sequence[PlannedGoods]
    filing: str = ""
    entered: str = ""
    arrived: str = ""
    direction: str = IMPORT
    terms: str = CIF
    currency: str = YUAN
    rate: str = ""
    freight: str = ""
    insurance: str = ""
    additions: str = ""
    claim: str = ""
    proof: str = ""
    mode: str = USUAL
    transport: str = SEA
    customs: str = ""
    firm: str = ""
    grade: str = ""
    guarantee: str = ""
    left: str = ""
    goods: str = GENERAL
    papers: Sequence[str] = ()


class Misread(Wrong, frozen=True):
    """What is wrong with a field that only a plan has."""

    def text(self, lang: str) -> str:
        """Return what is wrong, in the given language."""
        return text(f"advice.wrong.{self.code.lower()}", lang, **self.values)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of goods that can be read."""

    gcode: str
    price: Decimal
    origin: str
    quantities: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A plan that can be read; ``charges`` are of the names freight, insurance and additions, as far as there are any."""

    lines: tuple[Line, ...]
    filing: date
    entered: date | None
    arrived: date | None
    direction: str
    terms: str
    currency: str
    rate: Decimal | None
    charges: dict[str, Decimal]
    claim: str
    proof: str
    mode: str
    transport: str
    customs: str
    firm: str
    grade: str
    guarantee: str
    left: Decimal | None
    goods: str
    papers: frozenset[str]

    @property
    def codes(self) -> list[str]:
        """The commodity codes, each once."""
        return list(dict.fromkeys(one.gcode for one in self.lines))


def read(of: Plan, *, today: date) -> tuple[Read | None, list[Wrong]]:
    """Return a plan as it is understood, or everything that cannot be read; without a day it is filed today."""
    wrong = [*asking.misread(_deal(of)), *_misread(of, today)]
    if wrong:
        return None, wrong
    filing = _day(of.filing) or today
    entered = _day(of.entered)
    amounts = {name: amount(value) for name in CHARGES if (value := getattr(of, name))}
    return Read(
        lines=tuple(_line(one) for one in of.items), filing=filing, entered=entered, arrived=_day(of.arrived) or entered,
        direction=of.direction, terms=of.terms, currency=of.currency, rate=amount(of.rate) if of.rate else None,
        charges=amounts, claim=of.claim, proof=of.proof, mode=of.mode, transport=of.transport, customs=of.customs,
        firm=of.firm, grade=of.grade, guarantee=of.guarantee, left=amount(of.left) if of.left else None, goods=of.goods,
        papers=frozenset(of.papers),
    ), []  # fmt: skip


def _deal(of: Plan) -> asking.Written:
    lines = [
        asking.WrittenGoods(
            one.gcode, one.price, one.origin, qty=one.qty, unit=one.unit, qty1=one.qty1, unit1=one.unit1
        )
        for one in of.items[: MOST_LINES + 1]
    ]
    return asking.Written(
        lines, of.terms, of.currency, of.rate, direction=of.direction, **{n: getattr(of, n) for n in CHARGES}
    )


def _line(one: PlannedGoods) -> Line:
    pairs = ((one.unit, one.qty), (one.unit1, one.qty1))
    return Line(
        hs.compact(one.gcode), amount(one.price), one.origin,
        tuple((unit, amount(counted)) for unit, counted in pairs if counted),
    )  # fmt: skip


def _misread(of: Plan, today: date) -> Iterator[Wrong]:
    for place, one in enumerate(of.items[:MOST_LINES], 1):
        if not hs.is_valid(one.gcode):
            yield Misread("CODE", f"items/{place}/gcode", {"found": one.gcode[:_SHOWN]})
    for name in ("filing", "entered", "arrived"):
        if (written := getattr(of, name)) and (
            (found := _day(written)) is None or abs(found.year - today.year) > _MOST_YEARS
        ):
            yield Misread("DAY", name, {"found": written[:_SHOWN]})
    if (came := _day(of.arrived)) and (entered := _day(of.entered)) and of.direction == IMPORT and came < entered:
        yield Misread("ORDER", "arrived", {"entered": entered})
    known = {"mode": codes("trade_modes"), "transport": codes("transport_modes"), "goods": GOODS}
    for name, among in known.items():
        if getattr(of, name) not in among:
            yield Misread("CHOICE", name, {"found": getattr(of, name)[:_SHOWN]})
    for name, choices in (("grade", GRADES), ("guarantee", GUARANTEES)):
        if (written := getattr(of, name)) and written not in choices:
            yield Misread("CHOICE", name, {"found": written[:_SHOWN]})
    if of.customs and not (len(of.customs) == _OFFICE_DIGITS and of.customs.isascii() and of.customs.isdecimal()):
        yield Misread("OFFICE", "customs", {"found": of.customs[:_SHOWN]})
    if of.firm and not uscc.is_valid(of.firm):
        yield Misread("FIRM", "firm", {"found": of.firm[:_SHOWN]})
    if of.left and not reads(amount, of.left):
        yield Misread("LEFT", "left", {"found": of.left[:_SHOWN]})


def _day(written: str) -> date | None:
    return day(written) if reads(day, written) else None


__all__ = [
    "BULK", "CHARGES", "EXPORT", "GENERAL", "GOODS", "GRADES", "GUARANTEES", "IMPORT", "MOST_LINES", "TRANSIT", "USUAL",
    "Line", "Misread", "Plan", "PlannedGoods", "Read", "read",
]  # fmt: skip
