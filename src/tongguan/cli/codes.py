"""``tongguan codes``: the code lists of customs; ``load`` reads official tables in beside them."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Annotated

import typer

from tongguan.cli import loads
from tongguan.cli.screen import Failed, Screen, day, now
from tongguan.kernel.codes import Code, CodeList, codes, names
from tongguan.kernel.texts import presented


def run(
    context: typer.Context,
    table: Annotated[str, typer.Argument(metavar="TABLE|load", help="codes.table", show_default=False)] = "",
    code: Annotated[str, typer.Argument(metavar="CODE|FOLDER", help="codes.code", show_default=False)] = "",
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="option.on", show_default=False)] = "",
    loaded: Annotated[bool, typer.Option("--loaded", help="codes.loaded")] = False,
    form: Annotated[str, typer.Option("--format", metavar="NAME", help="option.format", show_default=False)] = "",
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="codes.as_of", show_default=False)] = "",
    whole: Annotated[bool, typer.Option("--whole", help="codes.whole")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="option.dry_run")] = False,
    partly: Annotated[bool, typer.Option("--partly", help="option.partly")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import database

    screen: Screen = context.obj
    if table == "load":
        with database():
            return _load(screen, code, form, as_of, as_json, {"dry": dry_run, "whole": whole, "partly": partly})
    with database() if loaded else nullcontext():
        if loaded:
            _put_into_force()
        return _look_up(screen, table, code, on, as_json)


def _put_into_force() -> None:
    from tongguan.tariff import queries

    _ready()
    queries.stamp()


def _ready() -> None:
    from tongguan.server.prepare import unapplied_migrations

    if unapplied_migrations():
        raise Failed("tables")


def _load(screen: Screen, path: str, form: str, as_of: str, as_json: bool, how: dict[str, bool]) -> int:
    from tongguan.server.prepare import OPERATOR
    from tongguan.tariff.codelists import actions
    from tongguan.tariff.importing.parameters import read_tables

    _ready()
    if not path:
        raise Failed("which_tables", 2)
    with loads.readable():
        folder = read_tables(path, name=form, as_of=day(as_of) if as_of else None)
    if how["dry"]:
        lists = actions.preview_codes(folder)
    else:
        with screen.progress(len(folder.tables)) as begun:
            lists = actions.load_codes(
                folder, by=OPERATOR, at=now(), partly=how["partly"], complete=how["whole"],
                told=lambda step, done, all_: begun(step),
            )  # fmt: skip
    new = sum(one.is_new for one in lists)
    if as_json:
        screen.json(loads.plain_lists(lists, folder, not how["dry"]))
    else:
        loads.tell_lists(screen, lists, folder)
        if how["dry"]:
            screen.say("load.dry")
        else:
            screen.say("load.lists" if new else "load.same", **({"count": new} if new else {}))
    return 1 if how["dry"] and not how["partly"] and any(one.reading.unreadable for one in lists) else 0


def _look_up(screen: Screen, table: str, code: str, on: str, as_json: bool) -> int:
    known = names()
    if not table:
        _tables(screen, [codes(name) for name in known], as_json)
        return 0
    if table not in known:
        raise Failed("no_table", name=table, names=presented(known, screen.lang))
    found = codes(table)
    when = day(on) if on else None
    rows = [one for one in found if (not code or one.code == code) and (when is None or one.holds_on(when))]
    if code and not rows:
        raise Failed("no_code", code=code, table=found.title[screen.lang])
    if as_json:
        screen.json([_plain(one) for one in rows])
    elif code:
        _one(screen, found, rows)
    else:
        screen.line(found.title[screen.lang], "bold")
        screen.table(("code", "zh", "en", "since", "until"), ((c.code, c.zh, c.en, c.since, c.until) for c in rows))
        _source(screen, found)
    return 0


def _tables(screen: Screen, lists: list[CodeList], as_json: bool) -> None:
    if as_json:
        screen.json(
            [{"name": one.name, "title": one.title, "codes": len(one), "complete": one.complete} for one in lists]
        )
        return
    rows = ((one.name, one.title[screen.lang], len(one), screen.t(f"codes.complete.{one.complete}")) for one in lists)
    screen.table(("name", "title", "codes", "complete"), rows)


def _plain(code: Code) -> dict:
    days = {"since": code.since and code.since.isoformat(), "until": code.until and code.until.isoformat()}
    return {"code": code.code, "zh": code.zh, "en": code.en, **days, **code.extra}


def _one(screen: Screen, found: CodeList, rows: list[Code]) -> None:
    for one in rows:
        screen.line(f"{one.code}  {one.zh}  {one.en}", "bold")
        if one.since or one.until:
            screen.say("codes.days", since=one.since, until=one.until)
        for name, extra in one.extra.items():
            screen.line(f"  {name}: {presented(extra, screen.lang)}")
    _source(screen, found)


def _source(screen: Screen, found: CodeList) -> None:
    standing = screen.t(f"standing.{found.reference['standing']}")
    screen.say("source", title=found.reference["title"], href=found.reference["href"] or "–", standing=standing)
    if not found.complete:
        screen.say("codes.incomplete")
