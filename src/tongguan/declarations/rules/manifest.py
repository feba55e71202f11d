"""Rules of the bill a declaration rests on: it is in a manifest, it has as many packages, and the mode fits its time."""

from __future__ import annotations

from datetime import timedelta

from tongguan.cargo.states import AIR, SEA
from tongguan.kernel.rules import Break, Rule

from ..days import ADVANCE
from ..models import EXPORT, IMPORT

CARRIED = frozenset({SEA, AIR})
"""The modes of transport whose manifests are received here."""


class BillMissing(Rule):
    """Goods that travel by sea or by air are declared with the number of their bill."""

    code = "DEC_BILL_MISSING"

    def broken_by(self, doc, ctx):
        if doc.TrafMode in CARRIED and not doc.BillNo:
            yield Break("BillNo")


class BillNotInManifest(Rule):
    """No manifest has the bill {number}; ask the carrier to send its data."""

    code = "DEC_BILL_NOT_IN_MANIFEST"

    def broken_by(self, doc, ctx):
        if doc.TrafMode in CARRIED and doc.BillNo and ctx.bill is None:
            yield Break("BillNo", number=doc.BillNo)


class MorePackages(Rule):
    """The manifest has {pieces} packages under this bill; {declared} are declared already, and this one declares {found}."""

    code = "DEC_DUPLICATE"

    def broken_by(self, doc, ctx):
        if ctx.bill is None or doc.PackNo is None or not ctx.declared:
            return
        if ctx.declared + doc.PackNo > ctx.bill.pieces:
            yield Break("BillNo", pieces=ctx.bill.pieces, declared=ctx.declared, found=doc.PackNo)


class OverManifest(Rule):
    """The manifest has {pieces} packages of {gross} kg under this bill, fewer than the {found} packages of {weight} kg declared."""

    code = "DEC_OVER_MANIFEST"

    def broken_by(self, doc, ctx):
        if ctx.bill is None or doc.PackNo is None or doc.GrossWet is None or ctx.declared:
            return
        if doc.PackNo > ctx.bill.pieces or doc.GrossWet > ctx.bill.gross:
            yield Break(
                "PackNo" if doc.PackNo > ctx.bill.pieces else "GrossWet", pieces=ctx.bill.pieces, gross=ctx.bill.gross,
                found=doc.PackNo, weight=doc.GrossWet,
            )  # fmt: skip


class NotEntered(Rule):
    """The conveyance of this bill has not declared entry; declare in advance, or wait until it has."""

    code = "DEC_NOT_ENTERED"

    def broken_by(self, doc, ctx):
        if ctx.is_amendment or doc.IEFlag != IMPORT or ctx.asked.mode == ADVANCE or ctx.bill is None:
            return
        if ctx.bill.entry_declared is None:
            yield Break("BillNo")


class NotAtSite(Rule):
    """The goods of this bill have not come to the supervised site; declare in advance, or wait until they have."""

    code = "DEC_NOT_AT_SITE"

    def broken_by(self, doc, ctx):
        if ctx.is_amendment or doc.IEFlag != EXPORT or ctx.asked.mode == ADVANCE or ctx.bill is None:
            return
        if ctx.bill.arrived is None:
            yield Break("BillNo")


class LoadingNear(Rule):
    """The conveyance sets out on {departs}; goods that leave are declared {hours} hours before they are loaded."""

    code = "DEC_LOADING_NEAR"
    level = "warn"  # customs may allow a shorter time

    def broken_by(self, doc, ctx):
        departs = ctx.bill.departs if ctx.bill is not None else None
        if ctx.is_amendment or doc.IEFlag != EXPORT or departs is None or ctx.at is None:
            return
        if departs - ctx.at < timedelta(hours=(hours := ctx.law("declarations.export_lead_hours"))):
            yield Break("BillNo", departs=departs, hours=hours)


class TooLateForAdvance(Rule):
    """The conveyance arrived on {arrived}; what has arrived is declared the ordinary way."""

    code = "DEC_ADVANCE_ARRIVED"

    def broken_by(self, doc, ctx):
        if not ctx.is_amendment and ctx.asked.mode == ADVANCE and ctx.bill is not None and ctx.bill.arrived is not None:
            yield Break("BillNo", arrived=ctx.bill.arrived)


MANIFEST = [
    BillMissing(), BillNotInManifest(), MorePackages(), OverManifest(), NotEntered(), NotAtSite(), LoadingNear(),
    TooLateForAdvance(),
]  # fmt: skip
