"""Whether a declaration fits its table (报文校验): what must be filled in, how long a value may be, what is a number or a day.

Rules of the form only; what the law asks is judged above. Each is given the document; the fields it looks at are worked out
from the table once, so that a line costs a few microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from operator import attrgetter
from typing import Any

import msgspec

from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Break, Rule

from .contract import ALONE, BLOCKS, LISTS, Block

_SHOWN = 40


def _empty(value: Any) -> bool:
    """Say whether nothing was filled in; blanks are nothing."""
    return value is None or (value.__class__ is str and (not value or value.isspace()))


def parts(of: Any) -> Iterator[tuple[Block, Any, str]]:
    """Yield every part of a declaration that is there: its block, its values, and where it stands."""
    yield BLOCKS["head"], of, ""
    for name, attribute in LISTS.items():
        for place, row in enumerate(getattr(of, attribute), 1):
            yield BLOCKS[name], row, at(name, place)
    for name in ALONE:
        if (row := getattr(of, name)) is not None:
            yield BLOCKS[name], row, name


def under(prefix: str, name: str) -> str:
    """Return the pointer of a field of a part."""
    return f"{prefix}/{name}" if prefix else name


class _Needed:
    """The fields of each block that must be filled in, and one look at all of them."""

    def __init__(self, *, declaring: bool, besides: frozenset[str] = frozenset()):
        self.of: dict[str, tuple[tuple[str, ...], Any]] = {}
        for name, block in BLOCKS.items():
            saved = block.needed(declaring=False) if declaring else ()
            names = tuple(n for n in block.needed(declaring=declaring) if n not in besides and n not in saved)
            if len(names) == 1:
                names *= 2  # so that a look at one field gives a tuple, too
            if names:
                self.of[name] = names, attrgetter(*names)

    def missing(self, of: Any) -> Iterator[Break]:
        for block, row, prefix in parts(of):
            if (found := self.of.get(block.name)) is None:
                continue
            names, look = found
            values = look(row)
            if any(map(_empty, values)):
                for name in dict.fromkeys(n for n, value in zip(names, values, strict=True) if _empty(value)):
                    yield Break(under(prefix, name), field=block.fields[name].labels, name=name)


_TO_SAVE = _Needed(declaring=False)
# The second statutory quantity is needed where the goods have a second unit, a plain declaration has a blank type, and a
# currency that is missing is told by a rule of its own.
_TO_DECLARE = _Needed(declaring=True, besides=frozenset({"SecondQty", "Type", "TradeCurr"}))


class RequiredToSave(Rule):
    """{field} ({name}) must be filled in before the declaration can be saved."""

    code = "DEC_REQUIRED_TO_SAVE"

    def broken_by(self, doc, ctx):
        return _TO_SAVE.missing(doc)


class RequiredToDeclare(Rule):
    """{field} ({name}) must be filled in before the declaration can be submitted."""

    code = "DEC_REQUIRED_TO_DECLARE"

    def broken_by(self, doc, ctx):
        return _TO_DECLARE.missing(doc)


_TEXTS = {
    name: (tuple((f.name, f.most) for f in block.fields.values() if f.kind == "text"),
           attrgetter(*(f.name for f in block.fields.values() if f.kind == "text"), *(("__class__",) * 2)))
    for name, block in BLOCKS.items() if any(f.kind == "text" for f in block.fields.values())
}  # fmt: skip
_NUMBERS = {
    name: [f for f in block.fields.values() if f.digits]
    for name, block in BLOCKS.items() if any(f.digits for f in block.fields.values())
}  # fmt: skip
_DAYS = {
    name: days for name, block in BLOCKS.items() if (days := [f for f in block.fields.values() if f.kind == "day"])
}


class TooLong(Rule):
    """{field} ({name}) has {length} characters; at most {most} are allowed."""

    code = "DEC_LENGTH"

    def broken_by(self, doc, ctx):
        for block, row, prefix in parts(doc):
            if (found := _TEXTS.get(block.name)) is not None:
                limits, look = found
                for (name, most), value in zip(limits, look(row), strict=False):
                    if value is not None and len(value) > most:
                        labels = block.fields[name].labels
                        yield Break(under(prefix, name), field=labels, name=name, length=len(value), most=most)


_UNFIT = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = b"\\u00"


class WrongCharacter(Rule):
    """{field} ({name}) has a character that no message can hold, the {place}th; type the text anew."""

    code = "DEC_CHARACTER"

    def broken_by(self, doc, ctx):
        if not _may_be_unfit(doc):
            return
        for block, row, prefix in parts(doc):
            for name, field in block.fields.items():
                value = getattr(row, name)
                if isinstance(value, str) and (found := _UNFIT.search(value)):
                    yield Break(under(prefix, name), field=field.labels, name=name, place=found.start() + 1)


def _may_be_unfit(doc: Any) -> bool:
    """Say whether a document has such a character, by one look at all of it: JSON writes them otherwise than others."""
    try:
        written = msgspec.json.encode(doc)
    except ValueError:
        return True  # half a pair of surrogates
    return _ESCAPED in written or b"\xef\xbf\xbe" in written or b"\xef\xbf\xbf" in written


class WrongNumber(Rule):
    """{field} ({name}) is no number of the declaration: {given}."""

    code = "DEC_NUMBER"

    def broken_by(self, doc, ctx):
        for block, row, prefix in parts(doc):
            for field in _NUMBERS.get(block.name, ()):
                value = getattr(row, field.name)
                if value is not None and not _fits(value, field.digits, field.places):
                    shown = str(value)[:_SHOWN]
                    yield Break(under(prefix, field.name), field=field.labels, name=field.name, given=shown)


def _fits(value: Any, digits: int, places: int) -> bool:
    if isinstance(value, int):
        return abs(value) < 10**digits
    # Digits after the point and before it; trailing zeros were written and count.
    if not value.is_finite():
        return False
    exponent = value.as_tuple().exponent
    return -exponent <= places and value.adjusted() < digits - places


class WrongDay(Rule):
    """{field} ({name}) is no day written as 20260302: {given}."""

    code = "DEC_DAY"

    def broken_by(self, doc, ctx):
        for block, row, prefix in parts(doc):
            for field in _DAYS.get(block.name, ()):
                value = getattr(row, field.name)
                if value and day(value) is None:
                    yield Break(under(prefix, field.name), field=field.labels, name=field.name, given=value[:_SHOWN])


def day(written: str | None) -> date | None:
    """Return the day a field writes as 20260302, or None.

    >>> day("20260302"), day("20260231")
    (datetime.date(2026, 3, 2), None)
    """
    if not written or len(written) != 8 or not (written.isascii() and written.isdecimal()):
        return None
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return None


class TooMany(Rule):
    """A declaration holds at most {most} of these: {block}."""

    code = "DEC_TOO_MANY"

    def broken_by(self, doc, ctx):
        for name, attribute in LISTS.items():
            most = BLOCKS[name].at_most
            if most is not None and len(getattr(doc, attribute)) > most:
                yield Break(name, block=BLOCKS[name].title, most=most)


class NotRead(Rule):
    """The message cannot be read: {reason}"""

    code = "DEC_UNREADABLE"

    def broken_by(self, doc, ctx):
        return ()  # noted by who reads many together; a lone one is not taken at all


class UnknownElement(Rule):
    """The message has an element {name} that the table does not know; it was not read."""

    code = "DEC_UNKNOWN_ELEMENT"
    level = "warn"

    def broken_by(self, doc, ctx):
        return ()  # noted by the reader, which alone sees it


FORM = [WrongCharacter(), TooLong(), WrongNumber(), WrongDay(), TooMany()]
"""What holds of everything that is kept, be it a draft."""

SAVING, DECLARING = [RequiredToSave(), *FORM], [RequiredToSave(), RequiredToDeclare(), *FORM]
