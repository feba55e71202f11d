"""``tongguan work``: timers and deliveries."""

from __future__ import annotations

from typing import Annotated

import typer

from tongguan.cli.screen import Failed, Screen


def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="work.once")] = False,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    with database():
        from tongguan.server.worker import work

        if unapplied_migrations():
            raise Failed("tables")
        done = work(once=once)
    if once:
        screen.say("work.done", jobs=done)
    return 0
