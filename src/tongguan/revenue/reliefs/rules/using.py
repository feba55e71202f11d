"""What must be so before a declaration draws on a letter of relief, and before goods are disposed of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongguan.kernel.rules import Break, Rule
from tongguan.licences.rules.using import shown, unit_names

from ..drawing import Drawing

_OVER = ("applied", "refused", "taken_back", "lapsed")


class ReliefUnknown(Rule):
    """There is no letter of relief {number}; a line that is exempt names its letter in ManualNo and its line in ContrItem."""

    code = "RELIEF_UNKNOWN"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        if doc.letter is None:
            yield Break("ManualNo", number=doc.number)


class ReliefNotHolders(Rule):
    """The letter {number} is for another entity than {holder}."""

    code = "RELIEF_NOT_HOLDERS"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        if doc.letter is not None and doc.letter.holder != doc.holder:
            yield Break("ManualNo", number=doc.number, holder=doc.holder)


class ReliefNotInForce(Rule):
    """The letter {number} is valid from {first} to {last} and not in force on {day}."""

    code = "RELIEF_NOT_IN_FORCE"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        row = doc.letter
        if row is None or doc.own:
            return
        first, last = row.valid_from, row.valid_to
        if first is None or last is None or row.state in _OVER or not first <= doc.on <= last:
            yield Break("ManualNo", number=doc.number, first=first or "—", last=last or "—", day=doc.on)


class ReliefSpent(Rule):
    """The letter {number} serves {most} declaration and has served one; a further batch needs a letter of its own."""

    code = "RELIEF_SPENT"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        row = doc.letter
        if row is not None and not doc.own and row.uses >= doc.most:
            yield Break("ManualNo", number=doc.number, most=doc.most)


class ReliefOffice(Rule):
    """The letter {number} serves at the customs office {office} only, not at {customs}."""

    code = "RELIEF_OFFICE"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        if doc.letter is not None and doc.letter.office != doc.customs:
            yield Break("CustomMaster", number=doc.number, office=doc.letter.office, customs=doc.customs)


class ReliefLineUnknown(Rule):
    """The letter {number} has no line {place}; ContrItem names the line of the letter."""

    code = "RELIEF_LINE_UNKNOWN"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.matches if doc.letter is not None else ():
            if one.line is None:
                yield Break(f"item/{one.drawn.item}/ContrItem", number=doc.number, place=one.drawn.place or "—")


class ReliefGoods(Rule):
    """Line {place} of the letter {number} is for {wanted}, not for {gcode}."""

    code = "RELIEF_GOODS"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.matches:
            if one.line is not None and one.line.gcode != one.drawn.gcode:
                yield Break(
                    f"item/{one.drawn.item}/CodeTS", place=one.line.place, number=doc.number, wanted=one.line.gcode,
                    gcode=one.drawn.gcode,
                )  # fmt: skip


class ReliefUnit(Rule):
    """Line {place} of the letter {number} counts in {unit}, and the declaration states no quantity in it."""

    code = "RELIEF_UNIT"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.matches:
            if one.line is not None and one.counted is None:
                yield Break(
                    f"item/{one.drawn.item}/GUnit",
                    place=one.line.place,
                    number=doc.number,
                    unit=unit_names(one.line.unit),
                )


class ReliefQuantityShort(Rule):
    """{asked} {unit} are declared under line {place} of the letter {number}, and {left} are left."""

    code = "RELIEF_QUANTITY_SHORT"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for line, asked in doc.sums().items():
            left = doc.balances.get(line, Decimal(0)) + doc.own.get(line, Decimal(0))
            if asked <= left:
                continue
            one = next(m for m in doc.matches if m.line is not None and m.line.pk == line)
            assert one.line is not None
            yield Break(
                f"item/{one.drawn.item}/GQty", asked=shown(asked), unit=unit_names(one.line.unit), place=one.line.place,
                number=doc.number, left=shown(left),
            )  # fmt: skip


class ReliefNature(Rule):
    """Goods under the letter {number} have the nature of levy {natures}, not {found}."""

    code = "RELIEF_NATURE"
    level = "warn"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        if doc.natures and doc.nature and doc.nature not in doc.natures:
            yield Break("CutMode", number=doc.number, natures=", ".join(doc.natures), found=doc.nature)


class ReliefDisposedAlready(Rule):
    """Goods of the declaration {reference} under the letter {number} are no longer supervised; it cannot be given back."""

    code = "RELIEF_DISPOSED_ALREADY"

    def broken_by(self, doc: tuple[str, str], ctx) -> Iterator[Break]:
        reference, number = doc
        yield Break("ManualNo", reference=reference, number=number)


@dataclass(slots=True)
class Disposing:
    """Goods that are to be disposed of before the end of supervision, and why."""

    released: date | None
    on: date
    reason: str
    value: Decimal | None


class ReliefDisposal(Rule):
    """Say how the goods are disposed of, in at most {most} characters."""

    code = "RELIEF_DISPOSAL"

    def broken_by(self, doc: Disposing, ctx) -> Iterator[Break]:
        if not 1 <= len(doc.reason.strip()) <= _REASON:
            yield Break("reason", most=_REASON)


class ReliefNoReport(Rule):
    """No relieved goods of {holder} were under supervision in {year}, or the year is not over; there is nothing to report."""

    code = "RELIEF_NO_REPORT"

    def broken_by(self, doc: tuple[str, int, bool], ctx) -> Iterator[Break]:
        holder, year, owed = doc
        if not owed:
            yield Break("year", holder=holder, year=str(year))


_REASON = 200

USING = [
    ReliefUnknown(), ReliefNotHolders(), ReliefNotInForce(), ReliefSpent(), ReliefOffice(), ReliefLineUnknown(),
    ReliefGoods(), ReliefUnit(), ReliefQuantityShort(),
]  # fmt: skip
BESIDE = [ReliefNature()]
"""What is only warned of."""
DISPOSED = [ReliefDisposedAlready()]
DISPOSING = [ReliefDisposal()]
REPORTING = [ReliefNoReport()]
