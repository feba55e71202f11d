"""Loading parameter tables as code lists (载入代码表)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tongguan.journal.actions import record
from tongguan.kernel.codes import CodeList
from tongguan.kernel.states import Actor
from tongguan.tariff.actions import NotWhole, Told
from tongguan.tariff.importing.parameters import CodeReading, FolderReading
from tongguan.tariff.models import CodeTable

from . import merged, ours, versions

_LOADER = 0x636F646573  # the advisory lock's number: "codes"


@dataclass(slots=True)
class ListLoaded:
    """What loading one table did to its list, against the list that was in force.

    ``only_ours`` are codes we have and the table does not; they stay. ``ended`` had stood in an earlier table.
    ``is_new`` says whether anything was, or would be, written.
    """

    reading: CodeReading
    is_new: bool
    added: list[str] = field(default_factory=list)
    renamed: list[dict[str, str]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    only_ours: list[str] = field(default_factory=list)
    unchanged: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the differences as the table's row keeps them."""
        return {
            "added": self.added, "renamed": self.renamed, "ended": self.ended, "only_ours": self.only_ours,
            "unchanged": self.unchanged,
        }  # fmt: skip

    def counts(self) -> dict[str, int]:
        """Return how many rows and codes are of each class."""
        differing = {name: len(value) for name, value in self.as_dict().items() if isinstance(value, list)}
        return {**self.reading.counts(), **differing, "unchanged": self.unchanged}


def _compared(reading: CodeReading) -> ListLoaded:
    own, loaded = ours(reading.name), versions(reading.name)
    in_force = merged(reading.name, own, loaded) if loaded else own
    latest = (
        CodeTable.objects.filter(name=reading.name, as_of=reading.as_of)
        .order_by("-pk")
        .values_list("digest", flat=True)
    )
    found = ListLoaded(reading, is_new=latest.first() != reading.digest)
    here = set()
    for row in reading.codes:
        here.add(row["code"])
        known = _latest_meaning(in_force, row["code"])
        if known is None:
            found.added.append(row["code"])
        elif known != row["zh"]:
            found.renamed.append({"code": row["code"], "former": known, "now": row["zh"]})
        else:
            found.unchanged += 1
    before = {row["code"] for row in loaded[-1].codes} if loaded and loaded[-1].as_of < reading.as_of else set()
    found.ended = sorted(before - here)
    found.only_ours = sorted({one.code for one in (own if own is not None else ())} - here)
    return found


def _latest_meaning(known: CodeList | None, code: str) -> str | None:
    found = known.get(code) if known is not None else None
    return found.zh if found is not None else None


def preview_codes(reading: FolderReading) -> list[ListLoaded]:
    """Return what ``load_codes`` would do, and write nothing."""
    return [_compared(table) for table in reading.tables]


@transaction.atomic
def load_codes(
    reading: FolderReading,
    *,
    by: Actor,
    at: datetime,
    partly: bool = False,
    complete: bool = False,
    told: Told = lambda step, done, all_: None,
) -> list[ListLoaded]:
    """Keep tables beside our own lists, all of them or none; what is kept already is not written again.

    ``complete`` says that the tables hold every code, so that a document with another one may be refused. Raises
    NotWhole for a table with rows that cannot be read, unless ``partly`` says that the others will do.
    """
    for table in reading.tables:
        if table.unreadable and not partly:
            raise NotWhole(table.file, table.unreadable)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOADER])
    done = []
    for place, table in enumerate(reading.tables):
        told(table.name, place, len(reading.tables))
        found = _compared(table)
        if found.is_new:
            kept = CodeTable.objects.create(
                name=table.name, as_of=table.as_of, title=dict(table.title or {}), reference=table.reference,
                complete=complete, digest=table.digest, codes=table.codes, changes=found.as_dict(), loaded_at=at,
                loaded_by=str(by),
            )  # fmt: skip
            record(
                "codes.loaded", f"codes:{kept.pk}", by=by, at=at, name=table.name, as_of=table.as_of, **found.counts()
            )
        done.append(found)
    return done
