"""``tongguan replay``: judge stored parcels again under changed law, and see who would be treated differently."""

from __future__ import annotations

import csv
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen, day
from tongguan.kernel.packaged import Malformed

_SHOWN = 20


def run(
    context: typer.Context,
    overlay: Annotated[
        str, typer.Option("--overlay", metavar="FOLDER", help="replay.overlay", show_default=False)
    ] = "",
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="replay.set", show_default=False)
    ] = None,
    since: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="replay.from", show_default=False)] = "",
    until: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="replay.to", show_default=False)] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="replay.csv")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    screen: Screen = context.obj
    first = day(since or until or None)
    last = day(until or since or None)
    if last < first:
        raise Failed("bad_period", 2, since=first, until=last)
    changed = _pairs(values or [])
    if overlay and changed:
        raise Failed("overlay_or_set", 2)
    from tongguan.server.prepare import database, unapplied_migrations

    with database(), tempfile.TemporaryDirectory() as folder:
        if unapplied_migrations():
            raise Failed("tables")
        result = _replay(screen, _overlay(overlay, changed, first, Path(folder)), first, last)
    if as_json:
        screen.json(result.as_dict())
    elif as_csv:
        _write(result)
    else:
        _report(screen, result)
    return 0


def _pairs(values: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in values]
    for name, sign, _ in pairs:
        if not sign:
            raise Failed("bad_set", 2, written=name)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _overlay(folder: str, changed: dict[str, str], since: date, made: Path) -> Any:
    from tongguan.simulation.whatif import overlay, written

    try:
        return written(made, changed, since) if changed else overlay(folder or None)
    except Malformed as error:
        raise Failed("bad_overlay", 2, path=error.path, reason=error.problem) from error


def _replay(screen: Screen, changed: Any, since: date, until: date) -> Any:
    from tongguan.simulation.whatif import replay

    with screen.steps("replay.progress") as told:
        return replay(changed, since=since, until=until, told=told)


def _write(result: Any) -> None:
    from tongguan.simulation.whatif.results import COLUMNS

    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS)
    writer.writerows(one.row() for one in result.differences)


def _report(screen: Screen, result: Any) -> None:
    from tongguan.kernel.texts import text

    screen.say("replay.simulation")
    changed = ", ".join(result.names) or screen.t("replay.nothing")
    screen.say("replay.judged", judged=result.judged, since=result.since, until=result.until, changed=changed)
    pace = round(result.judged / result.seconds) if result.seconds else 0
    screen.say("replay.pace", seconds=f"{result.seconds:.2f}", pace=pace)
    if result.unlike:
        screen.say("replay.unlike", count=result.unlike)
    screen.line()
    counts = [(text(f"simulation.whatif.count.{name}", screen.lang), n) for name, n in result.counts.items() if n]
    if not result.differences:
        screen.say("replay.same")
        return
    screen.table(("difference", "parcels"), counts)
    was, would = result.was_tax / 100, result.would_tax / 100
    screen.say("replay.taxes", was=f"{was:,.2f}", would=f"{would:,.2f}", more=f"{would - was:+,.2f}")
    screen.line()
    columns = ("judged_on", "order_no", "was", "would", "was_tax", "would_tax", "check")
    screen.table(columns, (_row(screen, one) for one in result.differences[:_SHOWN]))
    if len(result.differences) > _SHOWN:
        screen.say("replay.more", count=len(result.differences) - _SHOWN)


def _row(screen: Screen, one: Any) -> tuple:
    from tongguan.kernel.texts import text

    states = (text(f"simulation.whatif.{state}", screen.lang) for state in (one.was, one.would))
    drawn = ""
    if one.was_drawn != one.would_drawn:
        drawn = screen.t("replay.drawn" if one.would_drawn else "replay.not_drawn")
    return one.day, one.order_no, *states, f"{one.was_tax / 100:.2f}", f"{one.would_tax / 100:.2f}", drawn
