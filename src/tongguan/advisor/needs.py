"""What a plan needs at the border (所需证件): documents that are at hand, that are missing, bans, and what nothing tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tongguan.licences.needed import BAN, CodeNeeds, Want

from .citing import Cited, cited
from .posing import Ground

AT_HAND, MISSING, BANNED, NOT_ASKED, UNKNOWN = "at_hand", "missing", "banned", "not_asked", "unknown"


class Paper(NamedTuple):
    """A document a commodity code may need, how it stands with the plan, and the law that says so."""

    want: Want
    stands: str
    cites: tuple[Cited, ...]


class GoodsNeed(NamedTuple):
    """What a commodity code needs; ``papers`` is None where no source tells."""

    needs: CodeNeeds
    papers: tuple[Paper, ...] | None


def needs(of: Ground) -> list[GoodsNeed]:
    """Return what each commodity code of a plan needs."""
    return [GoodsNeed(one, None if one.wants is None else tuple(_papers(of, one))) for one in of.needs.values()]


def missing(of: Ground) -> frozenset[str]:
    """Return the letters of the licences that are needed and not at hand."""
    return frozenset(want.type for one in of.needs.values() for want in one.licences if want.type not in of.plan.papers)


def _papers(of: Ground, one: CodeNeeds) -> Iterator[Paper]:
    for want in one.wants or ():
        names = [want.parameter] if want.parameter else []
        names += ["licences.types"] if want in one.licences else []
        yield Paper(want, _stands(of, one, want), cited(of.day, *names, "licences.document_directions"))


def _stands(of: Ground, one: CodeNeeds, want: Want) -> str:
    if want.what == BAN:
        return BANNED if want in one.bans else NOT_ASKED
    if want.what == UNKNOWN:
        return UNKNOWN
    if not want.asked:
        return NOT_ASKED
    return AT_HAND if want.type in of.plan.papers else MISSING


__all__ = ["AT_HAND", "BANNED", "MISSING", "NOT_ASKED", "UNKNOWN", "GoodsNeed", "Paper", "missing", "needs"]
