"""Loading the tariff files into the database (载入税则)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from tongguan.journal.actions import record
from tongguan.kernel.states import Actor

from .models import Edition, Line, Rate
from .sources import FOLDER, LineEntry, RateEntry, Source, read

_LOADER = 0x746172696666  # the advisory lock's number: "tariff"
_LINE_FIELDS = (
    "zh", "en", "unit1", "unit2", "letters", "since", "until", "listed_since", "listed_reference"
)  # fmt: skip
_RATE_FIELDS = ("until", "formula", "reference")
_MANY = 1000


@dataclass(slots=True)
class Loaded:
    """What a load did: which codes came, changed and went, and the former values of what changed.

    ``edition`` is None when the files were exactly those of the latest edition.
    """

    edition: Edition | None = None
    lines: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    rates_added: int = 0
    rates_changed: list[dict[str, Any]] = field(default_factory=list)
    rates_removed: list[dict[str, Any]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.rates_added or self.rates_changed
                    or self.rates_removed)  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """Return the differences as the edition keeps them."""
        return {
            "lines": {"added": self.added, "changed": self.changed, "removed": self.removed},
            "rates": {"added": self.rates_added, "changed": self.rates_changed, "removed": self.rates_removed},
        }

    def counts(self) -> dict[str, int]:
        """Return how many lines and rates differ, for a person and for the journal."""
        return {
            "lines": self.lines,
            "added": len(self.added),
            "changed": len(self.changed),
            "removed": len(self.removed),
            "rates_added": self.rates_added,
            "rates_changed": len(self.rates_changed),
            "rates_removed": len(self.rates_removed),
        }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _former(kept: Any, now: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return the kept values of the fields that differ now."""
    return {name: _plain(getattr(kept, name)) for name in fields if getattr(kept, name) != getattr(now, name)}


def _write_lines(source: Source, found: Loaded) -> dict[str, int]:
    """Bring the lines to what the source says, and return the key of each code."""
    kept = {line.code: line for line in Line.objects.all()}
    wanted = {entry.code: entry for entry in source.lines}
    stale = []
    for code, entry in wanted.items():
        if code not in kept:
            found.added.append(code)
        elif former := _former(kept[code], entry, _LINE_FIELDS):
            found.changed.append({"code": code, "former": former})
            stale.append(_refreshed(kept[code], entry))
    found.removed = sorted(set(kept) - set(wanted))
    if found.removed:
        _note_removed_rates(found)
        Line.objects.filter(code__in=found.removed).delete()
    if stale:
        Line.objects.bulk_update(stale, _LINE_FIELDS, batch_size=_MANY)
    Line.objects.bulk_create([_refreshed(Line(code=code), wanted[code]) for code in found.added], batch_size=_MANY)
    return dict(Line.objects.values_list("code", "pk"))


def _refreshed(line: Line, entry: LineEntry) -> Line:
    for name in _LINE_FIELDS:
        setattr(line, name, getattr(entry, name))
    return line


def _kept_rate(code: str, rate: Rate) -> dict[str, Any]:
    return {
        "code": code,
        "kind": rate.kind,
        "since": rate.since.isoformat(),
        "former": {name: _plain(getattr(rate, name)) for name in _RATE_FIELDS},
    }


def _note_removed_rates(found: Loaded) -> None:
    for rate in Rate.objects.filter(line__code__in=found.removed).select_related("line"):
        found.rates_removed.append(_kept_rate(rate.line.code, rate))


def _new_rate(line: int, entry: RateEntry) -> Rate:
    return Rate(
        line_id=line,
        kind=entry.kind,
        since=entry.since,
        until=entry.until,
        formula=entry.formula,
        reference=entry.reference,
    )


def _write_rates(source: Source, keys: dict[str, int], found: Loaded) -> None:
    codes = {key: code for code, key in keys.items()}
    kept = {(rate.line_id, rate.kind, rate.since): rate for rate in Rate.objects.all()}
    fresh, stale = [], []
    for line in source.lines:
        for entry in line.rates:
            rate = kept.pop((keys[line.code], entry.kind, entry.since), None)
            if rate is None:
                fresh.append(_new_rate(keys[line.code], entry))
            elif former := _former(rate, entry, _RATE_FIELDS):
                known = {"code": line.code, "kind": entry.kind, "since": entry.since.isoformat()}
                found.rates_changed.append({**known, "former": former})
                for name in _RATE_FIELDS:
                    setattr(rate, name, getattr(entry, name))
                stale.append(rate)
    found.rates_removed += [_kept_rate(codes[rate.line_id], rate) for rate in kept.values()]
    Rate.objects.filter(pk__in=[rate.pk for rate in kept.values()]).delete()
    if stale:
        Rate.objects.bulk_update(stale, _RATE_FIELDS, batch_size=_MANY)
    Rate.objects.bulk_create(fresh, batch_size=_MANY)
    found.rates_added = len(fresh)


@transaction.atomic
def load(source: Path | str = FOLDER, *, by: Actor, at: datetime) -> Loaded:
    """Bring the tariff in the database to what a folder of files says, and return the differences.

    Only what differs is written; loading the same files again writes nothing. An edition keeps the former values of
    all that changed. Raises Malformed for files that make no sense.
    """
    wanted = read(source)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOADER])
    found = Loaded(lines=len(wanted.lines))
    latest = Edition.objects.order_by("-pk").first()
    if latest is not None and (latest.source, latest.digest) == (wanted.name, wanted.digest):
        return found
    keys = _write_lines(wanted, found)
    _write_rates(wanted, keys, found)
    found.edition = Edition.objects.create(
        source=wanted.name,
        digest=wanted.digest,
        lines=found.lines,
        loaded_at=at,
        loaded_by=str(by),
        changes=found.as_dict(),
    )
    record("tariff.loaded", f"edition:{found.edition.pk}", by=by, at=at, digest=wanted.digest, **found.counts())
    return found
