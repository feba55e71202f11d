"""Kills parts of a running portal by SIGKILL, as chance has it, and measures for how long nobody was served."""

from __future__ import annotations

import http.client
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import psutil
import psycopg
from tests.server.test_up import Portal
from tests.soak.clients import Door

from tongguan.server.postgres import Cluster

BEAT = 0.1  # seconds between two looks at whether the portal serves
RECOVERY = 60  # seconds a portal may take before it is killed again all the same
PATIENT = 0.75  # share of kills that wait until the portal serves again
LASTING = 0.75  # part of the time during which is killed; what follows shows that the portal comes back


def kill_web(portal: Portal, chance: random.Random) -> bool:
    """Kill the process that looks after the web processes, which end with it."""
    return _killed(portal.child("web"))


def kill_web_process(portal: Portal, chance: random.Random) -> bool:
    """Kill one of the processes that serve."""
    web = portal.child("web")
    serving = web.children() if web else []
    return bool(serving) and _killed(chance.choice(serving))


def kill_work(portal: Portal, chance: random.Random) -> bool:
    """Kill the process that does jobs."""
    return _killed(portal.child("work"))


def kill_database(portal: Portal, chance: random.Random) -> bool:
    """Kill the database server itself."""
    server = Cluster(portal.home).postmaster()
    return server is not None and _killed(psutil.Process(server))


def kill_session(portal: Portal, chance: random.Random) -> bool:
    """Kill the process behind one connection, on which the server ends all of them and recovers."""
    try:
        with psycopg.connect(Cluster(portal.home).url, connect_timeout=2) as database:
            found = database.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchall()
    except psycopg.OperationalError:
        return False
    if not found:
        return False
    os.kill(chance.choice(found)[0], signal.SIGKILL)
    return True


def _killed(process: psutil.Process | None) -> bool:
    if process is None:
        return False
    process.kill()
    return True


KINDS: dict[str, Callable[[Portal, random.Random], bool]] = {
    "web, all of it": kill_web,
    "web, one process": kill_web_process,
    "worker": kill_work,
    "database server": kill_database,
    "database session": kill_session,
}


class Killed(NamedTuple):
    """A kill: what, and when (seconds of the monotonic clock)."""

    kind: str
    at: float


class Watch(threading.Thread):
    """Looks ten times a second whether the portal serves."""

    def __init__(self, door: Door, over: threading.Event):
        super().__init__(name="watch", daemon=True)
        self.door, self.over = door, over
        self.seen: list[tuple[float, bool]] = []

    def run(self) -> None:
        while not self.over.wait(BEAT):
            began = time.monotonic()
            try:
                served = self.door.ask("GET", "/readyz").status == 200
            except (OSError, http.client.HTTPException):
                served = False
            self.seen.append((began, served))

    def served_since(self, moment: float) -> bool:
        """Say whether somebody was served the last time we looked, and that was after a moment."""
        return bool(self.seen) and self.seen[-1][1] and self.seen[-1][0] > moment

    def gap_after(self, kill: Killed, until: float) -> float:
        """Return for how many seconds nobody was served from a kill on, 0 when it was not felt before ``until``."""
        fell = next((at for at, served in self.seen if kill.at - BEAT <= at <= until and not served), None)
        if fell is None:
            return 0.0
        return next((at for at, served in self.seen if at > fell and served), self.seen[-1][0]) - fell

    def gaps(self, kills: list[Killed]) -> list[tuple[Killed, float]]:
        """Return each kill with the seconds for which nobody was served, counted until the next kill at the latest."""
        nexts = [one.at for one in kills[1:]] + [float("inf")]
        return [(kill, self.gap_after(kill, until)) for kill, until in zip(kills, nexts, strict=True)]


class Killer(threading.Thread):
    """Kills at moments of chance within a time, each kind equally often.

    Most wait until the portal serves again after the kill before, or a slow machine would never serve at all; a quarter
    strike while it recovers.
    """

    def __init__(self, portal: Portal, watch: Watch, count: int, seconds: float, *, seed: int):
        super().__init__(name="killer", daemon=True)
        self.portal, self.watch, self.chance = portal, watch, random.Random(f"{seed}/kills")
        self.moments = sorted(self.chance.uniform(0.05, LASTING) * seconds for _ in range(count))
        rounds = [self.chance.sample(list(KINDS), len(KINDS)) for _ in range(count // len(KINDS) + 1)]
        self.kinds = [kind for one in rounds for kind in one][:count]
        self.patient = [self.chance.random() < PATIENT for _ in range(count)]
        self.done: list[Killed] = []

    def run(self) -> None:
        began = time.monotonic()
        for moment, kind, patient in zip(self.moments, self.kinds, self.patient, strict=True):
            time.sleep(max(0.0, began + moment - time.monotonic()))
            self.kill(kind, patient)

    def kill(self, kind: str, patient: bool) -> None:
        """Kill one of a kind; while there is none, for it was just killed, wait for the next."""
        ends = time.monotonic() + RECOVERY
        last = self.done[-1].at if self.done else 0.0
        while patient and time.monotonic() < ends and not self.watch.served_since(last + 2 * BEAT):
            time.sleep(BEAT)
        while time.monotonic() < ends + RECOVERY:
            at = time.monotonic()
            try:
                if KINDS[kind](self.portal, self.chance):
                    self.done.append(Killed(kind, at))
                    return
            except (psutil.Error, ProcessLookupError):
                pass  # it went while we looked
            time.sleep(BEAT)
