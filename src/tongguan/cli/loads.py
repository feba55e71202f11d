"""What ``tariff load`` and ``codes load`` say: what became of every row, and what differs from what was there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from tongguan.cli.screen import Failed, Screen
from tongguan.kernel.packaged import Malformed

_EXAMPLES = 5
_STEP = 1000  # lines written between two moves of the bar


@contextmanager
def readable() -> Iterator[None]:
    """Say in one line, with exit status 2, what is wrong with a file that cannot be read."""
    try:
        yield
    except Malformed as error:
        raise Failed("unreadable_table", 2, path=error.path, reason=error.problem) from error


@contextmanager
def shown(screen: Screen, lines: int) -> Iterator[Any]:
    """Show a bar while lines are written; yields what an action calls with each of its steps."""
    with screen.progress(lines // _STEP + 2) as begun:
        yield lambda step, done, all_: begun(step)


def some(codes: Iterable[str], more: int | None = None) -> str:
    """Return the first few of many codes as a person reads them."""
    listed = list(codes)
    first = ", ".join(listed[:_EXAMPLES])
    return f"{first} …" if len(listed) > _EXAMPLES else first


def tell_table(screen: Screen, reading: Any) -> None:
    """Write what became of the rows of a tariff table."""
    source, report = reading.source, reading.report
    screen.line(source.name, "bold")
    screen.say("load.days", since=source.since, until=source.until or "–")
    screen.say("load.rows", **report.counts())
    if report.repaired:
        screen.say("load.repaired", count=len(report.repaired), codes=some(report.repaired))
    if report.repeated:
        screen.say("load.repeated", count=len(report.repeated), codes=some(report.repeated))
    if report.left_out:
        screen.say("load.columns", columns=", ".join(report.left_out))
    tell_unread(screen, report.unreadable)
    if report.doubts:
        screen.line()
        screen.say("load.doubted", count=len(report.doubts))
        screen.table(("rate_kind", "values", "reason", "examples"), _doubts(report.doubts, screen))
    if report.overruled:
        screen.line()
        screen.say("load.overruled", count=len(report.overruled))
        screen.table(
            ("code", "rate_kind", "ours", "table", "outcome"),
            ((o.code, screen.t(f"tariff.kind.{o.kind}"), o.ours, o.table, screen.t(f"load.outcome.{o.outcome}"))
             for o in report.overruled),
        )  # fmt: skip
    if report.missing:
        screen.say("load.missing", count=len(report.missing), codes=some(report.missing))


def tell_unread(screen: Screen, rows: list[Any]) -> None:
    """Write the first of the rows that could not be read."""
    for row in rows[:_EXAMPLES]:
        screen.say("load.unread", row=row.row, reason=row.text(screen.lang), written=row.written)
    if len(rows) > _EXAMPLES:
        screen.say("load.unread_more", count=len(rows) - _EXAMPLES)


def _doubts(doubts: list[Any], screen: Screen) -> Iterator[tuple]:
    def key(doubt: Any) -> tuple[str, str]:
        return doubt.kind, doubt.reason

    for (kind, _), group in groupby(sorted(doubts, key=key), key):
        of_it = list(group)
        examples = some(f"{doubt.code} ({doubt.written})" if doubt.written else doubt.code for doubt in of_it)
        yield screen.t(f"tariff.kind.{kind}"), len(of_it), of_it[0].text(screen.lang), examples


def tell_differences(screen: Screen, loaded: Any) -> None:
    """Write how a source differs from what was loaded of it before, with examples of each kind."""
    found = loaded.found
    screen.line()
    screen.say("load.differences", **found.counts())
    for name, codes in (("added", found.added), ("changed", sorted(found.touched)), ("removed", found.removed)):
        if codes and not (name == "added" and not found.unchanged and not found.touched):
            screen.line(f"  {screen.t(f'load.{name}')}: {some(codes)}")


def plain_table(loaded: Any, written: bool) -> dict[str, Any]:
    """Return a load of a tariff source for a program."""
    return {
        **loaded.counts(),
        "source": loaded.source,
        "written": written,
        "edition": loaded.edition.pk if loaded.edition else None,
        "examples": {
            "added": loaded.found.added[:_EXAMPLES],
            "changed": loaded.found.changed[:_EXAMPLES] + loaded.found.rates_changed[:_EXAMPLES],
            "removed": loaded.found.removed[:_EXAMPLES],
        },
        "report": loaded.report.as_dict() | {"doubts_by_reason": loaded.report.doubts_by_reason()},
    }


def tell_lists(screen: Screen, lists: list[Any], folder: Any) -> None:
    """Write what became of each table of codes, and of the files that are none."""
    screen.table(
        ("list", "rows", "taken", "unreadable", "added", "renamed", "ended", "unchanged"),
        ((f"{one.reading.name} ({one.reading.file})", c["rows"], c["taken"], c["unreadable"], c["added"], c["renamed"],
          c["ended"], c["unchanged"]) for one in lists for c in (one.counts(),)),
    )  # fmt: skip
    for one in lists:
        tell_unread(screen, one.reading.unreadable)
        if one.reading.unnamed:
            screen.say("load.unnamed", list=one.reading.name, codes=some(one.reading.unnamed))
        if one.renamed:
            names = some(f"{row['code']} {row['former']} → {row['now']}" for row in one.renamed)
            screen.say("load.renamed", list=one.reading.name, codes=names)
        if one.only_ours:
            screen.say("load.only_ours", list=one.reading.name, codes=some(one.only_ours))
    reasons = sorted((why[screen.lang], file) for file, why in folder.left_out.items())
    for reason, files in groupby(reasons, lambda pair: pair[0]):
        screen.say("load.files", reason=reason, files=", ".join(file for _, file in files))
    if folder.unknown:
        screen.say("load.unknown_files", files=", ".join(folder.unknown))


def plain_lists(lists: list[Any], folder: Any, written: bool) -> dict[str, Any]:
    """Return a load of code lists for a program."""
    return {
        "written": written and any(one.is_new for one in lists),
        "lists": [
            {"name": one.reading.name, "file": one.reading.file, "as_of": one.reading.as_of.isoformat(),
             "new": one.is_new, **one.counts(), "renamed_codes": one.renamed,
             "unreadable_rows": [row._asdict() for row in one.reading.unreadable]}
            for one in lists
        ],
        "left_out": dict(folder.left_out),
        "unknown": folder.unknown,
    }  # fmt: skip
