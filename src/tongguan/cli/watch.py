"""``tongguan watch``: connect a client that knows files only: messages from one folder, receipts into another."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen, now

SERVER = "http://127.0.0.1:8000"


def run(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="IN", help="watch.in", show_default=False)],
    receipts: Annotated[str, typer.Argument(metavar="OUT", help="watch.out", show_default=False)],
    dxp_id: Annotated[str, typer.Option("--dxp", metavar="ID", help="watch.dxp", show_default=False)] = "",
    server: Annotated[str, typer.Option("--server", metavar="URL", help="watch.server")] = SERVER,
    token: Annotated[str, typer.Option("--token", metavar="FILE", help="watch.token", show_default=False)] = "",
    once: Annotated[bool, typer.Option("--once", help="watch.once")] = False,
    poll: Annotated[float, typer.Option("--poll", metavar="SECONDS", min=0.1, max=3600, help="watch.poll")] = 2,
    settle: Annotated[float, typer.Option("--settle", metavar="SECONDS", min=0, max=3600, help="watch.settle")] = 2,
    enveloped: Annotated[bool, typer.Option("--envelopes", help="watch.envelopes")] = False,
) -> int:
    from tongguan.exchange import folders
    from tongguan.exchange.portal import Away, Portal, Shut

    screen: Screen = context.obj
    if not 1 <= len(dxp_id.strip()) <= 16:
        raise Failed("watch.no_number", 2)
    inside, outside = _folders(folder, receipts)
    portal = portal_of(Portal, server, token)
    try:
        with folders.alone(inside, outside):
            inbox = folders.Inbox(inside, settle)
            outbox = folders.Outbox(outside, {"portal": server.rstrip("/"), "number": dxp_id.strip()})
            return _watch(screen, inbox, outbox, portal, dxp_id.strip(), poll, once, enveloped)
    except folders.Busy as error:
        raise Failed("watch.busy", folder=error.folder) from None
    except folders.OfAnother as error:
        raise Failed("watch.of_another", folder=error.folder, known=list(error.known.values())) from None
    except Shut as error:
        raise Failed("watch.shut", server=server, reason=error.reason) from None
    except Away as error:
        raise Failed("watch.away", server=server, reason=error.reason) from None
    except OSError as error:
        raise Failed("watch.folder", path=error.filename or folder, reason=error.strerror or str(error)) from None


def _folders(*given: str) -> tuple[Path, Path]:
    """Return the two folders, made where they are not there; one must not be fed by the other."""
    from tongguan.exchange.folders import REFUSED, SENDING, SENT

    inside, outside = (Path(path).resolve() for path in given)
    if outside == inside or outside in {inside / name for name in (SENDING, SENT, REFUSED)}:
        raise Failed("watch.same", 2)
    for path in (inside, outside):
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Failed("watch.folder", 2, path=path, reason=error.strerror) from None
    return inside, outside


def portal_of(kind: Any, server: str, token: str) -> Any:
    """Return the line to a portal with the token of a file; raises Failed."""
    try:
        secret = Path(token).read_text(encoding="ascii").strip() if token else ""
    except (OSError, UnicodeError) as error:
        raise Failed("watch.no_token", 2, path=token, reason=getattr(error, "strerror", "") or "ASCII") from None
    if token and (not secret or not secret.isprintable()):
        raise Failed("watch.no_token", 2, path=token, reason="–")
    try:
        return kind(server, secret)
    except ValueError:
        raise Failed("watch.no_server", 2, server=server) from None


def _watch(
    screen: Screen, inbox: Any, outbox: Any, portal: Any, dxp_id: str, poll: float, once: bool, enveloped: bool
) -> int:
    from tongguan.exchange.watching import Names, Watch
    from tongguan.kernel.law import law

    names = Names(dxp_id, law("exchange.receivers", on=now().date()).value[0])
    with shown(screen) as show:
        watch = Watch(inbox, outbox, portal, names, clock=now, enveloped=enveloped)
        watch.told = lambda event, values: show(watch, event, values)
        with stopped_by_signals(watch.stopping.set):
            screen.note("watch.begun", inside=inbox.folder, outside=outbox.folder)
            if once:
                watch.once()
            else:
                watch.run(poll)
    counts = watch.counts
    screen.note("watch.ended", filed=counts.filed, refused=counts.refused, receipts=counts.receipts)
    return 1 if once and counts.refused else 0


@contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end what is under way in order; a second Ctrl-C ends it at once."""

    def asked(number: int, _: object) -> None:
        stop()
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def shown(screen: Screen) -> Iterator[Callable[[Any, str, dict[str, Any]], None]]:
    """Show what happens: a line for each file and each change of the connection, and on a terminal the counts below."""
    status = screen.err.status("") if screen.err.is_terminal else None

    def show(watch: Any, event: str, values: dict[str, Any]) -> None:
        if status is None:
            screen.say(f"watch.told.{event}", **values)
            sys.stdout.flush()
        else:
            if event != "receipt":
                screen.note(f"watch.told.{event}", **values)
            counts = watch.counts
            line = screen.t("watch.counts", filed=counts.filed, refused=counts.refused, receipts=counts.receipts)
            status.update(f"{line} · {now():%H:%M:%S}")

    if status is None:
        yield show
    else:
        with status:
            yield show
