"""What an officer writes about a report that the issuing body refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tongguan.kernel.rules import Break, Rule

from .deciding import MOST_WORDS


class Noting(NamedTuple):
    """What an officer notes."""

    note: str


class LicenceNote(Rule):
    """Say how it was settled with the issuing body."""

    code = "LICENCE_NOTE"

    def broken_by(self, doc: Noting, ctx) -> Iterator[Break]:
        if not doc.note.strip():
            yield Break("note")


class LicenceNoteLong(Rule):
    """The note is longer than {most} characters."""

    code = "LICENCE_NOTE_LONG"

    def broken_by(self, doc: Noting, ctx) -> Iterator[Break]:
        if len(doc.note.strip()) > MOST_WORDS:
            yield Break("note", most=MOST_WORDS)


NOTING = [LicenceNoteLong()]
SETTLING = [LicenceNote(), LicenceNoteLong()]
