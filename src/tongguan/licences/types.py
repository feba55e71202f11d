"""Types of licences (许可证件种类) as the law of a day has them: what is open, for how often, how long and with what tolerance.

A type is called by its letter in the list of documents (监管证件代码); one without a letter by a word of our own.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from tongguan.kernel.calendar import add_months
from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.texts import template

ONE_BATCH, MULTI = "ONE_BATCH", "MULTI"
"""A licence for one declaration (一批一证), or for several (非一批一证)."""
SINGLE, GENERAL, PILOT = "single", "general", "pilot"
FORMS = (SINGLE, GENERAL, PILOT)
"""Forms of a dual-use licence: single (单项许可), general (通用许可), general in Beijing's pilot."""
DUAL_USE = "dual_use"
_NONE = Decimal(0)


class Type(NamedTuple):
    """A type of licence: its letter, the direction of the trade (I or E) and its kind, by which the law names it."""

    letter: str
    direction: str
    kind: str

    @property
    def dual_use(self) -> bool:
        """Whether it names end users, and is screened."""
        return self.kind == DUAL_USE


class Closed(NamedTuple):
    """A type that is no longer applied for: what is instead, and whether licences issued before may still be used."""

    instead: str
    usable: bool


def types(on: date) -> list[Type]:
    """Return every type the law of a day knows, closed ones too. Raises NotConfigured."""
    return [Type(letter, **told) for letter, told in law("licences.types", on=on).value.items()]


def type_of(letter: str, on: date) -> Type | None:
    """Return a type by its letter, or None for one the law of the day does not know. Raises NotConfigured."""
    told = law("licences.types", on=on).value.get(letter)
    return Type(letter, **told) if told else None


def names_end_users(letter: str) -> bool:
    """Return whether a type names the end users of its goods.

    >>> names_end_users("3"), names_end_users("7"), names_end_users("")
    (True, False, False)
    """
    of = type_of(letter, date.max)
    return of is not None and of.dual_use


def closed(letter: str, on: date) -> Closed | None:
    """Return how a type is closed on a day, or None while it is open. Raises NotConfigured."""
    told = law("licences.closed_types", on=on).value.get(letter)
    return Closed(**told) if told else None


def asked_for(letter: str, on: date) -> str:
    """Return the type that an application for a type is taken as: the one that replaced it, where one did.

    >>> asked_for("M", date(2020, 12, 31)), asked_for("M", date(2021, 1, 1)), asked_for("P", date(2021, 1, 1))
    ('M', '2', 'P')
    """
    shut = closed(letter, on)
    return shut.instead if shut and shut.instead else letter


def meant_by(letter: str, on: date) -> set[str]:
    """Return the types a declaration may mean by a letter: itself, and those that were merged into it."""
    shut = law("licences.closed_types", on=on).value
    return {letter} | {old for old, told in shut.items() if told["instead"] == letter}


def name(letter: str, lang: str) -> str:
    """Return what a type is called; a letter that nobody knows is called by itself."""
    known = codes("licence_documents").get(letter)
    return known.text(lang) if known else template(f"licence.type.{letter}", lang) or letter


def modes(kind: str, form: str, on: date) -> tuple[str, ...]:
    """Return how often a licence may be made for; none for a kind the law does not know."""
    known = law("licences.modes", on=on).value
    return known.get(f"{kind}_{GENERAL}" if form in (GENERAL, PILOT) else kind, ())


def forms(of: Type, on: date) -> tuple[str, ...]:
    """Return the forms a type has on a day: the general one is for exports; other types have none.

    >>> forms(Type("3", "E", DUAL_USE), date(2024, 7, 4)), forms(Type("2", "I", DUAL_USE), date(2026, 1, 1))
    (('single', 'general'), ('single',))
    """
    if not of.dual_use:
        return ("",)
    if of.direction == "I":
        return (SINGLE,)
    try:
        known = law("licences.dual_use_months", on=on).value
    except NotConfigured:
        return (SINGLE,)
    return tuple(form for form in FORMS if form == SINGLE or form in known)


def most_uses(letter: str, mode: str, on: date) -> int | None:
    """Return how many declarations a licence serves at most; None where no limit is known."""
    return 1 if mode == ONE_BATCH else law("licences.most_uses", on=on).value.get(letter)


def tolerance(letter: str, gcode: str, is_bulk: bool, on: date) -> Decimal:
    """Return the share of what remains by which the last batch may exceed it; nothing but for goods in bulk.

    >>> [str(tolerance("7", code, True, date(2026, 1, 1))) for code in ("1201901100", "2709000000")]
    ['0.05', '0.03']
    """
    usual = law("licences.last_batch_tolerance", on=on).value.get(letter, _NONE) if is_bulk else _NONE
    known = type_of(letter, on)
    if not usual or known is None or known.direction != "I":
        return usual
    special = law("licences.last_batch_special", on=on).value
    return next((share for digits, share in special.items() if gcode.startswith(digits)), usual)


def last_day(of: Type, form: str, first: date) -> date | None:
    """Return the last day a licence that is valid from a day may be valid; None where no maximum is known.

    >>> last_day(Type("3", "E", DUAL_USE), PILOT, date(2026, 2, 1)), last_day(Type("4", "E", "licence"), "", date(2026, 10, 15))
    (datetime.date(2027, 1, 31), datetime.date(2027, 2, 28))
    """
    months = _months(of, form, first)
    if months is None:
        return None
    last = add_months(first, months) - timedelta(days=1)
    if of.kind == "licence" and of.direction == "E":
        month = law("licences.export_last_month", on=first).value
        last = min(last, add_months(date(first.year + 1, month, 1), 1) - timedelta(days=1))
    return last


def _months(of: Type, form: str, first: date) -> int | None:
    if not of.dual_use:
        return law("licences.validity_months", on=first).value.get(of.letter)
    try:
        return law("licences.dual_use_months", on=first).value.get(form)
    except NotConfigured:
        return None


def is_paperless(kind: str, on: date) -> bool:
    """Return whether licences of a kind are applied for and shown without paper on a day."""
    try:
        return kind in law("licences.paperless", on=on).value
    except NotConfigured:
        return False
