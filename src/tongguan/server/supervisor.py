"""Keeps the program's processes running: starts them, restarts one that dies, stops them together.

A process that keeps dying is started again after a pause that doubles up to half a minute. The processes die with us
even when we are killed: see ``tongguan.server.child``.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

from tongguan.server.configuration import read

LONGEST_PAUSE = 30.0  # seconds
PROVEN = 10.0  # seconds after which a process counts as healthy: one that ran so long was killed, not wrong
PATIENCE = 10.0 + float(read("TONGGUAN_STOP_SECONDS"))  # seconds a process has to stop by itself
TURN = 0.2  # seconds


@dataclass
class Service:
    """One process to keep running."""

    name: str
    command: list[str]
    failures: int = 0
    process: subprocess.Popen | None = field(default=None, repr=False)
    started: float = 0.0
    due: float = 0.0

    def start(self, environment: dict[str, str], log: Path | None) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only us."""
        self.process = subprocess.Popen(
            self.command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=None if log is None else subprocess.PIPE,
            stderr=None if log is None else subprocess.STDOUT,
            start_new_session=True,
        )
        self.started = time.monotonic()
        if log is not None:
            threading.Thread(target=_write_log, args=(self.process.stdout, log), daemon=True).start()

    def signal(self, number: int) -> None:
        """Send a signal to the process if it still runs."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def end(self) -> None:
        """Kill the process and everything it started."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _write_log(pipe: IO[bytes], path: Path) -> None:
    # One writer a file, so that the file can be turned over at 10 MB; four old ones are kept. The pipe is read whatever
    # becomes of the file: a process whose pipe is full stands still.
    handler = RotatingFileHandler(path, maxBytes=10_000_000, backupCount=4, encoding="utf-8", delay=True)
    handler.terminator = ""
    with pipe, contextlib.closing(handler):
        for line in pipe:
            handler.emit(logging.makeLogRecord({"msg": line.decode(errors="replace")}))


def tongguan(*arguments: str) -> list[str]:
    """Return the command ``tongguan`` as a process that does not outlive this one."""
    return [sys.executable, "-m", "tongguan.server.child", str(os.getpid()), *arguments]


class Supervisor:
    """Several services kept running until told to stop.

    ``told`` is called with an event (started, died) and its details: name, status, pause. With a log folder the output
    of each service goes to a file of its own there, else to ours.
    """

    def __init__(
        self,
        services: list[Service],
        *,
        environment: dict[str, str],
        told: Callable[..., None] = lambda event, **details: None,
        logs: Path | None = None,
    ):
        self.services, self.environment, self.told, self.logs = services, environment, told, logs
        self.stopping = threading.Event()

    def run(self, each_turn: Callable[[], None] = lambda: None) -> None:
        """Keep the services running until ``stopping`` is set, then stop them."""
        try:
            while not self.stopping.is_set():
                for service in self.services:
                    self._look_after(service)
                each_turn()
                self.stopping.wait(TURN)
        finally:
            self._stop()

    def _look_after(self, service: Service) -> None:
        now = time.monotonic()
        if service.process is not None:
            status = service.process.poll()
            if status is None:
                return
            service.failures = 1 if now - service.started > PROVEN else service.failures + 1
            pause = min(LONGEST_PAUSE, 0.5 * 2 ** (service.failures - 1))
            service.process, service.due = None, now + pause
            self.told("died", name=service.name, status=status, pause=pause)
        if now >= service.due:
            service.start(self.environment, self.logs / f"{service.name}.log" if self.logs else None)
            self.told("started", name=service.name, pid=service.process.pid)

    def _stop(self) -> None:
        for service in self.services:
            service.signal(signal.SIGTERM)
        ends = time.monotonic() + PATIENCE
        for service in self.services:
            if service.process:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    service.process.wait(max(0.1, ends - time.monotonic()))
                service.end()
