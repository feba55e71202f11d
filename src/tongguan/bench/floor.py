"""The floor: what the same messages cost when they are only parsed, read, and copied into bare tables, and committed.

As many rows of the same size as the intake adds for a message, without an index; heads and items hold what was read.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from .house import ask
from .making import get
from .plan import NODES
from .processes import Turns
from .workers import settle

_HEAD, _ITEM = 47, 22
_NAMESPACE = "{http://www.chinaport.gov.cn/ceb}"
_TABLES = {
    "bench_head": ", ".join(f"c{place} text" for place in range(_HEAD)),
    "bench_item": ", ".join(f"c{place} text" for place in range(_ITEM)),
    "bench_rest": "c bytea",
}


class Rows(NamedTuple):
    """Rows that were ever added to all tables together, and the bytes of the tables without indexes."""

    rows: int = 0
    size: int = 0

    def since(self, before: Rows, nodes: int) -> Rows:
        """Return what a full message adds, where so many nodes have been filed."""
        return Rows((self.rows - before.rows) * NODES // nodes, (self.size - before.size) * NODES // nodes)


def counted() -> Rows:
    """Return the rows and bytes so far; what a process has added counts once it has ended."""
    ask("SELECT pg_stat_force_next_flush()")
    [(rows, size)] = ask(
        "SELECT sum(n_tup_ins)::bigint, sum(pg_table_size(relid))::bigint FROM pg_stat_user_tables"
        " WHERE NOT starts_with(relname::text, 'bench_')"
    )
    return Rows(rows, size)


def lay() -> None:
    """Make the bare tables, empty."""
    for name, columns in _TABLES.items():
        ask(f"DROP TABLE IF EXISTS {name}")
        ask(f"CREATE TABLE {name} ({columns})")


def copy(place: int, folder: Path, turns: Turns, added: Rows) -> tuple[int, float]:
    """Parse and copy messages until the time is over; returns how many, and when it ended."""
    from django.db import connection, transaction
    from lxml import etree

    rest, size = max(0, added.rows - NODES), added.size // max(1, added.rows)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
    done, filler = 0, [os.urandom(max(1, size - 28)) for _ in range(rest)]
    settle()
    turns.wait()
    while (number := turns.next()) is not None:
        heads, items = _read(etree.fromstring(get(folder, f"{number}"), parser))
        with transaction.atomic(), connection.cursor() as cursor:
            bare = filler[: max(0, rest - len(items))]
            for table, rows in (("bench_head", heads), ("bench_item", items), ("bench_rest", [(one,) for one in bare])):
                with cursor.copy(f"COPY {table} FROM STDIN") as written:
                    for row in rows:
                        written.write_row(row)
        done += 1
    return done, time.monotonic()


def _read(root) -> tuple[list[list], list[list]]:
    """Return heads and items, each field under the place at which it comes."""
    heads: list[list] = []
    items: list[list] = []
    for node in root.iterchildren(_NAMESPACE + "Inventory"):
        for part in node:
            head = part.tag.endswith("Head")
            values, width = [field.text for field in part], _HEAD if head else _ITEM
            (heads if head else items).append([*values, *[None] * (width - len(values))][:width])
    return heads, items
