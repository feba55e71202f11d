"""``tongguan webhook-receiver``: receive webhooks on this machine for trials: check signatures, show what came."""

from __future__ import annotations

import signal
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen, now

PORT = 9900


def run(
    context: typer.Context,
    secret: Annotated[str, typer.Option("--secret", metavar="FILE", help="receiver.secret", show_default=False)] = "",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="receiver.port")] = PORT,
    status: Annotated[int, typer.Option("--answer", metavar="STATUS", min=200, max=599, help="receiver.answer")] = 204,
    slow: Annotated[float, typer.Option("--slow", metavar="SECONDS", min=0, max=3600, help="receiver.slow")] = 0,
    fail: Annotated[int, typer.Option("--fail", metavar="N", min=0, help="receiver.fail")] = 0,
    count: Annotated[int, typer.Option("--count", metavar="N", min=0, help="receiver.count")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.exchange.webhooks.receiver import Manner, Receiver

    screen: Screen = context.obj
    secrets = _secrets(secret)
    done, came = threading.Event(), _Counter(count)

    def told(got: Any) -> None:
        _show(screen, got, as_json)
        if came.one_more():
            # The answer to the last is on its way yet.
            threading.Timer(slow + 1, done.set).start()

    try:
        receiver = Receiver(port, secrets, Manner(status, slow, fail), now, told)
    except OSError as error:
        raise Failed("receiver.port", 2, port=port, reason=error.strerror or str(error)) from None
    screen.note("receiver.listening", url=f"http://127.0.0.1:{receiver.port}/")
    if not secrets:
        screen.note("receiver.unchecked")
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: done.set())
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    while not done.wait(1.0):
        """Until somebody ends it, or enough came."""
    receiver.server.shutdown()
    receiver.server.server_close()
    return 0


class _Counter:
    """Counts to a number, once; never there for nought."""

    def __init__(self, most: int):
        self.left, self.turn = most, threading.Lock()

    def one_more(self) -> bool:
        with self.turn:
            self.left -= 1
            return self.left == 0


def _secrets(path: str) -> list[str]:
    """Return the secrets in a file, one a line."""
    from tongguan.exchange.webhooks.signing import NotSigned, sign

    if not path:
        return []
    try:
        lines = Path(path).read_text(encoding="ascii").split()
        for one in lines:
            sign(one, "", 0, b"")
    except (OSError, UnicodeError, NotSigned) as error:
        raise Failed("receiver.no_secret", 2, path=path, reason=getattr(error, "strerror", "") or "whsec_…") from None
    if not lines:
        raise Failed("receiver.no_secret", 2, path=path, reason="whsec_…")
    return lines


def _show(screen: Screen, got: Any, as_json: bool) -> None:
    if as_json:
        screen.json(asdict(got))
        return
    kind = got.body.get("type", "") if isinstance(got.body, dict) else ""
    screen.say("receiver.got", number=got.number or "–", type=kind or "–", status=got.answered)
    screen.say(f"receiver.signed.{got.signed or 'yes'}")
    if got.again:
        screen.say("receiver.again")
    data = got.body.get("data", {}) if isinstance(got.body, dict) else got.body
    screen.line(f"  {data}")
