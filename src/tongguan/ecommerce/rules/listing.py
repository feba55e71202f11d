"""The positive list (跨境电子商务零售进口商品清单): whether it has a code on the day, and what its note asks.

What a program can judge of a note stands in the conditions of the listing: the supervision modes it is for is judged
here, the quantity of a person by ``limits``. A note that asks anything else is shown, for people to judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tongguan.kernel.codes import codes
from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, presented
from tongguan.tariff.listings import Listing
from tongguan.tariff.queries import Book


class ListCheck(Rule, abstract=True):
    """An item breaks a check of the positive list."""

    code = family = "-621001"


class PositiveList(ListCheck):
    """{gcode} is not on the list of goods that may be imported by retail e-commerce on {day}."""

    alias = "NOT_LISTED"
    looks_at = ("item.gcode",)

    def broken_by(self, doc, ctx):
        for place, item in enumerate(doc.items, 1):
            if listing_of(ctx.book, item.gcode) is None and item.gcode in ctx.book:
                yield Break(at("item", place, "gcode"), gcode=item.gcode, day=ctx.day)


class ListedMode(ListCheck):
    """The list has {gcode} for goods under {modes} only, not under {found}: {note}"""

    alias = "LISTED_MODE"
    looks_at = ("tradeMode", "item.gcode")

    def broken_by(self, doc, ctx):
        for place, item, listing in _noted(doc, ctx):
            if not listing.allows(doc.tradeMode):
                yield Break(
                    at("item", place, "gcode"), gcode=item.gcode, found=doc.tradeMode,
                    modes=_modes(listing), note=note_of(listing),
                )  # fmt: skip


class ListNote(ListCheck):
    """The list has {gcode} on a condition that a person has to check: {note}"""

    alias = "LIST_NOTE"
    looks_at = ("item.gcode",)
    level = "warn"

    def broken_by(self, doc, ctx):
        for place, item, listing in _noted(doc, ctx):
            if not listing.is_judged:
                yield Break(at("item", place, "gcode"), gcode=item.gcode, note=note_of(listing))


def listing_of(book: Book, gcode: str) -> Listing | None:
    """Return how the list has a code on the day of the book; one look-up once the code was met."""
    known = book.memo.setdefault(__name__, {})
    if gcode not in known:
        line = book.line(gcode)
        known[gcode] = None if line is None else line.listing()
    return known[gcode]


def note_of(listing: Listing) -> dict[str, str]:
    """Return the note of the list in both languages."""
    return {lang: listing.text(lang) or "–" for lang in LANGUAGES}


def _noted(doc: Any, ctx: Any) -> Iterator[tuple[int, Any, Listing]]:
    """Yield the items whose listings say more than that the list has them, with their places."""
    for place, item in enumerate(doc.items, 1):
        listing = listing_of(ctx.book, item.gcode)
        if listing is not None and (listing.note or listing.conditions):
            yield place, item, listing


def _modes(listing: Listing) -> dict[str, str]:
    named = codes("trade_modes")
    modes = {mode: named.get(mode) for mode in listing.conditions["trade_modes"]}
    return {
        lang: presented([f"{mode} {known.text(lang) if known else ''}".strip() for mode, known in modes.items()], lang)
        for lang in LANGUAGES
    }


LISTED = [PositiveList(), ListedMode(), ListNote()]
