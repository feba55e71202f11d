"""Rules of what a declaration asks for access in two stages (两段准入申请): before acceptance, by the law's lists."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from tongguan.formats.dec.contract import BLOCKS
from tongguan.kernel.rules import Break, Rule

from ..models import IMPORT

TRANSFER, CONDITIONAL, COMBINED = "TransitionApply", "ConditionalLiftoffApply", "PortDestMergeCheckApply"
MARKS = (TRANSFER, CONDITIONAL, COMBINED)
_TICKED, _BLANK = "1", (None, "", "0")
_FIELDS = BLOCKS["access"].fields
_LISTS = {COMBINED: "inspections.combined_goods", CONDITIONAL: "inspections.conditional_goods"}


def ticked(of: Any, mark: str) -> bool:
    """Say whether a declaration asks for something of access in two stages.

    >>> from tongguan.formats import dec
    >>> said = dec.documents.ROWS["access"](TransitionApply="1", ConditionalLiftoffApply="0")
    >>> ticked(dec.Declaration(access=said), TRANSFER), ticked(dec.Declaration(access=said), CONDITIONAL)
    (True, False)
    """
    return of.access is not None and getattr(of.access, mark) == _TICKED


def unlisted(codes: Collection[str], listed: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield the place and the code of the goods that no first figures of a list name.

    >>> list(unlisted(["0601100000", "8479"], ["0601"]))
    [(2, '8479')]
    """
    for place, code in enumerate(codes, 1):
        if not any(code.startswith(first) for first in listed):
            yield place, code


class AccessRule(Rule, abstract=True):
    """A rule of what is asked at acceptance; an amendment does not ask anew."""

    def broken_by(self, doc, ctx):
        return self._wrong(doc, ctx) if doc.access is not None and not ctx.is_amendment else ()

    def _wrong(self, doc: Any, ctx: Any) -> Iterator[Break]:
        """Yield what is wrong with what a declaration asks."""
        raise NotImplementedError


class AccessMark(AccessRule):
    """{field} ({name}) is 1 where it is asked for, 0 or blank where not; it cannot be {found}."""

    code = "DEC_ACCESS_MARK"

    def _wrong(self, doc, ctx):
        for name in MARKS:
            if (found := getattr(doc.access, name)) not in (_TICKED, *_BLANK):
                yield Break(f"access/{name}", field=_FIELDS[name].labels, name=name, found=found)


class AccessOfExport(AccessRule):
    """Access in two stages is asked for imports only."""

    code = "DEC_ACCESS_EXPORT"

    def _wrong(self, doc, ctx):
        if doc.IEFlag and doc.IEFlag != IMPORT:
            yield from (Break(f"access/{name}") for name in MARKS if ticked(doc, name))


class AccessPlace(AccessRule):
    """Who asks for a check at another place names a place of transit inspection; {found} is none."""

    code = "DEC_ACCESS_PLACE"

    def _wrong(self, doc, ctx):
        found = doc.access.TransitionSite or ""
        if (ticked(doc, TRANSFER) or found) and found not in ctx.law("inspections.transfer_places"):
            yield Break("access/TransitionSite", found=found or "—")


class AccessGoods(AccessRule):
    """{gcode} does not stand on the list of goods for what is asked ({field})."""

    code = "DEC_ACCESS_GOODS"

    def _wrong(self, doc, ctx):
        codes = [one.CodeTS or "" for one in doc.items]
        for mark, name in _LISTS.items():
            if ticked(doc, mark):
                for place, gcode in unlisted(codes, ctx.law(name)):
                    yield Break(f"item/{place}/CodeTS", gcode=gcode, field=_FIELDS[mark].labels)


class AccessStorage(AccessRule):
    """Lift-off under conditions names where the goods are kept until the result: fill in GoodsPlace."""

    code = "DEC_ACCESS_STORAGE"

    def _wrong(self, doc, ctx):
        if ticked(doc, CONDITIONAL) and not (doc.GoodsPlace or "").strip():
            yield Break("GoodsPlace")


ACCESS = [AccessMark(), AccessOfExport(), AccessPlace(), AccessGoods(), AccessStorage()]
