"""What must be so before an order is issued, a check is concluded, and goods are lifted off in one of the easier ways."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from tongguan.declarations.rules.access import unlisted
from tongguan.kernel.rules import Break, Rule

from .deciding import DUE, MOVED, SAMPLED


@dataclass(slots=True)
class Asked:
    """Something that is asked of an order: what, with which office, place and words, and what is known of the goods.

    ``codes`` are the commodity codes of the goods; ``listed`` the first figures of the list that is asked; ``places`` those
    goods may be moved to; ``dishonest`` whether the firm is barred.
    """

    of: Any
    what: str = ""
    office: str = ""
    place: str = ""
    words: str = ""
    codes: Collection[str] = ()
    listed: Collection[str] = ()
    places: Collection[str] = ()
    dishonest: bool = False
    use: bool = False
    checks: Collection[str] = field(default_factory=tuple)


class NothingDue(Rule):
    """Say which check is due: at the port, at the destination, or both."""

    code = "ACCESS_NOTHING_DUE"

    def broken_by(self, doc: Asked, ctx):
        if not doc.checks:
            yield Break("checks")


class NotDue(Rule):
    """This check ({what}) is not open."""

    code = "ACCESS_NOT_DUE"

    def broken_by(self, doc: Asked, ctx):
        open_ = {"port": (DUE, MOVED), "destination": (DUE,), "laboratory": (SAMPLED,), "lift": (DUE,)}[doc.what]
        state = doc.of.destination if doc.what == "destination" else doc.of.port
        if state not in open_:
            yield Break("check", what=doc.what)


class WrongOffice(Rule):
    """The office {office} does not do this check; the order is for {port} and {destination}."""

    code = "ACCESS_OFFICE"

    def broken_by(self, doc: Asked, ctx):
        of = doc.of
        either = of.shared or doc.what in ("order", "assess")
        own = of.destination_customs if doc.what == "destination" else of.port_customs
        allowed = {of.port_customs, of.destination_customs} if either else {own}
        if doc.office and doc.office[:2] not in {one[:2] for one in allowed}:
            yield Break("office", office=doc.office, port=of.port_customs, destination=of.destination_customs)


class NoWords(Rule):
    """Say in a few words what was found."""

    code = "ACCESS_WORDS"

    def broken_by(self, doc: Asked, ctx):
        if not doc.words.strip():
            yield Break("note")


class NotOnList(Rule):
    """{gcode} does not stand on the list of goods for this."""

    code = "ACCESS_NOT_LISTED"

    def broken_by(self, doc: Asked, ctx):
        for place, gcode in unlisted(doc.codes, doc.listed):
            yield Break(f"item/{place}/CodeTS", gcode=gcode)


class NotAsked(Rule):
    """The firm has not asked for this at its declaration."""

    code = "ACCESS_NOT_ASKED"

    def broken_by(self, doc: Asked, ctx):
        if not (doc.of.place if doc.what == "transfer" else doc.of.conditional):
            yield Break("conditional" if doc.what != "transfer" else "place")


class UnknownPlace(Rule):
    """{place} is no place of transit inspection."""

    code = "ACCESS_PLACE"

    def broken_by(self, doc: Asked, ctx):
        if doc.place and doc.place not in doc.places:
            yield Break("place", place=doc.place)


class NoStorage(Rule):
    """Conditional lift-off names the place where the goods are kept until the result."""

    code = "ACCESS_STORAGE_UNNAMED"

    def broken_by(self, doc: Asked, ctx):
        if doc.of.conditional and not doc.of.storage:
            yield Break("storage")


class StorageUnassessed(Rule):
    """Customs have not found the place of storage to be escape-proof."""

    code = "ACCESS_STORAGE"

    def broken_by(self, doc: Asked, ctx):
        if doc.of.assessed_at is None:
            yield Break("storage")


class Dishonest(Rule):
    """A dishonest firm has no conditional lift-off."""

    code = "ACCESS_DISHONEST"

    def broken_by(self, doc: Asked, ctx):
        if doc.dishonest:
            yield Break("conditional")


class NotShared(Rule):
    """The offices {port} and {destination} did not share orders on that day, so their checks cannot be done as one."""

    code = "ACCESS_DISTRICTS"

    def broken_by(self, doc: Asked, ctx):
        of = doc.of
        if of.combined and of.port_customs[:2] != of.destination_customs[:2] and not of.shared:
            yield Break("combined", port=of.port_customs, destination=of.destination_customs)


class UseAllowed(Rule):
    """The goods might be sold and used; nothing was violated."""

    code = "ACCESS_ALLOWED"

    def broken_by(self, doc: Asked, ctx):
        if doc.use:
            yield Break("")


WISHING = [UnknownPlace(), NoStorage()]
CONCLUDING = [NotDue(), WrongOffice()]
FAILING = [*CONCLUDING, NoWords()]
SAMPLING = [NotDue(), WrongOffice(), NotAsked(), NotOnList(), Dishonest(), StorageUnassessed()]
MOVING = [NotAsked(), UnknownPlace()]
ORDERING = [WrongOffice()]
