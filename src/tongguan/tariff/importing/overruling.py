"""Where a table contradicts our own files (与自有数据的冲突): listed before and after loading, settled by ``shelf``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tongguan.tariff import formulas
from tongguan.tariff.entries import LineEntry, RateEntry, Source
from tongguan.tariff.shelf import is_plain, overruled, standing_on

from .report import Overruled, Report


def _words(rate: RateEntry) -> str:
    return formulas.read(rate.formula).words("en") if rate.formula is not None else "none"


def _contradictions(ours: LineEntry, table: LineEntry) -> Iterator[Overruled]:
    for rate in table.rates:
        standing = standing_on(ours.rates, rate.kind, rate.since)
        if standing is None or not overruled(standing, rate):
            continue
        plain = is_plain(standing.formula)
        outcome = "ours" if standing.since == rate.since else "table" if plain else "unknown"
        yield Overruled(ours.code, rate.kind, _words(standing), _words(rate), outcome)


def note_overruled(source: Source, files: Iterable[LineEntry], report: Report) -> None:
    """Note in the report every rate of ours that a table contradicts, and every code of ours that it does not have."""
    if source.since is None:
        return
    rows = {line.code: line for line in source.lines}
    report.overruled, report.missing = [], []
    for ours in files:
        if (table := rows.get(ours.code)) is not None:
            report.overruled += _contradictions(ours, table)
        elif ours.since < source.since and (ours.until is None or ours.until >= source.since):
            report.missing.append(ours.code)
