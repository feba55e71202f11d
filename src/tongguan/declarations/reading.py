"""What a declaration says, as the domains below understand it: the deal, the goods, the licences it draws on.

Countries and currencies are written in letters (ISO 4217, ISO 3166) or in the figures of customs; here they become figures.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tongguan.kernel.codes import codes
from tongguan.revenue.duties import Origin
from tongguan.revenue.trade import Goods, Relief
from tongguan.revenue.valuation import Charge, Deal
from tongguan.tariff.book import Book
from tongguan.tariff.entries import SPECIAL, scoped

ORIGIN_DOCUMENT = "Y"
"""The document that proves an origin; its number begins with the agreement, as <RCEP>C26-1 (优惠贸易协定代码)."""

LEVIED, HALF, EXEMPT, BY_NATURE, OTHER_HALF = "1", "2", "3", "5", "8"
"""Modes of levying a line: by the rules (照章征税), by half (折半征税), exempt (全免), as its nature says (随征免性质), the half
that was not levied (折半补税)."""

SECURITY = ("6", "7")
"""Modes of levying against a deposit (保证金) or a letter of guarantee (保函)."""

IN_FULL = "101"
"""The nature of goods that are levied as usual (一般征税)."""

COLLECTED = ("CL", "EC")
"""Kinds of documents whose taxes are collected by the month (汇总征税)."""

_ZERO = Decimal(0)


@lru_cache(maxsize=4)
def _letters(of: object) -> Mapping[str, str]:
    return {one.extra["iso"]: one.code for one in of if "iso" in one.extra}  # type: ignore[attr-defined]


def figures(name: str, written: str | None) -> str:
    """Return a code of a list in figures, whether it was written so or in letters; what is neither stays as it is.

    >>> figures("currencies", "USD"), figures("currencies", "502"), figures("countries", "JPN")
    ('502', '502', '116')
    """
    if not written or written.isdecimal():
        return written or ""
    return _letters(codes(name)).get(written, written)


def charge(mark: str | None, amount: Decimal | None, currency: str | None) -> Charge | None:
    """Return freight, insurance or other charges as they are stated; None where there are none."""
    return Charge(mark or "", amount, figures("currencies", currency)) if amount else None


def deal(of: Any) -> Deal:
    """Return how the goods of a declaration were bought; other charges below zero are left out of the value (杂费填报负值)."""
    other, out = of.OtherRate or _ZERO, (of.OtherRate or _ZERO) < 0
    beside = charge(of.OtherMark, abs(other), of.OtherCurr)
    return Deal(
        of.TransMode or "",
        [one.DeclTotal or _ZERO for one in of.items],
        [figures("currencies", one.TradeCurr) for one in of.items],
        freight=charge(of.FeeMark, of.FeeRate, of.FeeCurr),
        insurance=charge(of.InsurMark, of.InsurRate, of.InsurCurr),
        additions=None if out else beside,
        exclusions=beside if out else None,
        weight=of.GrossWet or _ZERO,
    )


def claims(of: Any) -> dict[str, str]:
    """Return the number of the proof of origin by the agreement it is for.

    >>> from tongguan.formats.dec import Declaration, documents
    >>> claims(Declaration(documents=[documents.ROWS["document"](DocuCode="Y", CertCode="<RCEP>C26-1")]))
    {'RCEP': 'C26-1'}
    """
    found = {}
    for row in of.documents:
        written = row.CertCode or ""
        if row.DocuCode == ORIGIN_DOCUMENT and written.startswith("<") and ">" in written:
            agreement, _, number = written[1:].partition(">")
            found[agreement] = number
    return found


_NO_RELIEFS: Mapping[int, Relief] = {}


def goods(
    of: Any, book: Book, reliefs: Mapping[int, Relief] = _NO_RELIEFS, quotas: Collection[str] = ()
) -> list[Goods]:
    """Return the goods of a declaration; a line that names an origin under an agreement claims that of the proof.

    ``reliefs`` are what lines are relieved of, by their place; those that draw on a certificate of one of the ``quotas`` within it.
    A measure that names producers goes by the overseas producer of the line (境外生产企业名称).
    """
    proofs, within = claims(of), {row.GoodsNo for row in of.licences if row.LicTypeCode in quotas}
    return [_goods(one, proofs, book, reliefs.get(place), place in within) for place, one in enumerate(of.items, 1)]


def stated(one: Any) -> tuple[tuple[str, Decimal], ...]:
    """Return the quantities of a line, each with its unit."""
    pairs = ((one.GUnit, one.GQty), (one.FirstUnit, one.FirstQty), (one.SecondUnit, one.SecondQty))
    return tuple((unit, quantity) for unit, quantity in pairs if unit and quantity)


def _goods(one: Any, proofs: Mapping[str, str], book: Book, relief: Relief | None, within_quota: bool) -> Goods:
    claim: dict[str, Any] = {"within_quota": within_quota, "producer": (one.EngManEntCnm or "").strip()}
    if one.RcepOrigPlaceCode:
        agreement, proof = next(iter(proofs.items()), ("", ""))
        line = book.line(one.CodeTS or "")
        special = line is not None and any(rate.kind == scoped(SPECIAL, agreement) for rate in line.scopes(SPECIAL))
        claim |= {SPECIAL if special else "agreement": agreement, "proof": proof}
    return Goods(one.CodeTS or "", Origin(figures("countries", one.OriginCountry), **claim), stated(one), relief)


_POINTERS = {
    "transMode": "TransMode", "freight": "FeeRate", "freight/mark": "FeeMark", "freight/currency": "FeeCurr",
    "insurance": "InsurRate", "insurance/mark": "InsurMark", "insurance/currency": "InsurCurr",
    "additions": "OtherRate", "additions/mark": "OtherMark", "additions/currency": "OtherCurr", "exclusions": "OtherRate",
    "exclusions/mark": "OtherMark", "exclusions/currency": "OtherCurr", "grossWet": "GrossWet",
}  # fmt: skip
_OF_ITEM = {
    "currency": "TradeCurr", "price": "DeclTotal", "origin": "OriginCountry", "gcode": "CodeTS",
    "agreement": "RcepOrigPlaceCode", "special": "RcepOrigPlaceCode",
}  # fmt: skip


def pointer(of_revenue: str) -> str:
    """Return the address of a field of the declaration that the domain of revenue calls by a name of its own.

    >>> pointer("items/2/currency"), pointer("freight")
    ('item/2/TradeCurr', 'FeeRate')
    """
    if of_revenue.startswith("items/"):
        _, place, name = of_revenue.split("/", 2)
        return f"item/{place}/{_OF_ITEM.get(name, name)}"
    return _POINTERS.get(of_revenue, of_revenue)
