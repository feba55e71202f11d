"""What the editor offers beside its fields: licences of the consignee that fit a line, guarantees that suit.

A firm is offered its own; an agent those of a principal who lets it file declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from tongguan.declarations.judging import MESSAGE
from tongguan.declarations.levying import SECURITY
from tongguan.declarations.reading import COLLECTED
from tongguan.desk.trader.licences import figure, unit
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.licences import types
from tongguan.licences.queries import Left, usable
from tongguan.licences.uses import country_of, is_of, is_port
from tongguan.parties.mandates import mandate
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find
from tongguan.revenue.guarantees.queries import suiting
from tongguan.revenue.models import Guarantee

from .form import Form, Row

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of a licence that fits a line of goods: its words, and the number of the goods, 0 where none is typed yet."""

    of: Left
    goods: int
    words: str


@dataclass(slots=True)
class Offers:
    """What is offered to one form."""

    licences: list[Offer] = field(default_factory=list)
    guarantees: list[Option] = field(default_factory=list)
    rows: Mapping[str, list[Option]] = field(default_factory=dict)


def offers(form: Form, actor: Actor, lang: str, *, on: date, at: datetime) -> Offers:
    """Return what fits what is written so far; five queries, two where the reader may see nothing of the consignee."""
    firm = find(form.head.get("TradeCoScc", ""), form.head.get("TradeCode", ""))
    if firm is None or not _may_see(actor, firm, at):
        return Offers()
    office = form.head.get("CustomMaster", "")
    found = [one for one in usable(firm.code, on=on) if not office or is_port(one.line.licence.ports, office)]
    rows = {
        f"licence-{place}-LicenceNo": [(_number(one), _words(one, lang)) for one in found if _fits_row(one, row, form)]
        for place, row in enumerate(form.rows["licence"], 1)
    }
    fitting = [Offer(one, place, _words(one, lang)) for one in found if (place := _goods(one, form)) is not None]
    suits = [(one.number, _says(one, lang)) for one in suiting(firm.pk, _scope(form), on=on)]
    return Offers(fitting, suits, rows)


def take(form: Form, found: Offers, line: int) -> None:
    """Add a row that draws on the offered line of a licence, as far as it follows; nothing for one that is not offered."""
    offer = next((one for one in found.licences if one.of.line.pk == line), None)
    if offer is None:
        return
    of, row = offer.of.line, {"GoodsNo": str(offer.goods or 1)}
    row |= {
        "LicTypeCode": of.licence.type, "LicenceNo": _number(offer.of), "LicWrtofDetailNo": str(of.place),
        "LicWrtofQtyUnit": of.unit,
    }  # fmt: skip
    goods = form.rows["item"][offer.goods - 1] if offer.goods else {}
    if goods.get("GUnit") == of.unit and _at_most(goods.get("GQty", ""), offer.of.left):
        row["LicWrtofQty"] = goods["GQty"]
    form.rows["licence"].append(row)


def _may_see(actor: Actor, firm: Enterprise, at: datetime) -> bool:
    if actor.enterprise is None:
        return False
    return actor.enterprise == firm.pk or mandate(actor.enterprise, firm.pk, kind=MESSAGE, at=at) is not None


def _goods(one: Left, form: Form) -> int | None:
    """Return the first line of goods a licence fits, 0 while no code is typed at all, None where it fits none."""
    items = form.rows["item"]
    if not any(item.get("CodeTS") for item in items):
        return 0
    return next((place for place, item in enumerate(items, 1) if item.get("CodeTS") and _fits(one, item)), None)


def _fits(one: Left, item: Row) -> bool:
    """Return whether a line of a licence fits goods, as far as these are typed."""
    country = item.get("OriginCountry", "")
    same = not country or not one.line.country or country_of(country) == country_of(one.line.country)
    return is_of(one.line, item.get("CodeTS", "")) and same


def _fits_row(one: Left, row: Row, form: Form) -> bool:
    if row.get("LicTypeCode") and row["LicTypeCode"] != one.line.licence.type:
        return False
    goods, items = row.get("GoodsNo", ""), form.rows["item"]
    if goods.isdecimal() and 1 <= int(goods) <= len(items) and (item := items[int(goods) - 1]).get("CodeTS"):
        return _fits(one, item)
    return _goods(one, form) is not None


def _number(one: Left) -> str:
    return one.line.licence.number or ""


def _words(one: Left, lang: str) -> str:
    of = one.line.licence
    left = f"{figure(one.left)} {unit(one.line.unit, lang)}"
    return text(
        "desk.dec.offer.licence", lang, type=types.name(of.type, lang), place=one.line.place, gcode=one.line.gcode,
        first=of.valid_from, last=of.valid_to, left=left,
    )  # fmt: skip


def _says(one: Guarantee, lang: str) -> str:
    kind = text(f"guarantee.kind.{one.kind}", lang)
    return text("desk.dec.offer.guarantee", lang, kind=kind, left=f"{one.left:,.2f}", last=one.valid_to)


def _scope(form: Form) -> str:
    """Return what a guarantee of this declaration has to secure: the month's taxes, open elements, or paying later."""
    if form.head.get("Type", "")[:2] in COLLECTED:
        return "consolidated"
    return "elements" if _any_in(SECURITY, form.rows["item"]) else "time_limit"


def _any_in(modes: Iterable[str], items: Iterable[Row]) -> bool:
    among = set(modes)
    return any(item.get("DutyMode") in among for item in items)


def _at_most(written: str, most: Decimal) -> bool:
    try:
        return 0 < Decimal(written) <= most
    except InvalidOperation:
        return False
