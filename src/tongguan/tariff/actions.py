"""Loading tariff sources into the database, and taking them out (载入、撤下税则来源)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from tongguan.journal.actions import record
from tongguan.journal.copying import copy_rows
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text

from . import words
from .differences import FIELDS, Differences, Kept, as_kept, differences
from .entries import LineEntry, Source
from .importing.overruling import note_overruled
from .importing.report import Report, Unread
from .importing.tables import Reading
from .models import Edition, Instrument, Line, Rate
from .sources import FOLDER, read

_LOADER = 0x746172696666  # the advisory lock's number: "tariff"
_MANY = 1000
_LINE_COLUMNS = ("source", "code", *FIELDS, "names", "initials", "grams")
_RATE_COLUMNS = ("line", "kind", "since", "until", "formula", "instrument")

Told = Callable[[str, int, int], None]
"""Is called with a step (compare, write), how much of it is done, and how much there is."""


class NothingToTakeOut(LookupError):
    """No source of this name is in use."""

    def __init__(self, source: str):
        self.values = {"source": source}
        super().__init__(source)

    def text(self, lang: str) -> str:
        """Return the refusal in the given language."""
        return text("tariff.nothing_to_take_out", lang, **self.values)


class NotWhole(ValueError):
    """A table has rows that cannot be read, and nobody said that the rest will do."""

    def __init__(self, source: str, unreadable: list[Unread]):
        self.unreadable = unreadable
        self.values = {"source": source, "rows": len(unreadable), "first": unreadable[0].row}
        super().__init__(f"{source}: {len(unreadable)} rows cannot be read, the first is {unreadable[0].row}")

    def text(self, lang: str) -> str:
        """Return the refusal in the given language, with the reason of the first row."""
        return text("tariff.not_whole", lang, **self.values, reason=self.unreadable[0].text(lang))


@dataclass(slots=True)
class Loaded:
    """What a load did, or would do: the differences, and what became of every row that was read.

    ``edition`` is None when nothing was written: the source says what its latest edition says, or it was a preview.
    """

    source: str
    found: Differences
    report: Report = field(default_factory=Report)
    edition: Edition | None = None

    def __bool__(self) -> bool:
        return bool(self.found)

    def counts(self) -> dict[str, int]:
        """Return how many lines and rates differ."""
        return self.found.counts()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.found, name)


def _reading(source: Path | str | Reading) -> Reading:
    if not isinstance(source, Reading):
        return Reading(read(source), Report())
    note_overruled(source.source, read().lines, source.report)
    return source


def _kept(source: str) -> dict[str, Kept]:
    """Return the lines of a source as they are kept."""
    kept, codes = {}, {}
    for key, code, *values in Line.objects.filter(source=source).values_list("pk", "code", *FIELDS):
        codes[key] = code
        kept[code] = Kept(dict(zip(FIELDS, values, strict=True)), {})
    references = {one.pk: one.reference for one in Instrument.objects.all()}
    rates = Rate.objects.filter(line__source=source).order_by("pk")
    for line, kind, since, until, formula, instrument in rates.values_list(
        "line_id", "kind", "since", "until", "formula", "instrument_id"
    ):
        rate = {"until": until, "formula": formula, "reference": references[instrument]}
        kept[codes[line]].rates[kind, since] = rate
    return kept


def _latest(source: str) -> Edition | None:
    return Edition.objects.filter(source=source).order_by("-pk").first()


def _is_loaded(latest: Edition | None, source: Source) -> bool:
    return latest is not None and not latest.withdrawn and (latest.digest, latest.since, latest.until) == (
        source.digest, source.since, source.until
    )  # fmt: skip


def preview(source: Path | str | Reading = FOLDER) -> Loaded:
    """Return what ``load`` would do, and write nothing; raises Malformed as it does."""
    reading = _reading(source)
    return Loaded(reading.source.name, differences(_kept(reading.source.name), reading.source.lines), reading.report)


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOADER])


@transaction.atomic
def load(
    source: Path | str | Reading = FOLDER,
    *,
    by: Actor,
    at: datetime,
    partly: bool = False,
    told: Told = lambda step, done, all_: None,
) -> Loaded:
    """Bring the lines of one source to what a folder of files, or a table that was read, says.

    Only lines that differ are written; loading the same source again writes nothing. An edition keeps the former
    values of all that changed. All or nothing: raises Malformed for files that make no sense, and NotWhole for a table
    with rows that cannot be read unless ``partly`` says that the others will do.
    """
    reading = _reading(source)
    wanted = reading.source
    if reading.report.unreadable and not partly:
        raise NotWhole(wanted.name, reading.report.unreadable)
    _alone()
    if _is_loaded(_latest(wanted.name), wanted):
        return Loaded(wanted.name, Differences(lines=len(wanted.lines)), reading.report)
    told("compare", 0, len(wanted.lines))
    found = differences(_kept(wanted.name), wanted.lines)
    _write(wanted, found, told)
    edition = Edition.objects.create(
        source=wanted.name, digest=wanted.digest, lines=found.lines, loaded_at=at, loaded_by=str(by),
        changes=found.as_dict(), since=wanted.since, until=wanted.until, report=reading.report.as_dict(),
    )  # fmt: skip
    counted = {**found.counts(), **reading.report.counts()}
    record("tariff.loaded", f"edition:{edition.pk}", by=by, at=at, source=wanted.name, digest=wanted.digest, **counted)
    return Loaded(wanted.name, found, reading.report, edition)


@transaction.atomic
def withdraw(source: str, *, by: Actor, at: datetime) -> Loaded:
    """Take a source out, with all its lines; its editions stay, and the last one keeps what went.

    Raises NothingToTakeOut.
    """
    _alone()
    latest = _latest(source)
    if latest is None or latest.withdrawn:
        raise NothingToTakeOut(source)
    found = differences(_kept(source), ())
    Rate.objects.filter(line__source=source).delete()
    Line.objects.filter(source=source).delete()
    edition = Edition.objects.create(
        source=source, digest=latest.digest, lines=0, loaded_at=at, loaded_by=str(by), changes=found.as_dict(),
        since=latest.since, until=latest.until, withdrawn=True,
    )  # fmt: skip
    record("tariff.withdrawn", f"edition:{edition.pk}", by=by, at=at, source=source, lines=len(found.removed))
    return Loaded(source, found, edition=edition)


def _write(source: Source, found: Differences, told: Told) -> None:
    """Write what differs; a line that changed is written anew, with all its rates."""
    stale = [*found.removed, *found.touched]
    Rate.objects.filter(line__source=source.name, line__code__in=stale).delete()
    Line.objects.filter(source=source.name, code__in=stale).delete()
    fresh = found.touched.union(found.added)
    instruments = _instruments(rate.reference for line in source.lines for rate in line.rates)
    entries = (line for line in source.lines if line.code in fresh)
    done = 0
    while some := list(islice(entries, _MANY)):
        told("write", done, len(fresh))
        _write_lines(source.name, some, instruments)
        done += len(some)
    told("write", done, len(fresh))
    if fresh or stale:
        # Thousands of rows that the planner knows nothing of turn the next load, or the next look, into minutes.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE tariff_line, tariff_rate")


def _write_lines(source: str, entries: list[LineEntry], instruments: dict[tuple, int]) -> None:
    rows = []
    for entry in entries:
        line = as_kept(entry).line
        rows.append((source, entry.code, *(line[name] for name in FIELDS), *words.kept(entry.zh, entry.en)))
    copy_rows(Line, _LINE_COLUMNS, rows)
    codes = [entry.code for entry in entries]
    keys = dict(Line.objects.filter(source=source, code__in=codes).values_list("code", "pk"))
    copy_rows(
        Rate,
        _RATE_COLUMNS,
        (
            (keys[entry.code], rate.kind, rate.since, rate.until, rate.formula, instruments[_cited(rate.reference)])
            for entry in entries
            for rate in entry.rates
        ),
    )


def _cited(reference: dict[str, str]) -> tuple[str, str, str, str]:
    return reference["title"], reference["href"], reference["standing"], reference.get("note", "")


def _instruments(references: Iterable[dict[str, str]]) -> dict[tuple, int]:
    """Return the key of every instrument that is cited, after adding those that are new."""
    names = ("title", "href", "standing", "note")
    wanted = {_cited(reference): None for reference in references}
    known = {tuple(row): key for key, *row in Instrument.objects.values_list("pk", *names)}
    missing = [Instrument(**dict(zip(names, one, strict=True))) for one in wanted if one not in known]
    Instrument.objects.bulk_create(missing)
    return known | {_cited(one.reference): one.pk for one in missing}
