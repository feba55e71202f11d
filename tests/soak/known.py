"""What the clients of a soak know, and the database as far as several checks ask it for the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

PREFIX = "SK"  # of the order numbers of the soak
PAGE = 2_000


@dataclass
class Sent:
    """What the clients know: what each inventory has to become, which were acknowledged, which receipts they were given.

    ``read`` holds by exchange number every receipt that was read page by page; ``seed`` chooses the samples.
    """

    fates: dict[str, str] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    read: dict[str, list[str]] = field(default_factory=dict)
    seed: int = 0


class World:
    """The database, as far as several checks ask for the same."""

    @cached_property
    def states(self) -> dict[str, list[tuple[str, str]]]:
        """State and status of the inventories of the soak, by order number; one that was deleted is not there."""
        found: dict[str, list[tuple[str, str]]] = {}
        of_ours = "SELECT order_no, state, status FROM ecommerce_inventory WHERE order_no LIKE %s AND stands"
        for number, state, status in rows(of_ours, f"{PREFIX}%"):
            found.setdefault(number, []).append((state, status))
        return found

    @cached_property
    def receipts(self) -> list[Any]:
        """Every receipt, one by one, as who may see all of them reads them."""
        from tongguan.ecommerce import queries
        from tongguan.kernel.states import Actor

        told: list[Any] = []
        while page := queries.receipts(
            to=Actor("soak", "operator"), after=told[-1].place if told else (0, 0, 0), limit=PAGE
        ):
            told += page
        return told

    @cached_property
    def courses(self) -> dict[str, list[str]]:
        """The statuses told of each record, in their order."""
        found: dict[str, list[str]] = {}
        for one in self.receipts:
            if one.subject:
                found.setdefault(one.subject, []).append(one.status)
        return found


def rows(statement: str, *values: Any) -> list[tuple]:
    """Return the rows of a statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
