"""What must be so before a declaration draws on licences. Each says where: the address of the use, and its field."""

from __future__ import annotations

from collections.abc import Iterator

from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.parties.normal import name as as_compared

from .. import types
from ..states import COUNTED, IN_FORCE
from ..uses import Drawing, Match, country_of, is_of, is_port, is_quantity

_ELEMENTS = {
    "type": "LicTypeCode", "detail": "LicWrtofDetailNo", "quantity": "LicWrtofQty", "unit": "LicWrtofQtyUnit",
}  # fmt: skip
"""What the declaration calls the fields of a use (许可证信息表 DecGoodsLimit); whatever else is wrong is so of its number."""


def _at(match: Match, field: str) -> str:
    return f"{match.use.pointer}/{_ELEMENTS.get(field, 'LicenceNo')}"


class LicenceUnknown(Rule):
    """There is no licence {number} of the type {type}, or it is not issued; check the number and the type."""

    code = "LICENCE_UNKNOWN"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.own:
            if one.licence is None:
                called = {lang: types.name(one.use.type, lang) for lang in LANGUAGES}
                yield Break(_at(one, "number"), number=one.use.number, type=called)


class LicenceTypeAbolished(Rule):
    """The licence {number} is of a type ({type}) that serves no declaration accepted on {day}."""

    code = "LICENCE_TYPE_ABOLISHED"
    family = "licence-type-abolished"
    alias = "using"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.own:
            letter = one.licence.type if one.licence else one.use.type
            shut = types.closed(letter, doc.on)
            if shut is not None and not shut.usable:
                called = {lang: types.name(letter, lang) for lang in LANGUAGES}
                yield Break(_at(one, "type"), number=one.use.number, type=called, day=doc.on)


class LicenceLineUnknown(Rule):
    """The licence {number} has no line {detail} for goods of the code {gcode}; say which of its lines is meant."""

    code = "LICENCE_LINE_UNKNOWN"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.own:
            if one.licence is not None and one.line is None:
                yield Break(_at(one, "detail"), number=one.use.number, detail=one.use.detail, gcode=one.use.gcode)


class LicenceHolder(Rule):
    """The licence {number} is held by {holder}, not by the consignee or consignor {found}; name one of theirs."""

    code = "LICENCE_HOLDER"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.matches:
            if one.licence is not None and one.licence.holder != doc.holder:
                yield Break(_at(one, "number"), number=one.use.number, holder=_hidden(one), found=doc.holder)


def _hidden(one: Match) -> str:
    """Return the first and the last figures of a holder's code: whoever tries numbers learns no firm."""
    code = one.licence.holder if one.licence else ""
    return f"{code[:2]}…{code[-2:]}"


class LicenceNotInForce(Rule):
    """The licence {number} is {state}; only one that is issued and not used up can be drawn on."""

    code = "LICENCE_NOT_IN_FORCE"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.own:
            if one.licence is not None and one.licence.state not in IN_FORCE | {"expired"}:
                called = {lang: text(f"licence.state.{one.licence.state}", lang) for lang in LANGUAGES}
                yield Break(_at(one, "number"), number=one.use.number, state=called)


class LicenceNotValid(Rule):
    """The licence {number} is valid from {first} to {last}; the declaration is accepted on {day};
    name one that is valid then.
    """

    code = "LICENCE_NOT_VALID"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.own:
            row = one.licence
            if row is None or row.valid_from is None or row.valid_to is None:
                continue
            if not row.valid_from <= doc.on <= row.valid_to:
                first, last = row.valid_from, row.valid_to
                yield Break(_at(one, "number"), number=one.use.number, first=first, last=last, day=doc.on)


class LicenceGoods(Rule):
    """Line {place} of the licence {number} is for goods of the code {wanted}, not {gcode};
    name the line of these goods, or correct their code.
    """

    code = "LICENCE_GOODS"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.own:
            if one.line is not None and not is_of(one.line, one.use.gcode):
                yield Break(
                    _at(one, "gcode"), place=one.line.place, number=one.use.number, wanted=one.line.gcode,
                    gcode=one.use.gcode,
                )  # fmt: skip


class LicenceCountry(Rule):
    """Line {place} of the licence {number} is for goods from or to {wanted}, not {country};
    name one for that country, or correct the country.
    """

    code = "LICENCE_COUNTRY"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.own:
            wanted = country_of(one.line.country) if one.line else ""
            if wanted and country_of(one.use.country) != wanted:
                yield Break(
                    _at(one, "country"), place=one.line.place, number=one.use.number,  # type: ignore[union-attr]
                    wanted=country_names(wanted), country=country_names(one.use.country),
                )  # fmt: skip


class LicencePort(Rule):
    """The licence {number} names the customs offices {ports}; {customs} is not among them;
    declare at one of these, or name another licence.
    """

    code = "LICENCE_PORT"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.own:
            if one.licence is not None and not is_port(one.licence.ports, doc.customs):
                yield Break(_at(one, "number"), number=one.use.number, ports=one.licence.ports, customs=doc.customs)


class LicenceUsesSpent(Rule):
    """The licence {number} serves {most} declarations and has served {uses}; name another licence."""

    code = "LICENCE_USES_SPENT"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        told = set()
        for one in doc.own:
            row = one.licence
            if row is None or row.pk in told or row.state not in COUNTED:
                continue
            if row.most_uses is not None and row.uses >= row.most_uses:
                told.add(row.pk)
                yield Break(_at(one, "number"), number=one.use.number, most=row.most_uses, uses=row.uses)


class LicenceUseQuantity(Rule):
    """A quantity to be written off is more than zero and has at most five decimals, not {found}."""

    code = "LICENCE_USE_QUANTITY"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.own:
            if not is_quantity(one.use.quantity):
                yield Break(_at(one, "quantity"), found=one.use.quantity)


class LicenceUnit(Rule):
    """Line {place} of the licence {number} counts in {wanted}; {found} cannot be converted into it. Give it in that unit."""

    code = "LICENCE_UNIT"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.own:
            if one.line is not None and one.counted is None and is_quantity(one.use.quantity):
                yield Break(
                    _at(one, "unit"), place=one.line.place, number=one.use.number, wanted=unit_names(one.line.unit),
                    found=unit_names(one.use.unit),
                )  # fmt: skip


class LicenceQuantityShort(Rule):
    """{asked} {unit} are drawn from line {place} of the licence {number}, and {left} are left ({most} at most for a last batch);
    draw less, or the rest on another licence.
    """

    code = "LICENCE_QUANTITY_SHORT"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for line, asked in doc.drawn().items():
            left, floor = doc.balances.get(line), doc.floors.get(line)
            if left is None or floor is None or left - asked >= floor:
                continue
            one = doc.first_of(line)
            assert one.line is not None
            yield Break(
                _at(one, "quantity"), asked=shown(asked), unit=unit_names(one.line.unit), place=one.line.place,
                number=one.use.number, left=shown(left), most=shown(left - floor),
            )  # fmt: skip


class LicenceEndUser(Rule):
    """The licence {number} does not name the end user {found}; say which of its end users the goods are for."""

    code = "LICENCE_END_USER"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.own:
            row = one.licence
            if row is None or not row.end_user_keys:
                continue
            only = not one.use.end_user and len(row.end_user_keys) == 1
            if not only and as_compared(one.use.end_user) not in row.end_user_keys:
                where = one.use.user_pointer or _at(one, "endUser")
                yield Break(where, number=one.use.number, found=one.use.end_user)


class LicenceHeld(Rule):
    """The licence {number} is held for screening; the authority that issued it decides."""

    code = "LICENCE_HELD"

    def broken_by(self, doc: Drawing, ctx) -> Iterator[Break]:
        for one in doc.own:
            if one.licence is not None and str(one.licence) in doc.held:
                yield Break(_at(one, "number"), number=one.use.number)


class LicenceReferenceUsed(Rule):
    """The declaration {reference} draws on licences already, and otherwise than now; give that back first."""

    code = "LICENCE_REFERENCE_USED"

    def broken_by(self, doc: str, ctx) -> Iterator[Break]:
        yield Break("reference", reference=doc)


def unit_names(unit: str) -> dict[str, str]:
    """Return what a unit is called in both languages."""
    from tongguan.kernel.codes import codes

    known = codes("units").get(unit)
    return {lang: known.text(lang) if known else unit for lang in LANGUAGES}


def country_names(code: str) -> dict[str, str]:
    """Return what a country is called in both languages, by its figures or its letters."""
    from tongguan.kernel.codes import codes

    known = next((one for one in codes("countries") if code in (one.code, one.extra.get("iso"))), None)
    return {lang: known.text(lang) if known else code for lang in LANGUAGES}


def shown(quantity) -> str:
    """Return a quantity without zeros at its end."""
    return f"{quantity.normalize():f}"


USING = [
    LicenceUnknown(), LicenceTypeAbolished(), LicenceLineUnknown(), LicenceUseQuantity(), LicenceHolder(),
    LicenceNotInForce(), LicenceNotValid(), LicenceGoods(), LicenceCountry(), LicencePort(), LicenceUsesSpent(),
    LicenceUnit(), LicenceQuantityShort(), LicenceEndUser(), LicenceHeld(),
]  # fmt: skip
FOUND = [LicenceUseQuantity()]
LEFT = [LicenceQuantityShort()]
"""What is asked of the quantities that are written off, where others were found than declared."""
AGAIN = [LicenceReferenceUsed()]
