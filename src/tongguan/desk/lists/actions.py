"""Keeping the columns and the named filters of a list for somebody; nobody else is concerned, so no event tells of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from tongguan.desk.models import KeptList

MOST_FILTERS, MOST_COLUMNS = 30, 50
LONGEST_NAME, LONGEST_QUERY = 40, 500


@transaction.atomic
def keep_columns(person: int, of: str, columns: Iterable[str]) -> None:
    """Keep the columns somebody wants to see of a list; none means the usual ones."""
    row = _row(person, of)
    row.columns = list(columns)[:MOST_COLUMNS]
    row.save(update_fields=["columns"])


@transaction.atomic
def keep_filter(person: int, of: str, name: str, query: str) -> bool:
    """Keep a filter under a name, in the place of one so called; returns False when there are too many already."""
    row = _row(person, of)
    if name not in row.filters and len(row.filters) >= MOST_FILTERS:
        return False
    row.filters[name[:LONGEST_NAME]] = query[:LONGEST_QUERY]
    row.save(update_fields=["filters"])
    return True


@transaction.atomic
def drop_filter(person: int, of: str, name: str) -> None:
    """Forget a filter."""
    row = _row(person, of)
    row.filters.pop(name, None)
    row.save(update_fields=["filters"])


def _row(person: int, of: str) -> KeptList:
    row, _ = KeptList.objects.select_for_update().get_or_create(person_id=person, of=of)
    return row
