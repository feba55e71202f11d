"""What kind of number something is (号码识别), whether it can be right, and if not, what is wrong and where.

A number is asked of every kind it could be by its length; those it can be come first. Nothing is kept of it.

>>> [one.kind for one in identified("CSQU3054383") if one.valid]
['iso6346']
>>> [wrong] = identified("9074728")
>>> wrong.kind, wrong.valid, wrong.place, wrong.wanted
('imo', False, 7, '9')
>>> identified("12") == ()
True
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from . import customs_registration, declaration_no, hs, imo, iso6346, mawb, organisation_code, resident_id, uscc
from .errors import NumberError

KINDS: dict[str, ModuleType] = {
    "resident_id": resident_id,  # before the code it is as long as, for it asks more
    "uscc": uscc,
    "organisation_code": organisation_code,
    "customs_registration": customs_registration,
    "declaration_no": declaration_no,
    "hs": hs,
    "iso6346": iso6346,
    "mawb": mawb,
    "imo": imo,
}
"""The kinds of numbers by their names, in the order in which they are told."""

PERSONAL = frozenset({"resident_id"})
"""Kinds that belong to a person: they are never shown again."""

LONGEST = 40
"""Characters of a number that are looked at."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a number is as one kind.

    ``written`` is the number as people read it, empty for a personal one and for one that is wrong. ``place`` counts from
    1 where one character is wrong, 0 where it is not known which; ``wanted`` is the check character that would fit.
    """

    kind: str
    valid: bool
    written: str = ""
    error: NumberError | None = None
    place: int = 0
    wanted: str = ""


def identified(number: str) -> tuple[Verdict, ...]:
    """Return what a number is: the kinds it can be, or else those whose length it has; none when no kind is so long."""
    asked = [verdict(kind, number) for kind in KINDS]
    good = tuple(one for one in asked if one.valid)
    return good or _likely([one for one in asked if _is_long_enough(one)])


def verdict(kind: str, number: str) -> Verdict:
    """Return what a number is as this kind; raises KeyError for a kind that does not exist."""
    module, number = KINDS[kind], number[:LONGEST]
    try:
        found = hs.validate(number, short=True) if module is hs else module.validate(number)
    except NumberError as error:
        place, wanted = _pointed(module, number, error)
        return Verdict(kind, False, error=error, place=place, wanted=wanted)
    return Verdict(kind, True, "" if kind in PERSONAL else module.format(found))


def _pointed(module: ModuleType, number: str, error: NumberError) -> tuple[int, str]:
    """Return the place that is wrong and the check character that would fit, as far as they are known."""
    if error.code == "NUMBER_CHARACTERS":
        return error.values["place"], ""
    if error.code == "NUMBER_CHECK":
        compact = module.compact(number)
        return len(compact), module.check_digit(compact[:-1])
    return 0, ""


def _is_long_enough(one: Verdict) -> bool:
    return one.error is not None and one.error.code != "NUMBER_LENGTH"


def _likely(wrong: list[Verdict]) -> tuple[Verdict, ...]:
    """Return the kinds a wrong number is likely of, first the likeliest; of the wrong characters only if of no other."""
    found = sorted(wrong, key=_distance)
    return tuple(one for one in found if _distance(one) <= max(_distance(found[0]), 1))


def _distance(one: Verdict) -> int:
    """Return how unlike a kind is: only the check is wrong, a part, or characters that may not stand there."""
    assert one.error is not None
    return ("NUMBER_CHECK", "NUMBER_PART", "NUMBER_CHARACTERS").index(one.error.code)
