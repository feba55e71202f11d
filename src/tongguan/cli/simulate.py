"""``tongguan simulate``: run a day of trade, from a scenario and a seed, at once or in step with a clock."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen, day
from tongguan.kernel.packaged import Malformed
from tongguan.server.configuration import is_demo, put_demo


def run(
    context: typer.Context,
    on: Annotated[str, typer.Option("--day", metavar="YYYY-MM-DD", help="simulate.day", show_default=False)] = "",
    parcels: Annotated[int, typer.Option("--parcels", min=0, help="simulate.parcels", show_default=False)] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="simulate.seed")] = 7,
    name: Annotated[str, typer.Option("--scenario", metavar="NAME|FILE", help="simulate.scenario")] = "double-eleven",
    live: Annotated[bool, typer.Option("--live", help="simulate.live")] = False,
    speed: Annotated[float, typer.Option("--speed", min=0.01, help="simulate.speed")] = 60,
    scenarios: Annotated[bool, typer.Option("--list", help="simulate.list")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    screen: Screen = context.obj
    if scenarios:
        _list(screen, as_json)
        return 0
    chosen, when = _scenario(name), day(on or None)
    if not is_demo():
        raise Failed("no_simulation")
    put_demo()
    from tongguan.server.prepare import database, unapplied_migrations

    with database():
        if unapplied_migrations():
            raise Failed("tables")
        summary = _run(screen, chosen, when, seed, parcels, speed if live else 0)
    if as_json:
        screen.json(summary.as_dict())
    else:
        _report(screen, summary)
    return 1 if summary.surprises else 0


def _scenario(name: str) -> Any:
    from tongguan.simulation.scenarios import scenario, shipped

    try:
        return scenario(name)
    except Malformed as error:
        raise Failed("bad_scenario", 2, path=error.path, reason=error.problem) from error
    except LookupError:
        raise Failed("no_scenario", 2, name=name, names=", ".join(shipped())) from None


def _list(screen: Screen, as_json: bool) -> None:
    from tongguan.simulation.scenarios import scenario, shipped

    found = [scenario(name) for name in shipped()]
    if as_json:
        screen.json([{"name": one.name, "parcels": one.parcels, "title": one.title, "says": one.says} for one in found])
    else:
        rows = ((one.name, one.parcels, one.title[screen.lang], one.says[screen.lang]) for one in found)
        screen.table(("scenario", "parcels", "title", "says"), rows)


def _run(screen: Screen, chosen: Any, when: Any, seed: int, parcels: int, speed: float) -> Any:
    from tongguan.simulation import running

    made = running.prepared(chosen, on=when, seed=seed, parcels=parcels)
    screen.note("simulate.begins", title=chosen.title[screen.lang], day=when, seed=seed, parcels=made.parcels)
    if speed:
        screen.note("simulate.with_clock", speed=f"{speed:g}")
    clock = running.Clock(speed) if speed else None
    with _stoppable(screen) as stop, _bar(screen, made.parcels, bool(speed)) as told:
        return running.run(made, clock=clock, stop=stop, told=told)


@contextmanager
def _stoppable(screen: Screen) -> Iterator[Event]:
    """Let Ctrl-C end the day after the message that is being filed."""
    stop = Event()

    def ask(*_: object) -> None:
        if not stop.is_set():
            screen.note("simulate.stopping")
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _bar(screen: Screen, parcels: int, live: bool) -> Iterator[Any]:
    """Show how far the day is; without a terminal, a line an hour while it is live."""
    if not screen.err.is_terminal:
        hours: set[int] = set()

        def hourly(step: Any, made: Any) -> None:
            if live and step.at.hour not in hours:
                hours.add(step.at.hour)
                screen.note("simulate.hour", hour=f"{step.at:%H:%M}", parcels=made.tally.parcels)

        yield hourly
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen.err, transient=True) as progress:
        bar = progress.add_task("00:00", total=parcels)
        yield lambda step, made: progress.update(bar, description=f"{step.at:%H:%M}", completed=made.tally.parcels)


def _report(screen: Screen, summary: Any) -> None:
    if summary.stopped is not None:
        screen.say("simulate.stopped", moment=f"{summary.stopped:%H:%M:%S}")
    pace = round(summary.parcels / summary.seconds) if summary.seconds else 0
    messages = sum(summary.filed.values())
    screen.say(
        "simulate.filed", parcels=summary.parcels, messages=messages, seconds=f"{summary.seconds:.1f}", pace=pace
    )
    screen.line()
    screen.table(("fate", "stated_rate", "expected", "made", "right", "limited", "otherwise"), _rows(screen, summary))
    screen.line()
    screen.table(("end", "parcels"), ((_named(screen, end), count) for end, count in summary.ends.items()))
    screen.line()
    if summary.acts:
        screen.say(
            "simulate.acts", acts=", ".join(f"{screen.t(f'simulate.act.{a}')} {n}" for a, n in summary.acts.items())
        )
    screen.say("simulate.digests", messages=summary.messages[:16], outcomes=summary.outcomes[:16])
    if summary.stopped is None:
        screen.say("simulate.surprises" if summary.surprises else "simulate.as_expected", count=summary.surprises)
    screen.say("simulate.mark")


def _rows(screen: Screen, summary: Any) -> Iterator[tuple]:
    for row in summary.rows:
        if row.made or row.rate:
            others = ", ".join(f"{_named(screen, end)} {count}" for end, count in row.others.items())
            expected = round(row.rate * summary.parcels)
            fate = screen.t(f"simulate.fate.{row.fate}")
            yield fate, f"{row.rate:.2%}", expected, row.made, row.right, row.limited or "", others


def _named(screen: Screen, end: str) -> str:
    """Return how a parcel ended in words: the state, and the code of what refused it."""
    from tongguan.kernel.texts import text

    state, _, why = end.partition(" ")
    return f"{text(f'inventory.state.{state}', screen.lang)} {why}".strip()
