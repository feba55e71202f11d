"""Firms whose grade puts them first in a queue of customs (优先办理): their rows come before all others, each in its turn."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

OTHERS = 2**62
"""Places of rows of firms that are not first begin here, so that one number says where a page begins."""
Row = TypeVar("Row", bound=Model)


def in_turn(
    rows: QuerySet[Row], field: str, first: QuerySet[Any], *, after: int | None, limit: int
) -> list[tuple[int, Row]]:
    """Return rows with their places: those whose ``field`` is a code among ``first``, then the others, by number each.

    ``after`` is the place of the last row of the page before.
    """
    prior = Q(**{f"{field}__in": first})
    found: list[tuple[int, Row]] = []
    if after is None or after < OTHERS:
        found = [(row.pk, row) for row in rows.filter(prior, pk__gt=after or 0).order_by("pk")[:limit]]
    if len(found) < limit:
        past = max(0, (after or 0) - OTHERS)
        # A firm without a code is none of the first; NOT IN would be unknown for it.
        others = rows.filter(~prior | Q(**{f"{field}__isnull": True}), pk__gt=past).order_by("pk")
        found += [(row.pk + OTHERS, row) for row in others[: limit - len(found)]]
    return found
