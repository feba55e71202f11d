"""What must hold when an error is recorded by an officer, when its review is asked for, and when it is decided (报关差错复核)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongguan.kernel.rules import Break, Rule

MOST_WORDS = 500


@dataclass(slots=True)
class Asked:
    """A request for review: why, on which day, and the last day for it."""

    words: str
    on: date
    until: date


class ReviewLate(Rule):
    """A review is asked for by {until}; on {on} it is too late."""

    code = "ERROR_REVIEW_LATE"

    def broken_by(self, doc: Asked, ctx):
        if doc.on > doc.until:
            yield Break("", until=doc.until, on=doc.on)


class ReviewWords(Rule):
    """Say in up to {most} characters why the record is wrong."""

    code = "ERROR_REVIEW_WORDS"

    def broken_by(self, doc: Asked, ctx):
        if not 0 < len(doc.words.strip()) <= MOST_WORDS:
            yield Break("words", most=MOST_WORDS)


class NoAnswer(Rule):
    """Say in up to {most} characters what was found."""

    code = "ERROR_ANSWER"

    def broken_by(self, doc: str, ctx):
        if not 0 < len(doc.strip()) <= MOST_WORDS:
            yield Break("words", most=MOST_WORDS)


class NotAccepted(Rule):
    """An error is found in a declaration that was accepted; {number} was not."""

    code = "ERROR_DECLARATION"

    def broken_by(self, doc, ctx):
        if doc.accepted_at is None:
            yield Break("declaration", number=doc.pk)


ASKING = [ReviewLate(), ReviewWords()]
ANSWERING = [NoAnswer()]
FINDING = [NotAccepted()]
