"""``tongguan status``: whether the program is well, what is behind, which statements are slow."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from tongguan.cli.screen import SHANGHAI, Failed, Screen, now

_STYLES = {"waiting": "yellow", "needs_you": "red", "done": "green"}


def run(
    context: typer.Context,
    slow: Annotated[bool, typer.Option("--slow", help="status.slow")] = False,
    alerts: Annotated[bool, typer.Option("--alerts", help="status.alerts")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    screen: Screen = context.obj
    if alerts and (slow or as_json):
        raise Failed("status_one", 2)
    if alerts:
        from tongguan.server.condition import alert_rules

        screen.line(alert_rules().rstrip("\n"))
        return 0
    return _slow(screen, as_json) if slow else _standing(screen, as_json)


def _standing(screen: Screen, as_json: bool) -> int:
    from tongguan.server.prepare import database

    with database():
        from tongguan.server.report import LEVELS, report, shown

        found = report(at=now())
        if as_json:
            screen.json(found.as_dict(screen.lang))
            return 0 if found.condition.well else 1
    screen.line(screen.t(f"status.{LEVELS[found.condition.level]}"), style=_STYLES[found.condition.level])
    rows = [
        (one.threshold.text(screen.lang), _level(one.level, screen.lang), shown(one, one.value),
         shown(one, one.threshold.late), shown(one, one.threshold.bad))
        for one in found.condition.matters
    ]  # fmt: skip
    screen.table(tuple(f"status_{name}" for name in ("matter", "standing", "now", "late_above", "bad_above")), rows)
    if found.clock is not None and not found.clock.synchronised:
        screen.say("status.clock_free")
    if found.figures.unknown:
        screen.say("status.unknown", groups=", ".join(found.figures.unknown))
    for row in found.figures.failures:
        at = row["at"].astimezone(SHANGHAI)
        screen.say("status.failed", task=row["task"], number=row["number"], at=f"{at:%Y-%m-%d %H:%M}")
    return 0 if found.condition.well else 1


def _level(level: str, lang: str) -> str:
    from tongguan.kernel.texts import text
    from tongguan.server.report import LEVELS

    return text(f"status.level.{LEVELS[level]}", lang)


def _slow(screen: Screen, as_json: bool) -> int:
    from tongguan.server.prepare import set_up

    set_up()
    from tongguan.server.slow import slowest

    found = slowest()
    if as_json:
        screen.json([asdict(one) for one in found])
    elif not found:
        screen.say("status.none_slow")
    else:
        rows = [
            (one.number, f"{one.longest:.0f}", f"{one.total:.0f}", " ".join(one.routes), one.statement) for one in found
        ]
        screen.table(tuple(f"status_{name}" for name in ("times", "longest", "total", "routes", "statement")), rows)
    return 0
