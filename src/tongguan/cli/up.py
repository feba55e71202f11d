"""``tongguan up``: everything on this machine in one command, with ``--demo`` data to try it on."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen, now
from tongguan.cli.web import Host, Port, Workers, insist_address
from tongguan.kernel.texts import text
from tongguan.server.configuration import home, note_demo, read
from tongguan.server.tls import scheme, tls

PATIENCE = 180  # seconds from the start of the web processes until they must be ready
REST = 5  # seconds before a database that could not be started is tried again
HOPELESS = 4  # deaths of the web process before it was ever ready


def run(
    context: typer.Context,
    demo: Annotated[bool, typer.Option("--demo", help="up.demo")] = False,
    port: Port = 8000,
    host: Host = "127.0.0.1",
    workers: Workers = 0,
    only_prepare: Annotated[bool, typer.Option("--prepare", help="up.prepare")] = False,
) -> int:
    screen: Screen = context.obj
    if demo:
        os.environ["TONGGUAN_DEMO"] = os.environ["TONGGUAN_OPEN_INTAKE"] = "yes"
    with _alone(_address(host, port)):
        if not only_prepare:
            insist_address(host, port)
        note_demo(demo)
        stop = Stop()
        from tongguan.server.prepare import database, prepare, take_stock

        screen.note("up.database")
        with database() as cluster:
            prepare(at=now(), demo=demo, told=lambda step: screen.note(f"up.step.{step}"))
            take_stock(at=now())
            if only_prepare or stop.asked:
                return 0
            return Portal(screen, cluster, host, port, workers or int(read("TONGGUAN_WEB_WORKERS")), demo).run(stop)


class Stop:
    """Whether we were asked to stop, by SIGTERM, SIGINT or a closed terminal."""

    def __init__(self) -> None:
        self.asked = False
        self.then = lambda: None
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True
        self.then()


class Portal:
    """The processes of one machine, looked after until they are asked to stop."""

    def __init__(self, screen: Screen, cluster: Any, host: str, port: int, workers: int, demo: bool):
        from tongguan.server.supervisor import Service, Supervisor, tongguan

        self.screen, self.cluster, self.host, self.port, self.demo = screen, cluster, host, port, demo
        self.address = _address(host, port)
        self.ready, self.failure = False, ""
        self.next_look, self.deadline = 0.0, time.monotonic() + PATIENCE
        self.web = Service("web", tongguan("web", "--host", host, "--port", str(port), "--workers", str(workers)))
        # People read a panel; the log goes where it does not bury it. Without a terminal it is the output itself.
        self.logs = home() / "logs" if screen.err.is_terminal else None
        if self.logs:
            self.logs.mkdir(parents=True, exist_ok=True)
        services = [self.web, Service("work", tongguan("work"))]
        self.supervisor = Supervisor(services, environment=self._environment(), told=self._told, logs=self.logs)

    def run(self, stop: Stop) -> int:
        """Run until asked to stop; returns the exit status."""
        stop.then = self.supervisor.stopping.set
        if stop.asked:
            return 0
        self.screen.note("up.processes")
        self.supervisor.run(self._turn)
        if self.failure:
            raise Failed("not_ready", reason=self.failure, logs=self._log_place())
        self.screen.note("up.stopped")
        return 0

    def _environment(self) -> dict[str, str]:
        from tongguan.server.web import metrics_folder

        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(metrics_folder())}
        if self.cluster:
            environment["DATABASE_URL"] = self.cluster.url
        return environment

    def _told(self, event: str, **details: Any) -> None:
        if event == "died" and not self.supervisor.stopping.is_set():
            self._say("up.died", **details, logs=self._log_place())

    def _say(self, key: str, **values: Any) -> None:
        """Say what happened, where it can be said: a disk that is full of the log too ends nothing."""
        with contextlib.suppress(OSError):
            self.screen.note(key, **values)

    def _log_place(self) -> str:
        return str(self.logs) if self.logs else self.screen.t("up.above")

    def _turn(self) -> None:
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + (1.0 if self.ready else 0.2)
        if self.cluster and not self.cluster.is_up():
            self._revive()
        if not self.ready:
            self._look_whether_ready()

    def _revive(self) -> None:
        """Start the database again; where it cannot be (a full disk), go on trying: the web answers 503 meanwhile."""
        from tongguan.server.postgres import NotStarted

        self._say("up.database_died")
        try:
            self.cluster.revive()
        except NotStarted as error:
            self.next_look = time.monotonic() + REST
            self._say("up.database_not_started", reason=str(error), seconds=REST)

    def _look_whether_ready(self) -> None:
        lacking = _readiness(self.host, self.port)
        if lacking is None:
            self.ready = True
            welcome(self.screen, self.address, self.demo, self._log_place())
        elif self.web.failures >= HOPELESS or time.monotonic() > self.deadline:
            self.failure = lacking or self.screen.t("up.no_answer")
            self.supervisor.stopping.set()


def _readiness(host: str, port: int) -> str | None:
    """Return None when the portal is ready, else what it says is missing, or nothing when it does not answer yet."""
    secured = tls()
    https = [urllib.request.HTTPSHandler(context=secured.asking())] if secured else []
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), *https)
    try:
        with opener.open(f"{_address(host, port)}/readyz", timeout=5):
            return None
    except urllib.error.HTTPError as error:
        with contextlib.suppress(ValueError, KeyError):
            return json.loads(error.read())["detail"]
        return f"HTTP {error.code}"
    except (OSError, ValueError):
        return ""


def _address(host: str, port: int) -> str:
    return f"{scheme()}://{_shown(host)}:{port}"


def _shown(host: str) -> str:
    """Return the host as it stands in an address that can be opened from here."""
    if host in {"0.0.0.0", "::"}:
        return "127.0.0.1" if host == "0.0.0.0" else "[::1]"
    return f"[{host}]" if ":" in host else host


@contextlib.contextmanager
def _alone(address: str) -> Iterator[None]:
    """Hold the home folder for one portal; raises Failed, naming the other, when one runs from it already."""
    home().mkdir(parents=True, exist_ok=True)
    path = home() / "up.lock"
    with open(path, "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            other = lock.read().split() or ["?", "?"]
            raise Failed("already_up", home=home(), pid=other[0], address=other[-1]) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()} {address}\n")
        lock.flush()
        yield


def welcome(screen: Screen, address: str, demo: bool, logs: str) -> None:
    """Say where the portal is, who can sign in with --demo, and where the log is."""
    from rich.panel import Panel
    from rich.text import Text

    from tongguan.server.prepare import demonstration

    lines = [screen.t("up.ready", address=address)]
    people = getattr(demonstration(), "PEOPLE", ()) if demo else ()
    if people:
        lines += ["", screen.t("up.people")]
    for who in people:
        role = text(f"role.{who.role}", screen.lang)
        firm = (who.firm.name if screen.lang == "zh" else who.firm.name_en) if who.firm else ""
        lines.append(f"  {who.username:<10} {who.password:<14} {role}{', ' + firm if firm else ''}")
    lines += ["", screen.t("up.how_to_stop", logs=logs)]
    if screen.out.is_terminal:
        screen.out.print(Panel(Text("\n".join(lines)), title="Tongguan 通关", expand=False, border_style="cyan"))
    else:
        screen.line("\n".join(lines))
    sys.stdout.flush()
