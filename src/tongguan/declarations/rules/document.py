"""Rules of the head of a declaration: codes, weights, charges, confirmations, days, and what it may not be here yet."""

from __future__ import annotations

import re

from tongguan.formats.dec import COMPLETE, INTEGRATED, SUMMARY, step
from tongguan.formats.dec.checking import day
from tongguan.formats.dec.contract import BLOCKS
from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.revenue.valuation import RATE

from ..days import TWO_STEP
from ..models import EXPORT, IMPORT
from ..reading import figures

_HEAD = BLOCKS["head"].fields
_CODED = {
    "TrafMode": "transport_modes", "TransMode": "transaction_modes", "WrapType": "declaration_packages",
    "TradeCountry": "countries", "TradeAreaCode": "countries", "FeeMark": "fee_marks", "InsurMark": "fee_marks",
    "OtherMark": "fee_marks", "FeeCurr": "currencies", "InsurCurr": "currencies", "OtherCurr": "currencies",
    "TradeMode": "trade_modes", "CutMode": "levy_natures",
}  # fmt: skip
_FOUR = re.compile(r"[0-9]{4}")
_FIGURES = {"TradeMode": _FOUR, "CutMode": re.compile(r"[0-9]{3}")}
"""How codes are written whose lists are not complete."""
_PROMISES = re.compile(r"[019]{5,}")
CHARGES = (
    ("FeeMark", "FeeRate", "FeeCurr"),
    ("InsurMark", "InsurRate", "InsurCurr"),
    ("OtherMark", "OtherRate", "OtherCurr"),
)
LEFT_OUT = "OtherRate"
"""The charge that is below zero where it is to be left out of the value (应从完税价格中扣除的杂费填报为负值)."""
_LETTERED = ("countries", "currencies")


def unknown(name: str, written: str) -> bool:
    """Return whether a code is not in a list that is known to be complete; an incomplete list refuses nothing."""
    known = codes(name)
    found = figures(name, written) if name in _LETTERED else written
    return known.complete and found not in known


class UnknownCode(Rule):
    """{field} ({name}): {found} is not in the code list {list}."""

    code = "DEC_CODE"

    def broken_by(self, doc, ctx):
        for name, of in _CODED.items():
            written = getattr(doc, name)
            shape = _FIGURES.get(name)
            if written and (unknown(of, written) or (shape and not shape.fullmatch(written))):
                title = codes(of).title
                yield Break(name, field=_HEAD[name].labels, name=name, found=written, list=title)


class WrongDirection(Rule):
    """IEFlag is I for import or E for export, not {found}."""

    code = "DEC_DIRECTION"

    def broken_by(self, doc, ctx):
        if doc.IEFlag and doc.IEFlag not in (IMPORT, EXPORT):
            yield Break("IEFlag", found=doc.IEFlag)


class WrongOffice(Rule):
    """{field} ({name}): {found} is no customs office; an office has four figures."""

    code = "DEC_OFFICE"

    def broken_by(self, doc, ctx):
        offices = codes("customs_districts")
        for name in ("CustomMaster", "IEPort"):
            written = getattr(doc, name)
            if written and (not _FOUR.fullmatch(written) or (offices.complete and written not in offices)):
                yield Break(name, field=_HEAD[name].labels, name=name, found=written)


class WrongStep(Rule):
    """The type of the document says step {step}, but it is declared {mode}: 0 is everything at once, 5 a summary, 6 complete."""

    code = "DEC_STEP"

    def broken_by(self, doc, ctx):
        wanted = (SUMMARY, COMPLETE) if ctx.asked.mode == TWO_STEP else (INTEGRATED,)
        if (found := step(doc)) not in wanted:
            mode = {lang: text(f"declarations.mode.{ctx.asked.mode}", lang) for lang in LANGUAGES}
            yield Break("Type", step=found, mode=mode)


class NetOverGross(Rule):
    """The net weight {net} is more than the gross weight {gross}."""

    code = "DEC_NET_OVER_GROSS"

    def broken_by(self, doc, ctx):
        if doc.NetWt is not None and doc.GrossWet is not None and doc.NetWt > doc.GrossWet:
            yield Break("NetWt", net=doc.NetWt, gross=doc.GrossWet)


class NothingWeighed(Rule):
    """{field} ({name}) is more than zero, not {found}."""

    code = "DEC_WEIGHT"

    def broken_by(self, doc, ctx):
        for name in ("PackNo", "GrossWet", "NetWt"):
            written = getattr(doc, name)
            if written is not None and written <= 0:
                yield Break(name, field=_HEAD[name].labels, name=name, found=written)


class ChargeIncomplete(Rule):
    """{field} ({name}) goes with a mark and an amount: give both or neither; only other charges go below zero, to be left out."""

    code = "DEC_CHARGE"

    def broken_by(self, doc, ctx):
        for mark, rate, _ in CHARGES:
            amount = getattr(doc, rate)
            below = amount is not None and amount < 0 and rate != LEFT_OUT
            if bool(getattr(doc, mark)) != bool(amount) or below:
                yield Break(rate, field=_HEAD[rate].labels, name=rate)


class CurrencyMissing(Rule):
    """The amount at {amount} has no currency; give it in {name}."""

    code = "DEC_CURRENCY_MISSING"

    def broken_by(self, doc, ctx):
        for mark, rate, currency in CHARGES:
            if getattr(doc, rate) and getattr(doc, mark) not in (None, "", RATE) and not getattr(doc, currency):
                yield Break(currency, amount=rate, name=currency)
        for place, one in enumerate(doc.items, 1):
            if not one.TradeCurr:
                yield Break(f"item/{place}/TradeCurr", amount=f"item/{place}/DeclTotal", name="TradeCurr")


class PromisesUnread(Rule):
    """The confirmations about the price are five figures of 0 (no), 1 (yes) and 9 (nothing), not {found}."""

    code = "DEC_PROMISES"

    def broken_by(self, doc, ctx):
        if doc.PromiseItmes and not _PROMISES.fullmatch(doc.PromiseItmes):
            yield Break("PromiseItmes", found=doc.PromiseItmes)


class DaysOutOfOrder(Rule):
    """{later} lies before {earlier}."""

    code = "DEC_DAYS_ORDER"

    def broken_by(self, doc, ctx):
        order = ("DespDate", "IEDate", "CmplDschrgDt") if doc.IEFlag == IMPORT else ("IEDate", "DespDate")
        for earlier, later in zip(order, order[1:], strict=False):
            first, then = day(getattr(doc, earlier)), day(getattr(doc, later))
            if first and then and then < first:
                yield Break(later, earlier=_HEAD[earlier].labels, later=_HEAD[later].labels)


class BookMissing(Rule):
    """Goods under the supervision mode {mode} are declared by an account book; give its number in ManualNo."""

    code = "DEC_BOOK_MISSING"

    def broken_by(self, doc, ctx):
        if not doc.ManualNo and doc.TradeMode in ctx.law("declarations.book_modes"):
            yield Break("ManualNo", mode=doc.TradeMode)


class BookNotForMode(Rule):
    """The supervision mode {mode} is not managed by an account book, so it cannot go with the book {number}."""

    code = "DEC_BOOK_NOT_FOR_MODE"

    def broken_by(self, doc, ctx):
        number, managed = doc.ManualNo, ctx.law("declarations.book_modes")
        processing = number and number[0] in ctx.law("declarations.book_letters")
        if processing and doc.TradeMode and doc.TradeMode not in managed:
            yield Break("TradeMode", mode=doc.TradeMode, number=number)


class BookEnded(Rule):
    """The account book {number} was valid until {last}."""

    code = "DEC_BOOK_ENDED"

    def broken_by(self, doc, ctx):
        if (book := ctx.books.get(doc.ManualNo or "")) is not None and book.valid_until < ctx.day:
            yield Break("ManualNo", number=book.number, last=book.valid_until)


class GuaranteeUnnamed(Rule):
    """This declaration is settled by a guarantee; name it."""

    code = "DEC_GUARANTEE_UNNAMED"

    def broken_by(self, doc, ctx):
        if ctx.asked.settlement == "guarantee" and not ctx.asked.guarantee:
            yield Break("guarantee")


class CollectionUnsecured(Rule):
    """Tax that is collected by the month (Type CL) is settled by a guarantee."""

    code = "DEC_COLLECTION_UNSECURED"

    def broken_by(self, doc, ctx):
        if (doc.Type or "").startswith("CL") and ctx.asked.settlement != "guarantee":
            yield Break("Type")


class CollectionSuspended(Rule):
    """What this firm owes of an earlier month was not paid in time; pay it and let customs agree, or pay before release."""

    code = "DEC_COLLECTION_SUSPENDED"

    def broken_by(self, doc, ctx):
        if ctx.is_suspended and not ctx.is_amendment:
            yield Break("Type")


CONTENT = [
    UnknownCode(), WrongDirection(), WrongOffice(), WrongStep(), NetOverGross(), NothingWeighed(), ChargeIncomplete(),
    CurrencyMissing(), PromisesUnread(), DaysOutOfOrder(), BookMissing(), BookNotForMode(), BookEnded(),
    GuaranteeUnnamed(), CollectionUnsecured(), CollectionSuspended(),
]  # fmt: skip
