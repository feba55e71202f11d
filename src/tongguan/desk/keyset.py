"""Turning pages of long lists: a page begins after the last number of the one before, never at a count of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest

_LARGEST = 2**63 - 1
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = (datetime(9999, 1, 1, tzinfo=UTC) - _BEGINNING) // timedelta(microseconds=1)


def moment_and_number(request: HttpRequest, name: str) -> tuple[datetime, int] | None:
    """Return where a page of a list in the order of time begins, as ``written`` wrote it; None as ``place`` does."""
    micros, _, number = request.GET.get(name, "").partition("-")
    if not all(part.isdecimal() and part.isascii() and len(part) < 20 for part in (micros, number)):
        return None
    if int(micros) > _LATEST or int(number) > _LARGEST:
        return None
    return _BEGINNING + timedelta(microseconds=int(micros)), int(number)


def written(moment: datetime, number: int) -> str:
    """Write the place of a row in a list that is in the order of time, and of numbers among equal times."""
    return f"{(moment - _BEGINNING) // timedelta(microseconds=1)}-{number}"


def place(request: HttpRequest, name: str) -> int | None:
    """Return the number a page begins at; None for the first page, and for anything that is no number."""
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 20 and int(given) <= _LARGEST else None


@dataclass(frozen=True, slots=True)
class Turning:
    """Where a list goes on, and where it begins; empty where it does not, or is at its beginning."""

    on: str
    first: str


def turning(request: HttpRequest, name: str, more: int | str | None) -> Turning:
    """Return the addresses of the next page and, from a later one, of the first; other choices of the reader stay."""
    query = request.GET.copy()
    turned = query.pop(name, None) is not None
    first = f"{request.path}?{query.urlencode()}" if query else request.path
    if more is None:
        return Turning("", first if turned else "")
    query[name] = str(more)
    return Turning(f"{request.path}?{query.urlencode()}", first if turned else "")
