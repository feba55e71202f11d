"""What goods need at the border, asked before anything is filed (申报前查询所需证件).

The letters of the tariff say which documents a commodity code may need; the law says for which direction and supervision
mode each is asked, which are licences that are written off, and which of them are bans. What no source tells is said to
be unknown: silence is no exemption.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tongguan.kernel.law import DayLaw, NotConfigured, law
from tongguan.tariff.needs import Said, needs
from tongguan.tariff.queries import Book

from . import types
from .screening import keys_of, watched

LICENCE, DOCUMENT, BAN, UNKNOWN = "licence", "document", "ban", "unknown"
_QUOTA = "quota"
HELD = "held"


class Want(NamedTuple):
    """A document that goods need: its letter, what it is to us, and what is said of it.

    ``what`` is *licence* (written off), *document*, *ban* or *unknown* (a letter that no list has). ``exempt`` says why it is
    not asked for here, empty when it is; ``note`` what else is to be known. Both are keys of texts under ``licence.needed``.
    ``instead`` is the letter of the type that replaced it, ``parameter`` the law behind what is said; ``held``
    says that an application for the end user would be held for screening.
    """

    letter: str
    what: str
    exempt: str = ""
    note: str = ""
    instead: str = ""
    parameter: str = ""
    held: bool = False

    @property
    def type(self) -> str:
        """The letter a declaration names it by: that of the type it was merged into, where it was."""
        return self.instead or self.letter

    @property
    def asked(self) -> bool:
        """Whether the document has to be there."""
        return not self.exempt and self.what != BAN

    def name(self, lang: str) -> str:
        """Return what the document is called."""
        return types.name(self.letter, lang)


class CodeNeeds(NamedTuple):
    """What a commodity code needs; ``wants`` is None where no source tells its letters, empty where it needs nothing."""

    code: str
    exists: bool
    wants: tuple[Want, ...] | None
    source: Said | None

    @property
    def licences(self) -> tuple[Want, ...]:
        """The licences that have to be named, and are written off."""
        return tuple(one for one in self.wants or () if one.what == LICENCE and one.asked)

    @property
    def bans(self) -> tuple[Want, ...]:
        """What bans the goods."""
        return tuple(one for one in self.wants or () if one.what == BAN and not one.exempt)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is asked about a batch beside its codes; ``note`` is what dual-use goods are told of their end user."""

    direction: str
    mode: str
    value: Decimal | None
    day: DayLaw
    on: date
    note: str


def needed(
    gcodes: Iterable[str], *, direction: str, mode: str = "", value: Decimal | None = None, end_user: str = "",
    end_use: str = "", book: Book, on: date,
) -> dict[str, CodeNeeds]:  # fmt: skip
    """Return what each code needs on a day, in a direction (I or E) and a supervision mode (empty: any).

    ``value`` is what the whole batch is worth, in yuan, where that is known: samples of little value need no automatic
    licence. ``end_user`` and ``end_use`` are what a dual-use licence would name; who is watched on that day holds it.
    Raises NotConfigured.
    """
    of = _Batch(direction, mode, value, law.on(on), on, _user_note(end_user, end_use, on))
    found = {}
    for code in dict.fromkeys(gcodes):
        told = needs(book.shelf, code, on)
        wants = None
        if told.documents is not None:
            letters = [one.letter for one in told.documents.value]
            wants = tuple(filter(None, (_want(one, of) for one in letters)))
        found[code] = CodeNeeds(code, code in book, wants, told.documents)
    return found


def _user_note(end_user: str, end_use: str, on: date) -> str:
    if not end_user.strip():
        return "end_user_asked"
    if watched(keys_of([end_user]), on):
        return HELD
    return "screened" if end_use.strip() else "end_use_asked"


def _want(letter: str, batch: _Batch) -> Want | None:
    """Return what a letter asks of a batch; None where it is for the other direction."""
    direction, mode, value, day, on = batch.direction, batch.mode, batch.value, batch.day, batch.on
    way = day("licences.document_directions").get(letter)
    if way not in (None, "B", direction):
        return None
    if (ban := day("licences.bans").get(letter)) is not None:
        # Used goods are banned by what they are, not by their code: it is for the declarant to say.
        return Want(
            letter, BAN, exempt="if_not_used" if ban == "used" else "", note=f"ban.{ban}", parameter="licences.bans"
        )
    if way is None:
        return Want(letter, UNKNOWN, note="unknown_letter")
    of = types.type_of(letter, on)
    if of is None:
        return Want(letter, DOCUMENT)
    if of.kind == _QUOTA:
        # What comes outside the quota pays the usual rate and needs no certificate.
        return Want(letter, LICENCE, exempt="out_of_quota")
    shut = types.closed(letter, on)
    exempt, parameter = _exempt(letter, mode, day)
    if not exempt and (_dual_use(letter, on) or (shut is not None and _dual_use(shut.instead, on))):
        merged = "merged" if shut is not None and batch.note == "end_user_asked" else batch.note
        instead, parameter = (shut.instead, "licences.closed_types") if shut is not None else ("", parameter)
        return Want(letter, LICENCE, "", merged, instead, parameter, batch.note == HELD)
    if shut is not None:
        return Want(letter, LICENCE, exempt, "merged", shut.instead, "licences.closed_types")
    if not exempt and of.kind == "automatic" and _is_sample(mode, day):
        is_free = value is not None and value <= day("licences.sample_value")
        exempt = "samples_free" if is_free else ""
        return Want(letter, LICENCE, exempt, "samples", parameter="licences.sample_value")
    note = "by_mode" if parameter and not exempt else ""
    return Want(letter, LICENCE, exempt, note, "", parameter)


def _exempt(letter: str, mode: str, day: DayLaw) -> tuple[str, str]:
    """Return why a letter is not asked for in a mode, and the parameter that says in which modes it is."""
    only = day("licences.only_modes").get(letter)
    if only is None:
        return "", ""
    return ("other_mode" if mode and mode not in only else ""), "" if mode in only else "licences.only_modes"


def _dual_use(letter: str, on: date) -> bool:
    of = types.type_of(letter, on)
    return of is not None and of.dual_use


def _is_sample(mode: str, day: DayLaw) -> bool:
    try:
        return mode in day("licences.sample_modes")
    except NotConfigured:
        return False
