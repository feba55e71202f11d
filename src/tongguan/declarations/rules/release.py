"""What must be so before goods are released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tongguan.holds.models import Hold
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, text


@dataclass(slots=True)
class Standing:
    """How a declaration stands when its release is asked: the holds on it, its bill, and its money."""

    held: Sequence[Hold]
    needs_arrival: bool
    arrived: datetime | None
    lacking: Decimal
    is_secured: bool


class DeclarationHeld(Rule):
    """The goods are held: {reasons}."""

    code = "DEC_HELD"

    def broken_by(self, doc: Standing, ctx):
        if doc.held:
            said = {
                lang: ("、" if lang == "zh" else ", ").join(text(f"hold.reason.{one.reason}", lang) for one in doc.held)
                for lang in LANGUAGES
            }
            yield Break("release", reasons=said)


class NotArrived(Rule):
    """The goods have not arrived; they are released after their conveyance has."""

    code = "DEC_NOT_ARRIVED"

    def broken_by(self, doc: Standing, ctx):
        if doc.needs_arrival and doc.arrived is None:
            yield Break("BillNo")


class NotPaid(Rule):
    """{owed} yuan are to be paid before the goods are released."""

    code = "DEC_NOT_PAID"

    def broken_by(self, doc: Standing, ctx):
        if doc.lacking:
            yield Break("release", owed=doc.lacking)


class NotSecured(Rule):
    """The guarantee does not secure the taxes of this declaration any more."""

    code = "DEC_NOT_SECURED"

    def broken_by(self, doc: Standing, ctx):
        if not doc.is_secured:
            yield Break("guarantee")


RELEASE = [DeclarationHeld(), NotArrived(), NotPaid(), NotSecured()]
