"""What must be so before a person is put on the blacklist, or taken off it. No message repeats an identity number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tongguan.kernel.numbers import resident_id
from tongguan.kernel.rules import Break, Rule


@dataclass(slots=True)
class Listing:
    """A person who is to be listed: until when, of how many days at most, and whether he is on the list already."""

    number: str
    reason: str
    day: date
    last_day: date | None
    most: int
    until: date | None = None


class ListedNumber(Rule):
    """This is not a valid 18-digit resident identity number; check it against the card."""

    code = "LISTED_NUMBER"

    def broken_by(self, doc: Listing, ctx):
        if not resident_id.is_valid(doc.number):
            yield Break("buyerIdNumber")


class ListedReason(Rule):
    """Say why: a person is put on the blacklist, and taken off it, with a reason."""

    code = "LISTED_REASON"

    def broken_by(self, doc, ctx):
        if not doc.reason.strip():
            yield Break("reason")


class ListedDays(Rule):
    """Say until when, from today ({first}) and for {most} days at most, which is until {last}."""

    code = "LISTED_DAYS"

    def broken_by(self, doc: Listing, ctx):
        last = doc.day + timedelta(days=doc.most)
        if doc.last_day is None or not doc.day <= doc.last_day <= last:
            yield Break("lastDay", first=doc.day, most=doc.most, last=last)


class ListedAlready(Rule):
    """This person is on the blacklist already, until {last}; take the entry off first to change it."""

    code = "LISTED_ALREADY"

    def broken_by(self, doc: Listing, ctx):
        if doc.until is not None:
            yield Break("buyerIdNumber", last=doc.until)


@dataclass(slots=True)
class Removal:
    """An entry that is to be taken off."""

    reason: str


LISTING = [ListedNumber(), ListedReason(), ListedDays(), ListedAlready()]
REMOVAL = [ListedReason()]
