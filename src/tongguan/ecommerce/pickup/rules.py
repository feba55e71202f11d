"""What must be so before a parcel is handed over at a shop. No message repeats an identity number."""

from __future__ import annotations

from dataclasses import dataclass

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


HANDING_OVER = [PickUpUnknown(), PickUpReleased(), PickUpHeld(), PickUpComingBack(), PickUpTwice(), PickUpBuyer()]
