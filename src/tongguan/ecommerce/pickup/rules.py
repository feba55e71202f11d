"""What must be so before a parcel is handed over at a shop. No message repeats an identity number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.kernel.rules import Break, Rule

from ..models import Inventory
from ..rules.bonded import BONDED


@dataclass(slots=True)
class HandingOver:
    """A parcel that somebody wants to collect: whether he is its buyer, and what else became of it."""

    number: str
    row: Inventory | None
    is_buyer: bool = False
    collected: bool = False
    comes_back: bool = False
    held: tuple[str, ...] = ()


@dataclass(slots=True)
class Tries:
    """The wrong identity numbers of the last ``hours``, the latest first, and how many may be: of a parcel, at a shop."""

    number: str
    hours: int
    most_of_parcel: int
    of_parcel: list[datetime]
    most_at_shop: int
    at_shop: list[datetime]

    def until(self, made: list[datetime], most: int) -> datetime | None:
        """Return when so few of the attempts count that another may be made; None when it may be made now."""
        return made[most - 1] + timedelta(hours=self.hours) if len(made) >= most else None

    @property
    def closed_until(self) -> datetime | None:
        """When the shop may hand over again, None when it may."""
        return self.until(self.at_shop, self.most_at_shop)


def _wait(doc: Tries, made: list[datetime], most: int, **values: str) -> Iterator[Break]:
    until = doc.until(made, most)
    if until is not None:
        shown = f"{until.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        yield Break("buyerIdNumber", most=most, hours=doc.hours, until=shown, **values)


class PickUpTriesParcel(Rule):
    """{most} wrong identity numbers were given for the parcel {number} within {hours} hours: wait until {until}.

    Customs see each of them, with who gave it; a number itself is not kept.
    """

    code = "PICKUP_TRIES_PARCEL"

    def broken_by(self, doc: Tries, ctx):
        yield from _wait(doc, doc.of_parcel, doc.most_of_parcel, number=doc.number)


class PickUpTriesShop(Rule):
    """{most} wrong identity numbers were given at this shop within {hours} hours: wait until {until}.

    Customs see each of them, with who gave it; a number itself is not kept.
    """

    code = "PICKUP_TRIES_SHOP"

    def broken_by(self, doc: Tries, ctx):
        yield from _wait(doc, doc.at_shop, doc.most_at_shop)


class PickUpUnknown(Rule):
    """The merchant of this shop has no bonded parcel with the inventory number {number}."""

    code = "PICKUP_UNKNOWN"

    def broken_by(self, doc: HandingOver, ctx):
        if doc.row is None or doc.row.trade_mode not in BONDED:
            yield Break("invtNo", number=doc.number)


class PickUpReleased(Rule):
    """The parcel {number} is not released: its status is {status}, and 800 is needed."""

    code = "PICKUP_NOT_RELEASED"

    def broken_by(self, doc: HandingOver, ctx):
        if doc.row is not None and doc.row.state != "released":
            yield Break("invtNo", number=doc.number, status=doc.row.status)


class PickUpHeld(Rule):
    """The parcel {number} is held and may not leave; ask customs."""

    code = "PICKUP_HELD"

    def broken_by(self, doc: HandingOver, ctx):
        if doc.held and doc.row is not None and doc.row.state == "released":
            yield Break("invtNo", number=doc.number)


class PickUpComingBack(Rule):
    """The goods of the parcel {number} are being returned, or were."""

    code = "PICKUP_COMING_BACK"

    def broken_by(self, doc: HandingOver, ctx):
        if doc.comes_back:
            yield Break("invtNo", number=doc.number)


class PickUpTwice(Rule):
    """The parcel {number} was collected already."""

    code = "PICKUP_TWICE"

    def broken_by(self, doc: HandingOver, ctx):
        if doc.collected:
            yield Break("invtNo", number=doc.number)


class PickUpBuyer(Rule):
    """Who collects is not the buyer of the order: the identity numbers differ. Only the buyer may collect the parcel."""

    code = "PICKUP_BUYER"

    def broken_by(self, doc: HandingOver, ctx):
        if doc.row is not None and not doc.is_buyer:
            yield Break("buyerIdNumber")


TRYING = [PickUpTriesParcel(), PickUpTriesShop()]
HANDING_OVER = [PickUpUnknown(), PickUpReleased(), PickUpHeld(), PickUpComingBack(), PickUpTwice(), PickUpBuyer()]
