"""Magic values (魔法值): the end of a number says what becomes of a document that is otherwise right.

A number that ends in a hyphen and one of these words is answered by the course that the word stands for. Statuses and
codes come from the lists ``receipt_statuses`` and ``receipt_codes``; the other words are the sandbox's own.

>>> find("CEB621Message", "JJ2026-621018").word, find("CEB621Message", "jj-late-800-5").seconds
('621018', 5)
>>> find("CEB311Message", "JJ2026-500") is None, find("CEB621Message", "JJ2026") is None
(True, True)
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from tongguan.kernel.codes import packaged as codes
from tongguan.kernel.texts import LANGUAGES, text

from .kinds import CODES, INVENTORIES, STATUSES, kinds

SAVED = "1"


class Meaning(NamedTuple):
    """What a magic value forces: ``family`` is status, code, or the name of one of the sandbox's own.

    ``code`` is the status or the negative code it leads to, empty where there is none.
    """

    word: str
    family: str
    code: str = ""

    def text(self, lang: str) -> str:
        """Return what it forces, in the given language."""
        if self.family in ("status", "code"):
            found = codes(STATUSES if self.family == "status" else CODES).get(self.code)
            return f"{self.code} {found.text(lang) if found else ''}".strip()
        return text(f"sandbox.magic.{self.family}", lang, status=self.code)


class Magic(NamedTuple):
    """A magic value found in a number; ``seconds`` are given with it, None where the usual time is meant."""

    word: str
    meaning: Meaning
    seconds: int | None = None


TIMED = ("timeout", "late")
_TAXES = {"TAX": "tax", "TAX-COLLECTED": "tax_collected", "TAX-VOID": "tax_void"}


@cache
def meanings(kind: str) -> dict[str, Meaning]:
    """Return every magic value of a message by its word, in the order of a table; raises KeyError for another message."""
    own = kinds()[kind]
    found = [
        Meaning(one.code, "status", one.code)
        for one in codes(STATUSES)
        if own.receipt in one.extra["receipts"] and one.code != SAVED
    ]
    found += [
        Meaning(one.code.lstrip("-"), "code", one.code)
        for one in codes(CODES)
        if one.extra.get("message", kind) == kind
    ]
    found += [Meaning("TIMEOUT", "timeout"), Meaning("DUPLICATE", "duplicate", own.final)]
    found += [Meaning(f"LATE-{own.final}", "late", own.final), Meaning("CEB900", "unreadable")]
    if kind == INVENTORIES:
        found += [Meaning(word, family, own.final) for word, family in _TAXES.items()]
    return {one.word: one for one in found}


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    """Return what a number with a magic value looks like; of two that fit, the longer word is meant."""
    known = meanings(kind)
    timed = [re.escape(one.word) for one in known.values() if one.family in TIMED]
    words = sorted(map(re.escape, known), key=len, reverse=True)
    return re.compile(rf"-(?:({'|'.join(timed)})-([0-9]{{1,5}})|({'|'.join(words)}))\Z", re.IGNORECASE)


def find(kind: str, number: str) -> Magic | None:
    """Return the magic value a number of a message ends in, or None."""
    if not (found := _pattern(kind).search(number)):
        return None
    word = (found[1] or found[3]).upper()
    return Magic(word, meanings(kind)[word], int(found[2]) if found[2] else None)


def described(kind: str) -> list[dict[str, object]]:
    """Return the magic values of a message with what they force, in both languages, for pages and documents."""
    return [
        {"value": f"-{one.word}", "code": one.code, "text": {lang: one.text(lang) for lang in LANGUAGES}}
        for one in meanings(kind).values()
    ]
