"""``tongguan watch-declarations``: connect a declaration client that knows files only, by the folders it knows already."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tongguan.cli.screen import Failed, Screen, now
from tongguan.cli.watch import SERVER, portal_of, shown, stopped_by_signals


def run(
    context: typer.Context,
    root: Annotated[str, typer.Argument(metavar="ROOT", help="watch_declarations.root", show_default=False)],
    server: Annotated[str, typer.Option("--server", metavar="URL", help="watch.server")] = SERVER,
    token: Annotated[str, typer.Option("--token", metavar="FILE", help="watch.token", show_default=False)] = "",
    once: Annotated[bool, typer.Option("--once", help="watch.once")] = False,
    poll: Annotated[float, typer.Option("--poll", metavar="SECONDS", min=0.1, max=3600, help="watch.poll")] = 2,
    settle: Annotated[float, typer.Option("--settle", metavar="SECONDS", min=0, max=3600, help="watch.settle")] = 2,
) -> int:
    from tongguan.exchange import declaring, folders
    from tongguan.exchange.portal import Away, Shut

    screen: Screen = context.obj
    portal = portal_of(declaring.Window, server, token)
    places = declaring.Folders.below(Path(root).resolve())
    try:
        with folders.alone(places.state.parent):
            whose = {"portal": server.rstrip("/"), "family": declaring.FAMILY}
            answers = declaring.Answers(places.state / "answers", places.inside)
            outbox = folders.Outbox(places.inside, whose)
            watch = declaring.DeclarationWatch(places.inbox(settle), outbox, answers, portal, clock=now)
            return _watch(screen, watch, poll, once)
    except folders.Busy as error:
        raise Failed("watch.busy", folder=error.folder) from None
    except folders.OfAnother as error:
        raise Failed("watch.of_another", folder=error.folder, known=list(error.known.values())) from None
    except Shut as error:
        raise Failed("watch.shut", server=server, reason=error.reason) from None
    except Away as error:
        raise Failed("watch.away", server=server, reason=error.reason) from None
    except OSError as error:
        raise Failed("watch.folder", path=error.filename or root, reason=error.strerror or str(error)) from None


def _watch(screen: Screen, watch, poll: float, once: bool) -> int:
    with shown(screen) as show:
        watch.told = lambda event, values: show(watch, event, values)
        with stopped_by_signals(watch.stopping.set):
            screen.note("watch.begun", inside=watch.inbox.folder, outside=watch.outbox.folder)
            if once:
                watch.once()
            else:
                watch.run(poll)
    counts = watch.counts
    screen.note("watch.ended", filed=counts.filed, refused=counts.refused, receipts=counts.receipts)
    return 1 if once and counts.refused else 0
