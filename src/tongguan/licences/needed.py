"""What goods need at the border, asked before anything is filed (申报前查询所需证件).

The letters of the tariff say which documents a commodity code may need; the law says for which direction and supervision
mode each is asked, which are licences that are written off, and which of them are bans. What no source tells is said to
be unknown: silence is no exemption.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tongguan.kernel.law import DayLaw, NotConfigured, law
from tongguan.tariff.needs import Said, needs
from tongguan.tariff.queries import Book

from . import types

LICENCE, DOCUMENT, BAN, UNKNOWN = "licence", "document", "ban", "unknown"
_QUOTA = "quota"


class Want(NamedTuple):
    """A document that goods need: its letter, what it is to us, and what is said of it.

    ``what`` is *licence* (written off), *document*, *ban* or *unknown* (a letter that no list has). ``exempt`` says why it is
    not asked for here, empty when it is; ``note`` what else is to be known. Both are keys of texts under ``licence.needed``.
    ``instead`` is the letter of the type that replaced it, ``parameter`` the law behind what is said.
    """

    letter: str
    what: str
    exempt: str = ""
    note: str = ""
    instead: str = ""
    parameter: str = ""

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


def needed(
    gcodes: Iterable[str], *, direction: str, mode: str = "", value: Decimal | None = None, book: Book, on: date
) -> dict[str, CodeNeeds]:
    """Return what each code needs on a day, in a direction (I or E) and a supervision mode (empty: any).

    ``value`` is what the whole batch is worth, in yuan, where that is known: samples of little value need no automatic
    licence. Raises NotConfigured.
    """
    day, found = law.on(on), {}
    for code in dict.fromkeys(gcodes):
        told = needs(book.shelf, code, on)
        wants = None
        if told.documents is not None:
            letters = [one.letter for one in told.documents.value]
            wants = tuple(filter(None, (_want(one, direction, mode, value, day, on) for one in letters)))
        found[code] = CodeNeeds(code, code in book, wants, told.documents)
    return found


def _want(letter: str, direction: str, mode: str, value: Decimal | None, day: DayLaw, on: date) -> Want | None:
    """Return what a letter asks in a direction and mode; None where it is for the other direction."""
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


def _is_sample(mode: str, day: DayLaw) -> bool:
    try:
        return mode in day("licences.sample_modes")
    except NotConfigured:
        return False
