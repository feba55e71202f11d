"""``tongguan tariff``: commodity codes with their units and rates on a day.

``load`` reads our files or a table in, ``sources`` lists what was loaded, ``withdraw`` takes a source out again.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from tongguan.cli import loads
from tongguan.cli.screen import SHANGHAI, Failed, Screen, day, now
from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured

KINDS = ("mfn", "general", "provisional", "vat", "consumption")


class _Load(NamedTuple):
    """How a table is to be loaded."""

    format: str
    since: date | None
    until: date | None
    dry: bool
    partly: bool


def run(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(metavar="CODE|WORDS|load|sources|withdraw", help="tariff.words", show_default=False),
    ],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="option.on", show_default=False)] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="tariff.limit")] = 20,
    form: Annotated[str, typer.Option("--format", metavar="NAME", help="option.format", show_default=False)] = "",
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="tariff.since", show_default=False)] = "",
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="tariff.until", show_default=False)] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="option.dry_run")] = False,
    partly: Annotated[bool, typer.Option("--partly", help="option.partly")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    when = day(on)
    how = _Load(form, day(since) if since else None, day(until) if until else None, dry_run, partly)
    with database():
        if unapplied_migrations():
            raise Failed("tables")
        if words[0] == "load":
            return _load(screen, words[1:], how, as_json)
        if words == ["sources"]:
            return _sources(screen, as_json)
        if words[0] == "withdraw":
            return _withdraw(screen, words[1:], as_json)
        return _look_up(screen, " ".join(words), when, limit, as_json)


def _load(screen: Screen, named: list[str], how: _Load, as_json: bool) -> int:
    from tongguan.server.prepare import OPERATOR
    from tongguan.tariff import actions
    from tongguan.tariff.importing.tables import read_table

    path = Path(named[0]) if named else None
    with loads.readable():
        if path is None or path.is_dir():
            given: Any = [path] if path else []
        else:
            given = [read_table(path, name=how.format, since=how.since, until=how.until)]
        if how.dry:
            loaded = actions.preview(*given)
        else:
            lines = len(given[0].source.lines) if given and path and not path.is_dir() else 0
            with loads.shown(screen, lines) as told:
                loaded = actions.load(*given, by=OPERATOR, at=now(), partly=how.partly, told=told)
    if as_json:
        screen.json(loads.plain_table(loaded, bool(loaded.edition)))
    elif path is None or path.is_dir():
        _tell_files(screen, loaded, how.dry)
    else:
        loads.tell_table(screen, given[0])
        _tell_end(screen, loaded, how.dry)
    return 1 if how.dry and loaded.report.unreadable and not how.partly else 0


def _tell_files(screen: Screen, loaded: Any, dry: bool) -> None:
    if loaded:
        screen.say("tariff.loaded", **loaded.counts())
        if dry:
            screen.say("load.dry")
    else:
        screen.say("tariff.unchanged", lines=loaded.lines)


def _tell_end(screen: Screen, loaded: Any, dry: bool) -> None:
    if dry or loaded.edition:
        loads.tell_differences(screen, loaded)
    if dry:
        screen.say("load.dry")
    elif loaded.edition:
        screen.say("load.edition", edition=loaded.edition.pk)
    else:
        screen.say("load.same")


def _sources(screen: Screen, as_json: bool) -> int:
    from tongguan.tariff import queries

    rows = [
        {"source": one.source, "lines": one.lines, "since": one.since, "until": one.until, "edition": one.pk,
         "loaded_at": one.loaded_at.astimezone(SHANGHAI).isoformat(timespec="minutes"), "report": one.report}
        for one in queries.sources()
    ]  # fmt: skip
    if as_json:
        screen.json(rows)
    else:
        names = ("source", "lines", "since", "until", "edition", "loaded_at")
        screen.table(names, ([row[name] for name in names] for row in rows))
    return 0


def _withdraw(screen: Screen, named: list[str], as_json: bool) -> int:
    from tongguan.server.prepare import OPERATOR
    from tongguan.tariff import actions

    if len(named) != 1:
        raise Failed("which_source", 2)
    loaded = actions.withdraw(named[0], by=OPERATOR, at=now())
    if as_json:
        screen.json(loads.plain_table(loaded, True))
    else:
        screen.say("tariff.withdrawn", source=loaded.source, removed=len(loaded.found.removed))
    return 0


def _look_up(screen: Screen, asked: str, when: date, limit: int, as_json: bool) -> int:
    from tongguan.tariff import queries
    from tongguan.tariff.search import search

    book = queries.book(when)
    lines = [line for code in search(asked, when)[:limit] if (line := book.line(code))]
    if not lines:
        raise Failed("no_commodity", asked=asked, on=when)
    if as_json:
        screen.json([_plain(line, screen.lang) for line in lines])
    elif len(lines) == 1:
        _show(screen, lines[0], when)
    else:
        rows = (
            (line.code, line.zh, line.text("en"), _units(line, screen.lang), _listed(screen, line)) for line in lines
        )
        screen.table(("code", "zh", "en", "units", "listed"), rows)
    return 0


def _units(line: Any, lang: str) -> str:
    units = codes("units")
    return ", ".join(f"{code} {unit.text(lang)}" if (unit := units.get(code)) else code for code in line.units)


def _listed(screen: Screen, line: Any) -> str:
    return screen.t(f"tariff.listed.{line.listed}")


def _rates(line: Any, lang: str) -> list[dict]:
    """Return each kind of rate with its words, or with None for words where nothing is known for the day."""
    rows = []
    for kind in KINDS:
        try:
            rate = line.rate(kind)
        except NotConfigured:
            rows.append({"kind": kind, "known": False})
            continue
        if rate is None:
            rows.append({"kind": kind, "known": True, "rate": None})
        else:
            row = {"kind": kind, "known": True, "rate": rate.words(lang), "since": rate.since.isoformat()}
            rows.append(row | {"reference": rate.reference})
    return rows


def _plain(line: Any, lang: str) -> dict:
    names = {"code": line.code, "zh": line.zh, "en": line.en, "units": list(line.units), "listed": line.listed}
    if (listing := line.listing()) is not None and listing.note:
        names |= {"note": dict(listing.note), "conditions": dict(listing.conditions)}
    return names | {"rates": _rates(line, lang)}


def _show(screen: Screen, line: Any, when: date) -> None:
    screen.line(f"{line.code}  {line.zh}  {line.en}", "bold")
    screen.say("tariff.units", units=_units(line, screen.lang))
    screen.say("tariff.on_list", listed=_listed(screen, line), on=when)
    if (listing := line.listing()) is not None and listing.note:
        screen.say("tariff.note", note=listing.text(screen.lang))
    screen.line()
    cells = []
    for row in _rates(line, screen.lang):
        reference = row.get("reference") or {}
        rate = screen.t("tariff.unknown") if not row["known"] else row["rate"] or screen.t("tariff.none")
        standing = screen.t(f"standing.{reference['standing']}") if reference else ""
        title = screen.t(f"tariff.kind.{row['kind']}")
        cells.append((title, rate, row.get("since"), reference.get("title"), reference.get("href"), standing))
    screen.table(("rate_kind", "rate", "since", "reference", "found_at", "standing"), cells)
