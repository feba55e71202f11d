"""The same over HTTP: the web processes of the portal, and clients that send them messages by kept connections."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from .gauges import cpu_of, descendants, most_memory
from .making import WARM, get
from .processes import Turns, cpu
from .stages import exposed
from .workers import Taken

CLIENTS = 2
"""Connections for each web process, so that none waits for its client."""
_STATUS = re.compile(rb"<(?:\w+:)?returnStatus>([^<]*)<")


class Portal(NamedTuple):
    """Web processes that serve: where, by whose token one files, and the process that started them."""

    port: int
    token: str
    process: int

    def used(self) -> tuple[float, int]:
        """Return the seconds of CPU of the web processes, and the most memory one of them has held."""
        those = [self.process, *descendants(self.process)]
        return cpu_of(self.process), max(most_memory(one) for one in those)

    def stages(self) -> dict[str, float]:
        """Return the seconds of each stage of the intake over all web processes so far."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request("GET", "/metrics")
        return exposed(line.getresponse().read().decode())


@contextmanager
def portal(workers: int, token: str) -> Iterator[Portal]:
    """Start web processes on the bench's database, and stop them in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tongguan.cli", "web", "--port", str(port), "--workers", str(workers)]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(started, port)
        yield Portal(port, token, started.pid)
    finally:
        started.terminate()
        started.wait(60)


def _wait(started: subprocess.Popen, port: int) -> None:
    for _ in range(600):
        if started.poll() is not None:
            raise RuntimeError("the web processes ended before they were ready")
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/readyz")
            if line.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError("the web processes were not ready after two minutes")


class Line:
    """A client's kept connection."""

    def __init__(self, portal: Portal):
        self._line = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=120)
        self._headers = {"Content-Type": "application/xml", "Authorization": f"Bearer {portal.token}"}

    def file(self, data: bytes) -> list[str]:
        """File a message and return the status of each node, as its receipt says; raises RuntimeError for another answer."""
        self._line.request("POST", "/cebcmsg", data, self._headers)
        answer = self._line.getresponse()
        body = answer.read()
        if answer.status != 200 or b"CEB622Message" not in body:
            raise RuntimeError(f"{answer.status}: {body[:500]!r}")
        return [status.decode() for status in _STATUS.findall(body)]


def send(place: int, portal: Portal, workers: int, folder: Path, turns: Turns) -> Taken:
    """File messages by several connections until the time is over; its CPU is that of the clients."""
    taken, turn, failed = Taken(), threading.Lock(), []

    def client(number: int) -> None:
        line = Line(portal)
        try:
            while (message := turns.next()) is not None:
                data = get(folder, f"{message}")
                began = time.perf_counter()
                statuses = line.file(data)
                took = time.perf_counter() - began
                with turn:
                    taken.took.append(took)
                    taken.messages.append(message)
                    taken.statuses.update(statuses)
        except Exception as why:
            failed.append(why)

    line = Line(portal)
    for number in range(WARM * workers):
        line.file(get(folder, f"warm{number}"))
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS * workers)]
    turns.wait()
    before = cpu()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if failed:
        raise failed[0]
    taken.ended, taken.cpu = time.monotonic(), cpu() - before
    return taken


def send_alone(portal: Portal, folder: Path, count: int) -> list[float]:
    """File messages of one inventory one after the other; returns the seconds of each."""
    line, took = Line(portal), []
    for number in range(count):
        data = get(folder, f"alone{number}")
        began = time.perf_counter()
        line.file(data)
        took.append(time.perf_counter() - began)
    return took
