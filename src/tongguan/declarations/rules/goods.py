"""Rules of the lines of goods, of their containers and of the licences they draw on."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from tongguan.formats.dec.contract import BLOCKS
from tongguan.kernel.codes import codes
from tongguan.kernel.numbers import iso6346
from tongguan.kernel.rules import Break, Rule

from ..reading import claims
from .document import unknown
from .levying import LEVYING

_ITEM = BLOCKS["item"].fields
_CODED = {
    "GUnit": "units", "FirstUnit": "units", "SecondUnit": "units", "TradeCurr": "currencies", "DutyMode": "levy_modes",
    "OriginCountry": "countries", "DestinationCountry": "countries", "RcepOrigPlaceCode": "countries",
}  # fmt: skip
_CENT = Decimal("0.01")


class NoLines(Rule):
    """A declaration has at least one line of goods."""

    code = "DEC_NO_LINES"

    def broken_by(self, doc, ctx):
        if not doc.items:
            yield Break("item")


class LineNumber(Rule):
    """Lines are numbered from 1 in their order; this one is {place}, not {found}."""

    code = "DEC_LINE_NUMBER"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.items, 1):
            if one.GNo is not None and one.GNo != place:
                yield Break(f"item/{place}/GNo", place=place, found=one.GNo)


class UnknownItemCode(Rule):
    """{field} ({name}): {found} is not in the code list {list}."""

    code = "DEC_ITEM_CODE"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.items, 1):
            for name, of in _CODED.items():
                written = getattr(one, name)
                if written and unknown(of, written):
                    title = codes(of).title
                    yield Break(f"item/{place}/{name}", field=_ITEM[name].labels, name=name, found=written, list=title)


class CommodityDigits(Rule):
    """A full declaration writes a commodity code with ten figures, not {found}."""

    code = "DEC_HS_DIGITS"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.items, 1):
            written = one.CodeTS
            if written and not (len(written) == 10 and written.isascii() and written.isdecimal()):
                yield Break(f"item/{place}/CodeTS", found=written)


class CommodityUnknown(Rule):
    """{found} is not a commodity code of the tariff in force on {day}."""

    code = "DEC_HS_UNKNOWN"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.items, 1):
            if one.CodeTS and len(one.CodeTS) == 10 and ctx.tariff.line(one.CodeTS) is None:
                yield Break(f"item/{place}/CodeTS", found=one.CodeTS, day=ctx.day)


class NotPositive(Rule):
    """{field} ({name}) is more than zero, not {found}."""

    code = "DEC_QUANTITY"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.items, 1):
            for name in ("GQty", "FirstQty", "SecondQty", "DeclPrice", "DeclTotal"):
                written = getattr(one, name)
                if written is not None and written <= 0:
                    yield Break(f"item/{place}/{name}", field=_ITEM[name].labels, name=name, found=written)


class TotalDiffers(Rule):
    """{quantity} times the unit price {price} is {product}, not the total {total}."""

    code = "DEC_TOTAL"

    def broken_by(self, doc, ctx):
        share = ctx.law("declarations.total_tolerance")
        for place, one in enumerate(doc.items, 1):
            quantity, price, total = one.GQty, one.DeclPrice, one.DeclTotal
            if quantity is None or price is None or total is None or total <= 0:
                continue
            product = quantity * price
            if abs(product - total) > max(total * share, _CENT):
                yield Break(
                    f"item/{place}/DeclTotal", quantity=quantity, price=price, product=round(product, 2), total=total
                )


class LegalUnit(Rule):
    """{field}: of {gcode} it is {unit}, not {found}."""

    code = "DEC_LEGAL_UNIT"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.items, 1):
            line = ctx.tariff.line(one.CodeTS) if one.CodeTS else None
            if line is None or not line.unit1:
                continue
            for name, unit in (("FirstUnit", line.unit1), ("SecondUnit", line.unit2)):
                found = getattr(one, name) or ""
                if found != unit and (found or name == "SecondUnit"):
                    labels = _ITEM[name].labels
                    yield Break(
                        f"item/{place}/{name}", field=labels, gcode=one.CodeTS, unit=_unit(unit), found=_unit(found)
                    )


def _unit(code: str) -> dict[str, str] | str:
    known = codes("units").get(code)
    return (
        {"zh": known.zh, "en": known.en}
        if known
        else code or {"zh": "空（无此单位）", "en": "empty (it has no such unit)"}
    )


class SecondQuantity(Rule):
    """The second statutory quantity is given where there is a second unit, and only there."""

    code = "DEC_SECOND_QUANTITY"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.items, 1):
            if bool(one.SecondUnit) != (one.SecondQty is not None):
                yield Break(f"item/{place}/SecondQty")


class ClaimUnproven(Rule):
    """An origin under an agreement is claimed without its proof; name it as document Y, its number begun by the agreement."""

    code = "DEC_CLAIM_UNPROVEN"

    def broken_by(self, doc, ctx):
        claimed = [place for place, one in enumerate(doc.items, 1) if one.RcepOrigPlaceCode]
        if claimed and not claims(doc):
            for place in claimed:
                yield Break(f"item/{place}/RcepOrigPlaceCode")


class WrongContainer(Rule):
    """{found} is no container number: its check digit does not agree."""

    code = "DEC_CONTAINER"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.containers, 1):
            if one.ContainerId and not iso6346.is_valid(one.ContainerId):
                yield Break(f"container/{place}/ContainerId", found=one.ContainerId)


class ContainerLines(Rule):
    """The container holds lines that are not there: {found}."""

    code = "DEC_CONTAINER_LINES"

    def broken_by(self, doc, ctx):
        there = {str(number) for number in range(1, len(doc.items) + 1)}
        for place, one in enumerate(doc.containers, 1):
            named = [part.strip() for part in (one.GoodsNo or "").split(",") if part.strip()]
            if wrong := [part for part in named if part not in there]:
                yield Break(f"container/{place}/GoodsNo", found=wrong)


class LicenceLine(Rule):
    """There is no line of goods {found}; a licence names the line it is for, from 1 to {most}."""

    code = "DEC_LICENCE_LINE"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.licences, 1):
            if one.GoodsNo is not None and not 1 <= one.GoodsNo <= len(doc.items):
                yield Break(f"licence/{place}/GoodsNo", found=one.GoodsNo, most=len(doc.items))


class LicenceQuantity(Rule):
    """How much of the licence is written off is a number above zero, not "{found}"; give what this line of goods takes of it."""

    code = "DEC_LICENCE_QUANTITY"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.licences, 1):
            if written_off(one) is None:
                yield Break(f"licence/{place}/LicWrtofQty", found=one.LicWrtofQty or "")


class LicenceUnitUnknown(Rule):
    """ "{found}" is no unit of the code list; give the unit of what is written off by its code, as 035 for kilogram."""

    code = "DEC_LICENCE_UNIT"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.licences, 1):
            if one.LicWrtofQtyUnit not in codes("units"):
                yield Break(f"licence/{place}/LicWrtofQtyUnit", found=one.LicWrtofQtyUnit or "")


def written_off(row) -> Decimal | None:
    """Return how much of a licence is written off, None for what is no quantity; the message writes it as a text."""
    try:
        found = Decimal((row.LicWrtofQty or "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and found > 0 else None


class LicenceMissing(Rule):
    """{gcode} needs the document {document} ({letter}), and the declaration names none; add it under "Licence of a line"."""

    code = "DEC_LICENCE_MISSING"

    def broken_by(self, doc, ctx):
        named = {(row.DocuCode or "") for row in doc.documents}
        by_line = {(row.GoodsNo, row.LicTypeCode) for row in doc.licences}
        for place, one in enumerate(doc.items, 1):
            needs = ctx.needs.get(one.CodeTS or "")
            for want in needs.licences if needs else ():
                if (place, want.type) not in by_line and want.type not in named:
                    document = {"zh": want.name("zh"), "en": want.name("en")}
                    yield Break(f"item/{place}/CodeTS", gcode=one.CodeTS, document=document, letter=want.type)


class Banned(Rule):
    """{gcode} may not cross the border in this direction: {document} ({letter})."""

    code = "DEC_BANNED"

    def broken_by(self, doc, ctx):
        for place, one in enumerate(doc.items, 1):
            needs = ctx.needs.get(one.CodeTS or "")
            for want in needs.bans if needs else ():
                document = {"zh": want.name("zh"), "en": want.name("en")}
                yield Break(f"item/{place}/CodeTS", gcode=one.CodeTS, document=document, letter=want.letter)


GOODS = [
    NoLines(), LineNumber(), UnknownItemCode(), CommodityDigits(), CommodityUnknown(), NotPositive(), TotalDiffers(),
    LegalUnit(), SecondQuantity(), *LEVYING, ClaimUnproven(), WrongContainer(), ContainerLines(), LicenceLine(),
    LicenceQuantity(), LicenceUnitUnknown(), LicenceMissing(), Banned(),
]  # fmt: skip
