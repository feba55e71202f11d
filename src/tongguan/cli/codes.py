"""``tongguan codes``: the code lists of customs."""

from __future__ import annotations

from typing import Annotated

import typer

from tongguan.cli.screen import Failed, Screen, day
from tongguan.kernel.codes import Code, CodeList, codes
from tongguan.kernel.packaged import ROOT
from tongguan.kernel.texts import presented


def run(
    context: typer.Context,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="codes.table", show_default=False)] = "",
    code: Annotated[str, typer.Argument(metavar="CODE", help="codes.code", show_default=False)] = "",
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="option.on", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    screen: Screen = context.obj
    names = sorted(path.stem for path in (ROOT / "codes").glob("*.yaml"))
    if not table:
        _tables(screen, [codes(name) for name in names], as_json)
        return 0
    if table not in names:
        raise Failed("no_table", name=table, names=presented(names, screen.lang))
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
