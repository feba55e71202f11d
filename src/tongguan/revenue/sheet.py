"""The tax sheet (税款计算单): every figure with what it was made of.

The amount of a line is ``(net x rate / (1 - inclusive) + quantity x unit amount) x share``, rounded half up to the
fen. ``inclusive`` is the rate of a consumption tax that is part of its own base (组成计税价格), 0 for other lines.
``recomputed`` works the amount out again, so that what is explained is what is charged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from tongguan.kernel.money import fen
from tongguan.kernel.texts import text
from tongguan.tariff import formulas
from tongguan.tariff.formulas import Formula

DUTY, CONSUMPTION, VAT = "duty", "consumption", "vat"
KINDS = (DUTY, CONSUMPTION, VAT)
EXPORT_DUTY = "export_duty"
"""The duty of goods that leave; those that come bear the others."""
WITHIN, OVER_SINGLE, TRADE, EXEMPT, EXPORTED = "within", "over_single", "trade", "exempt", "export"
RELIEF = "relief:"
"""A measure that begins so is a relief; the number of its letter follows."""
LEGAL = "legal:"
"""A measure that begins so is a relief by the law itself; its ground and the number of the decision follow."""
ROUNDING = "half_up_fen"

_ONE, _NOTHING = Decimal(1), Decimal("0.00")
_SHOWN = 6  # decimals of a quantity in a sentence


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def levied(share: Decimal, net: Decimal, formula: Formula, inclusive: Decimal, quantity: Decimal) -> Decimal:
    """Return a tax rounded half up to the fen; multiplied first and divided last, so that a half fen stays a half."""
    if not formula.rate and not quantity:  # as the duty of nearly every parcel
        return _NOTHING
    tax = share * net * formula.rate
    if inclusive:
        tax /= _ONE - inclusive
    if quantity:
        tax += share * quantity * formula.amount
    return fen(tax)


class SheetLine(msgspec.Struct, frozen=True):
    """One tax on one line of goods (税款明细).

    ``item`` is the number of the line of goods, ``value`` its customs value in yuan, ``net`` the base before the tax
    that is part of it, ``share`` how much of the tax is levied, ``since`` and ``reference`` the day and instrument of
    the rate, ``measure`` the plan that decided the share.
    """

    item: int
    gcode: str
    kind: str
    value: Decimal
    net: Decimal
    rate: Formula
    inclusive: Decimal
    quantity: Decimal
    share: Decimal
    amount: Decimal
    measure: str
    since: date
    reference: dict

    @property
    def base(self) -> Decimal:
        """The amount the rate is applied to, in yuan, not rounded."""
        return self.net / (_ONE - self.inclusive) if self.inclusive else self.net

    @property
    def rounding(self) -> str:
        """How the amount was rounded."""
        return ROUNDING

    def recomputed(self) -> Decimal:
        """Return the amount as it follows from the rest of the line."""
        return levied(self.share, self.net, self.rate, self.inclusive, self.quantity)

    def rate_text(self, lang: str) -> str:
        """Return the rate as a person writes it."""
        return self.rate.words(lang)

    def title(self, lang: str) -> str:
        """Return the name of the tax."""
        return text(f"revenue.kind.{self.kind}", lang)

    def measure_text(self, lang: str) -> str:
        """Return what decided how much of the tax is levied."""
        if self.measure.startswith(RELIEF):
            return text("revenue.plan.relief", lang, number=self.measure.removeprefix(RELIEF))
        if self.measure.startswith(LEGAL):
            _, ground, number = self.measure.split(":", 2)
            said = text(f"legal.ground.{ground}", lang)
            return text("revenue.plan.legal", lang, ground=said, number=number, share=_percent(self.share))
        return text(f"revenue.plan.{self.measure}", lang)

    def formula(self, lang: str) -> str:
        """Return in one sentence how the amount came about."""
        form = "both" if self.rate.per and self.rate.rate else "quantity" if self.rate.per else "value"
        base, quantity = fen(self.base), self.quantity
        rate, share, inclusive = _percent(self.rate.rate), _percent(self.share), _percent(self.inclusive)
        if -quantity.as_tuple().exponent > _SHOWN:  # type: ignore[operator]
            quantity = round(quantity, _SHOWN)
        amount = self.rate.amount
        body = text(f"revenue.formula.{form}", lang, base=base, rate=rate, quantity=quantity, amount=amount)
        whole = "whole" if self.share == _ONE else "share"
        words = text(f"revenue.formula.{whole}", lang, body=body, share=share, tax=self.amount)
        if self.inclusive:
            words += text("revenue.formula.composed", lang, base=base, net=fen(self.net), rate=inclusive)
        return words


class Sheet(msgspec.Struct, frozen=True):
    """The taxes of one consignment (税款计算单), by the law of ``day``.

    ``terms`` are the values of the law that decided the shares, each with its day and instrument.
    """

    day: date
    plan: str
    value: Decimal
    lines: tuple[SheetLine, ...]
    terms: tuple[dict, ...] = ()

    def total(self, kind: str | None = None) -> Decimal:
        """Return the sum of one tax, or of all of them, in yuan."""
        return sum([line.amount for line in self.lines if kind is None or line.kind == kind], _NOTHING)

    def totals(self) -> dict[str, Decimal]:
        """Return the sum of each tax; of duties that trade measures add, only those that are levied."""
        kinds = dict.fromkeys((*KINDS, *(line.kind for line in self.lines)))
        return {kind: self.total(kind) for kind in kinds}

    def of_item(self, item: int) -> tuple[SheetLine, ...]:
        """Return the taxes of one line of goods."""
        return tuple(line for line in self.lines if line.item == item)

    def as_dict(self) -> dict[str, Any]:
        """Return the sheet as JSON holds it; an instrument that several lines cite is written once."""
        references: list[dict] = []
        lines = []
        for line in self.lines:
            if line.reference not in references:
                references.append(line.reference)
            lines.append(_line_dict(line, references.index(line.reference)))
        return {
            "day": self.day.isoformat(),
            "plan": self.plan,
            "value": str(self.value),
            "total": str(self.total()),
            "rounding": ROUNDING,
            "lines": lines,
            "references": references,
            "terms": [{**t, "value": str(t["value"]), "since": t["since"].isoformat()} for t in self.terms],
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Sheet:
        """Return the sheet that ``as_dict`` kept; raises ValueError when its sums do not hold."""
        lines = tuple(_line_from(row, kept["references"]) for row in kept["lines"])
        terms = tuple(
            {**t, "value": Decimal(t["value"]), "since": date.fromisoformat(t["since"])} for t in kept["terms"]
        )
        sheet = cls(date.fromisoformat(kept["day"]), kept["plan"], Decimal(kept["value"]), lines, terms)
        if str(sheet.total()) != kept["total"] or any(line.amount != line.recomputed() for line in lines):
            raise ValueError("a tax sheet was kept with sums that do not hold")
        return sheet


_FIGURES = ("value", "net", "inclusive", "quantity", "share", "amount")


def _line_dict(line: SheetLine, reference: int) -> dict[str, Any]:
    kept: dict[str, Any] = {name: str(getattr(line, name)) for name in _FIGURES}
    return {
        "item": line.item,
        "gcode": line.gcode,
        "kind": line.kind,
        **kept,
        "rate": line.rate.as_dict(),
        "measure": line.measure,
        "since": line.since.isoformat(),
        "reference": reference,
    }


def _line_from(row: Mapping[str, Any], references: list[dict]) -> SheetLine:
    rate = formulas.read(row["rate"])
    assert isinstance(rate, Formula)
    return SheetLine(
        item=row["item"],
        gcode=row["gcode"],
        kind=row["kind"],
        rate=rate,
        measure=row["measure"],
        since=date.fromisoformat(row["since"]),
        reference=references[row["reference"]],
        **{name: Decimal(row[name]) for name in _FIGURES},
    )
