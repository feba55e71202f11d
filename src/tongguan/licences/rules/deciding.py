"""What must be so before an application for a licence is decided, and before a licence is issued or taken in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tongguan.kernel.rules import Break, Rule

_NUMBER = re.compile(r"[0-9A-Za-z()（）\u4e00-\u9fff._/-]{1,40}")
MOST_WORDS = 500


@dataclass(slots=True)
class Issuing:
    """A licence that is to be issued; ``last`` is the last day the law allows, ``taken`` whether the number is."""

    number: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    last: date | None
    taken: bool = False
    held: bool = False


class LicenceNumber(Rule):
    """A number of a licence has 1 to 40 letters, figures or Chinese characters, not {found}."""

    code = "LICENCE_NUMBER"

    def broken_by(self, doc: Issuing, ctx) -> Iterator[Break]:
        if doc.number and not _NUMBER.fullmatch(doc.number):
            yield Break("number", found=doc.number)


class LicenceExists(Rule):
    """There is a licence {number} of this type already, and it says something else."""

    code = "LICENCE_EXISTS"

    def broken_by(self, doc: Issuing, ctx) -> Iterator[Break]:
        if doc.taken:
            yield Break("number", number=doc.number)


class LicenceDays(Rule):
    """The days do not fit: issued {issued}, valid from {first} to {last}. Give a last day that is not before the first."""

    code = "LICENCE_DAYS"

    def broken_by(self, doc: Issuing, ctx) -> Iterator[Break]:
        last = doc.valid_to
        if last is None or last < doc.valid_from or doc.valid_from < doc.issued_on:
            yield Break("validTo", issued=doc.issued_on, first=doc.valid_from, last=last)


class LicenceTooLong(Rule):
    """A licence of this type that is valid from {first} is valid until {most} at most, not {last}."""

    code = "LICENCE_TOO_LONG"

    def broken_by(self, doc: Issuing, ctx) -> Iterator[Break]:
        if doc.last is not None and doc.valid_to is not None and doc.valid_to > doc.last:
            yield Break("validTo", first=doc.valid_from, most=doc.last, last=doc.valid_to)


class LicenceNotCleared(Rule):
    """The application is held for screening: clear it first, or refuse the application."""

    code = "LICENCE_NOT_CLEARED"

    def broken_by(self, doc, ctx) -> Iterator[Break]:
        if doc.held:
            yield Break("endUsers")


class LicenceElsewhere(Rule):
    """The issuing body decides this one; its answer comes by itself."""

    code = "LICENCE_ELSEWHERE"

    def broken_by(self, doc, ctx) -> Iterator[Break]:
        if doc.elsewhere:
            yield Break("state")


@dataclass(slots=True)
class Saying:
    """What the authority says of an application; ``held`` whether screening holds it."""

    words: str
    held: bool = False


class LicenceWords(Rule):
    """Say why, in at most {most} characters: the applicant reads it."""

    code = "LICENCE_WORDS"

    def broken_by(self, doc: Saying, ctx) -> Iterator[Break]:
        if not 1 <= len(doc.words.strip()) <= MOST_WORDS:
            yield Break("words", most=MOST_WORDS)


ISSUING = [LicenceNumber(), LicenceExists(), LicenceDays(), LicenceTooLong(), LicenceNotCleared()]
APPROVING = [LicenceNotCleared()]
SAYING = [LicenceWords()]
DECIDING = [LicenceElsewhere()]
