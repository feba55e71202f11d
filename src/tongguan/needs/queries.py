"""Asking what needs somebody: a constant number of queries, however many parcels there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tongguan.ecommerce.states import FILER
from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.kernel.states import Actor
from tongguan.parties.queries import codes_of
from tongguan.parties.roles import FOR_AN_ENTERPRISE

from .keeping import bills, keeping
from .matters import SHOWN, Need, Needs, ordered
from .parcels import parcels, refused_documents, requests


def needs(*, to: Actor, at: datetime, shown: int = SHOWN) -> Needs:
    """Return what needs the firm for which somebody acts, as of a moment; nothing for who acts for none.

    Six queries at most: ``shown`` matters of each kind are listed, all of them counted up to a bound.
    """
    if to.enterprise is None or to.role not in FOR_AN_ENTERPRISE:
        return Needs([], [])
    return ordered(_all(to, at), at, shown)


def _all(to: Actor, at: datetime) -> Iterator[Need]:
    codes = codes_of(to)
    if to.role in FILER or to.role == "carrier":
        yield from parcels(to, codes)
    if to.role in FILER:
        yield from requests(to, codes)
    yield from refused_documents(to)
    yield from keeping(to, codes, at=at)
    yield from bills(to, codes, day=at.astimezone(SHANGHAI).date())
