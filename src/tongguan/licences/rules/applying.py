"""What must be so before a licence is applied for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, text

from .. import types
from ..applications import Application
from ..types import Type
from ..uses import is_quantity

_DIGITS = re.compile(r"[0-9]{6}([0-9]{2}){0,2}")
_OFFICE = re.compile("[0-9]{4}")
_LONGEST = 13  # digits before the point
MOST_LINES = 50
MOST_END_USERS = 20


@dataclass(slots=True)
class Applying:
    """An application on its day: what the law knows of its type, who will hold the licence, and whom we watch."""

    asked: Application
    on: date
    of: Type | None
    holder: str
    agent: str = ""
    known: bool = True
    mandated: bool = True
    barred: str = ""
    forms: tuple[str, ...] = field(default=("",))
    modes: tuple[str, ...] = ()


def as_written(found: Decimal | str) -> dict[str, str]:
    """Return what was written as a text names it: nothing, and what was no number, are said in words."""
    if found == "":
        key = "nothing"
    elif isinstance(found, Decimal) and not found.is_finite():
        key = "no_number"
    else:
        return {lang: str(found) for lang in LANGUAGES}
    return {lang: text(f"licence.written.{key}", lang) for lang in LANGUAGES}


class LicenceType(Rule):
    """{found} is no type of licence that is applied for here."""

    code = "LICENCE_TYPE"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if doc.of is None:
            yield Break("type", found=doc.asked.type)


class TypeNotAppliedFor(Rule):
    """No application for the type {type} is taken, reviewed or approved on {day}: it was abolished."""

    code = "LICENCE_TYPE_ABOLISHED"
    family = "licence-type-abolished"
    alias = "applying"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if types.closed(doc.asked.type, doc.on) is not None:
            called = {lang: types.name(doc.asked.type, lang) for lang in LANGUAGES}
            yield Break("type", type=called, day=doc.on)


class LicenceApplicant(Rule):
    """The holder {found} is no registered enterprise; give its unified social credit code."""

    code = "LICENCE_APPLICANT"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if not doc.known:
            yield Break("holder", found=doc.holder)


class LicenceMandate(Rule):
    """{holder} has not mandated {agent} to file for it; ask for a mandate first."""

    code = "LICENCE_MANDATE"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if not doc.mandated:
            yield Break("holder", holder=doc.holder, agent=doc.agent)


class LicenceMode(Rule):
    """A licence of this type and form is made for {modes}, not {found}."""

    code = "LICENCE_MODE"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if doc.of is not None and doc.modes and doc.asked.mode not in doc.modes:
            called = {lang: [text(f"licence.mode.{one}", lang) for one in doc.modes] for lang in LANGUAGES}
            joined = {lang: ("、" if lang == "zh" else ", ").join(words) for lang, words in called.items()}
            yield Break("mode", modes=joined, found=_mode(doc.asked.mode))


def _mode(found: str) -> dict[str, str]:
    known = found in (types.ONE_BATCH, types.MULTI)
    return {lang: text(f"licence.mode.{found}", lang) if known else found for lang in LANGUAGES}


class LicenceForm(Rule):
    """A licence of this type has no form {found} on {day}."""

    code = "LICENCE_FORM"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if doc.of is not None and doc.asked.form not in doc.forms:
            yield Break("form", found=doc.asked.form, day=doc.on)


class LicenceLines(Rule):
    """An application names one to {most} goods; this one names {found}."""

    code = "LICENCE_LINES"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if not 1 <= len(doc.asked.lines) <= MOST_LINES:
            yield Break("lines", most=MOST_LINES, found=len(doc.asked.lines))


class LicenceLineGoods(Rule):
    """Goods are named by 6, 8 or 10 digits of their commodity code, not {found}."""

    code = "LICENCE_LINE_GOODS"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, line in enumerate(doc.asked.lines, 1):
            if not _DIGITS.fullmatch(line.gcode):
                yield Break(f"line/{place}/gcode", found=as_written(line.gcode))


class LicenceLineName(Rule):
    """Goods have a name."""

    code = "LICENCE_LINE_NAME"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, line in enumerate(doc.asked.lines, 1):
            if not line.name.strip():
                yield Break(f"line/{place}/name")


class LicenceLineQuantity(Rule):
    """A quantity is more than zero and has at most five decimals, not {found}."""

    code = "LICENCE_LINE_QUANTITY"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, line in enumerate(doc.asked.lines, 1):
            if not is_quantity(line.quantity):
                yield Break(f"line/{place}/quantity", found=as_written(line.quantity))


class LicenceLineUnit(Rule):
    """{found} is no unit of quantity of customs' list."""

    code = "LICENCE_LINE_UNIT"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, line in enumerate(doc.asked.lines, 1):
            if line.unit not in codes("units"):
                yield Break(f"line/{place}/unit", found=as_written(line.unit))


class LicenceLineCountry(Rule):
    """{found} is no country of customs' list."""

    code = "LICENCE_LINE_COUNTRY"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        known = codes("countries")
        letters = {one.extra.get("iso") for one in known}
        for place, line in enumerate(doc.asked.lines, 1):
            if line.country and line.country not in known and line.country not in letters:
                yield Break(f"line/{place}/country", found=line.country)


class LicenceLineValue(Rule):
    """A value is zero or more, to two decimals and with a currency of three letters, not {found}."""

    code = "LICENCE_LINE_VALUE"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, line in enumerate(doc.asked.lines, 1):
            if line.value is None:
                continue
            sound = line.value.is_finite() and line.value >= 0 and line.value.adjusted() < _LONGEST
            if not sound or round(line.value, 2) != line.value or not line.currency:
                yield Break(f"line/{place}/value", found=as_written(line.value))


class LicencePorts(Rule):
    """{found} is no customs office of four digits."""

    code = "LICENCE_PORTS"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        offices = codes("customs_districts")
        for found in doc.asked.ports:
            if not _OFFICE.fullmatch(found) or (offices.complete and found not in offices):
                yield Break("ports", found=found)


class LicenceEndUsers(Rule):
    """A dual-use licence names its end users: one for a single licence, one to {most} for a general one."""

    code = "LICENCE_END_USERS"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if doc.of is None or not doc.of.dual_use:
            return
        most = 1 if doc.asked.form == types.SINGLE else MOST_END_USERS
        if not 1 <= len(doc.asked.end_users) <= most:
            yield Break("endUsers", most=MOST_END_USERS)


class LicenceEndUse(Rule):
    """A dual-use licence says what the goods will be used for."""

    code = "LICENCE_END_USE"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if doc.of is not None and doc.of.dual_use and not doc.asked.end_use.strip():
            yield Break("endUse")


class LicenceControlCode(Rule):
    """Goods of a dual-use licence are named by their code in the control list (管制编码)."""

    code = "LICENCE_CONTROL_CODE"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if doc.of is None or not doc.of.dual_use:
            return
        for place, line in enumerate(doc.asked.lines, 1):
            if not line.control_code.strip():
                yield Break(f"line/{place}/controlCode")


class LicenceBarredFirm(Rule):
    """{holder} gets no general dual-use licence: {reason}."""

    code = "LICENCE_BARRED_FIRM"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if doc.barred and doc.asked.form in (types.GENERAL, types.PILOT):
            yield Break("holder", holder=doc.holder, reason=doc.barred)


TYPE = [LicenceType(), TypeNotAppliedFor()]
APPLYING = [
    LicenceApplicant(), LicenceMandate(), LicenceMode(), LicenceForm(), LicenceLines(), LicenceLineGoods(),
    LicenceLineName(), LicenceLineQuantity(), LicenceLineUnit(), LicenceLineCountry(), LicenceLineValue(), LicencePorts(),
    LicenceEndUsers(), LicenceEndUse(), LicenceControlCode(), LicenceBarredFirm(),
]  # fmt: skip
