"""``tongguan bench-intake``: how many inventories a second this machine takes in, durably and verified."""

from __future__ import annotations

import enum
import signal
from typing import Annotated

import typer

from tongguan.bench.plan import Plan
from tongguan.cli.screen import Failed, Screen

_DEFAULT = Plan()


class Over(enum.StrEnum):
    """How messages reach the intake."""

    process = "process"
    http = "http"


Seconds = Annotated[float, typer.Option("--seconds", min=1, max=3600, help="bench.seconds")]
Stored = Annotated[int, typer.Option("--stored", min=0, max=50_000_000, help="bench.stored")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="bench.workers")]
Most = Annotated[int, typer.Option("--most", min=100, max=100_000, help="bench.most")]
Items = Annotated[int, typer.Option("--items", min=0, max=3, help="bench.items")]
Alone = Annotated[int, typer.Option("--alone", min=0, max=10_000, help="bench.alone")]
Seed = Annotated[int, typer.Option("--seed", help="bench.seed")]
Keep = Annotated[str, typer.Option("--keep", metavar="FOLDER", help="bench.keep", show_default=False)]


def run(
    context: typer.Context,
    seconds: Seconds = _DEFAULT.seconds,
    stored: Stored = _DEFAULT.stored,
    over: Annotated[Over, typer.Option("--over", help="bench.over")] = Over.process,
    workers: Workers = _DEFAULT.workers,
    most: Most = _DEFAULT.most,
    items: Items = _DEFAULT.items,
    alone: Alone = _DEFAULT.alone,
    seed: Seed = _DEFAULT.seed,
    keep: Keep = "",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.bench.house import NotDurable, NotOurs

    screen: Screen = context.obj
    plan = Plan(
        seconds=seconds, stored=stored, over=over.value, workers=workers, most=most, items=items, alone=alone, seed=seed,
        keep=keep,
    )  # fmt: skip
    signal.signal(signal.SIGTERM, _leave)
    try:
        return _measured(plan, screen, as_json)
    except NotOurs:
        raise Failed("bench_not_ours", 2, folder=keep) from None
    except NotDurable as why:
        raise Failed("bench_not_durable", settings=why) from None


def _leave(*_: object) -> None:
    """Leave in order when told to: the database is stopped, and what was made for the run removed."""
    raise SystemExit(143)  # as a shell counts what SIGTERM has ended


def _measured(plan: Plan, screen: Screen, as_json: bool) -> int:
    from tongguan.bench.run import run as run_plan

    result = run_plan(plan, told=lambda step: screen.note(f"bench.step.{step}", stored=plan.stored))
    from tongguan.bench.report import figures, lines

    if as_json:
        screen.json(figures(result))
    else:
        for line in lines(result):
            screen.line(line)
    return 1 if result.wrong else 0
