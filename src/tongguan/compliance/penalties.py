"""What a breach is fined, for advice (处罚幅度参考): the band of the regulation, and when it is fined below the band.

    statistics      a warning, or a fine by amount          order           a fine by amount
    licence         a share of the value of the goods       tax             a share of the tax that was not paid
    export_refund   a share of the declared price

The band is that of the day of the breach, the standard for less that of the day of decision. It is advice: customs decide.
Sources: Regulations on administrative penalties of customs, art 15; GACC 2023 No. 182.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongguan.kernel.law import Law, NotConfigured, Provision
from tongguan.kernel.law import law as in_force
from tongguan.kernel.money import fen

from .cases import REFUND, TAX

AMOUNTS, SHARES, WARNINGS, MITIGATED = (
    f"compliance.penalty_{one}" for one in ("amounts", "shares", "warnings", "mitigated")
)
FIRM, PERSON = "firm", "person"
LICENCE = "licence"
KINDS = ("statistics", "order", LICENCE, TAX, REFUND)


@dataclass(frozen=True, slots=True)
class Band:
    """What a breach may be fined, in yuan; ``base`` is what shares are of, None where the fine is by amount.

    ``warning`` says that a warning may take its place, ``below`` that it is fined less than the band (减轻处罚).
    """

    kind: str
    least: Decimal
    most: Decimal
    base: Decimal | None
    shares: tuple[Decimal, Decimal] | None
    warning: bool
    below: bool
    terms: tuple[Provision, ...]


def band(
    kind: str,
    *,
    breach: date,
    decided: date,
    base: Decimal = Decimal(0),
    share: Decimal = Decimal(0),
    who: str = FIRM,
    law: Law = in_force,
) -> Band | None:
    """Return the band of a kind of breach; None where no source names one. Raises NotConfigured for a day without law.

    ``base`` is the tax that was not paid, the value of the goods, or the declared price, in yuan; ``share`` what of the tax
    was not paid, or of the declared price could have been refunded too much; ``who`` is *firm* or *person*.

    >>> found = band("tax", breach=date(2025, 3, 1), decided=date(2026, 1, 5), base=Decimal(280000), share=Decimal("0.28"))
    >>> found.least, found.most, found.below
    (Decimal('84000.00'), Decimal('560000.00'), False)
    """
    amounts, shares = law(AMOUNTS, on=breach), law(SHARES, on=breach)
    if kind in amounts.value:
        warned, fine = law(WARNINGS, on=breach), amounts.value[kind]
        may = kind in warned.value
        terms = (amounts, warned) if may else (amounts,)
        return Band(kind, fen(fine["least"]), fen(fine["most"]), None, None, may, False, terms)
    if kind not in shares.value:
        return None
    least, most = shares.value[kind]["least"], shares.value[kind]["most"]
    below, standard = _below(kind, base, share, who, decided, law)
    terms = (shares, standard) if standard is not None else (shares,)
    return Band(kind, fen(base * least), fen(base * most), base, (least, most), False, below, terms)


def _below(
    kind: str, base: Decimal, share: Decimal, who: str, decided: date, law: Law
) -> tuple[bool, Provision | None]:
    if kind not in (TAX, REFUND):
        return False, None
    try:
        standard = law(MITIGATED, on=decided)
    except NotConfigured:
        return False, None  # no standard is known for that day
    limits = standard.value
    if kind == TAX:
        return share < limits["tax_share"] and base < limits[f"tax_{who}"], standard
    return share <= limits["refund_share"], standard
