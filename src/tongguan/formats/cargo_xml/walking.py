"""Going through a message of Cargo-XML by the names of its elements, whatever their namespace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

KILOGRAM = "KGM"
LONGEST, SHOWN = 250, 40
_DAY = len("2026-03-02")


def children(of: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the elements of a name right below another."""
    return (one for one in of if etree.QName(one).localname == name)


def child(of: etree._Element, *path: str) -> etree._Element | None:
    """Return the first element at the end of a path of names, None where there is none."""
    found: etree._Element | None = of
    for name in path:
        found = next(children(found, name), None) if found is not None else None
    return found


def said(of: etree._Element, *path: str) -> str:
    """Return what the element at the end of a path says, in one line."""
    found = child(of, *path)
    return " ".join((found.text or "").split())[:LONGEST] if found is not None else ""


def count(written: str) -> int | None:
    """Return a number of pieces, None for what is none."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) < SHOWN // 4 else None


def weight(of: etree._Element, name: str) -> Decimal | None:
    """Return a weight in kilograms, None where the message has another unit or no number."""
    found = child(of, name)
    if found is None or found.get("unitCode", KILOGRAM) != KILOGRAM:
        return None
    try:
        number = Decimal((found.text or "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def day_of(written: str) -> date | None:
    """Return the day of a moment as it is written, None for none."""
    try:
        return date.fromisoformat(written[:_DAY])
    except ValueError:
        return None
