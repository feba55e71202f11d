"""What must be so before an entry of the authority's lists is made, and when goods are remanufactured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tongguan.kernel.numbers import uscc
from tongguan.kernel.rules import Break, Rule

from ..terms import schemes

PRODUCTS, FIRMS = "reman_products", "reman_firms"
DIGITS = (4, 6, 8, 10)
"""How many digits name a product: a commodity code, or its first digits."""


@dataclass(slots=True)
class Entering:
    """An entry that is to be made or ended; ``there`` says that the list has it already."""

    list: str
    key: str
    since: date
    until: date | None
    source: str
    there: bool


def lists(on: date) -> tuple[str, ...]:
    """Return the lists the authority keeps on a day: one for each scheme, products and their makers."""
    return (*schemes(on), PRODUCTS, FIRMS)


class ListName(Rule):
    """{found} is no list that is kept on {day}."""

    code = "LIST_NAME"

    def broken_by(self, doc: Entering, ctx) -> Iterator[Break]:
        if doc.list not in lists(doc.since):
            yield Break("list", found=doc.list[:20], day=doc.since)


class ListKey(Rule):
    """{found} names nothing here: an entity is named by its unified social credit code, a product by 4 to 10 digits of its code,
    a maker by registration or name.
    """

    code = "LIST_KEY"

    def broken_by(self, doc: Entering, ctx) -> Iterator[Break]:
        if doc.list == PRODUCTS:
            sound = doc.key.isascii() and doc.key.isdecimal() and len(doc.key) in DIGITS
        elif doc.list == FIRMS:
            sound = 1 <= len(doc.key) <= _LONGEST
        else:
            sound = uscc.is_valid(doc.key)
        if not sound:
            yield Break("key", found=doc.key[:_SHOWN])


class ListDays(Rule):
    """An entry ends on the day it begins or later; it begins on {since}."""

    code = "LIST_DAYS"

    def broken_by(self, doc: Entering, ctx) -> Iterator[Break]:
        if doc.until is not None and doc.until < doc.since:
            yield Break("until", since=doc.since)


class ListSource(Rule):
    """Name the document by which the entry is made."""

    code = "LIST_SOURCE"

    def broken_by(self, doc: Entering, ctx) -> Iterator[Break]:
        if not doc.source.strip():
            yield Break("source")


class ListThere(Rule):
    """{key} stands in the list from {since} on already."""

    code = "LIST_THERE"

    def broken_by(self, doc: Entering, ctx) -> Iterator[Break]:
        if doc.there:
            yield Break("key", key=doc.key, since=doc.since)


_LONGEST, _SHOWN = 100, 40

ENTERING = [ListName(), ListKey(), ListDays(), ListSource(), ListThere()]
ENDING = [ListDays()]
