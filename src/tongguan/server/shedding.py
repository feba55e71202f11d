"""Turning work away before it piles up (过载保护): so many filings at once, so many waiting, the rest come again later.

A process takes in a few messages at a time; more would only share its interpreter and its locks. Some more wait their turn,
in the order they came. Whoever comes when all these places are taken is answered at once, before his body is read, by 503
with ``Retry-After``: the time in which those before him will be done, by the rate of the last filings. Nobody holds more than
half of the places to wait, so that one who sends without pause does not turn away the others. The sandbox has places
of its own, and none while the window is behind. What is read, and who asks whether we are well, always passes.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

import structlog
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tongguan.server.configuration import read
from tongguan.server.metrics import SHED, WAIT_SECONDS

SPARE = 4  # threads that are left for reading and for turning away
SHORTEST, LONGEST = 1, 120  # seconds of Retry-After
LEARNING = 0.1  # share of each new filing in the mean time of one
LOOKED = 10.0  # seconds for which the number of waiting jobs is believed

PAGES = ("/file", "/declarations/import", "/declarations/batches", "/manifests/new", "/sandbox/send")
FILING = ("/cebcmsg", "/dxp", *PAGES)
API = "/api/v1/"
SANDBOX = ("/sandbox/cebcmsg", "/sandbox/dxp", "/sandbox/send", "/api/v1/sandbox/")
ENQUIRIES = tuple(API + name for name in ("advice", "calculator", "journal/cosignatures", "numbers"))
"""What a machine asks with a body and changes nothing by, or next to nothing."""

log = structlog.get_logger("tongguan.shedding")


class Refused(NamedTuple):
    """Why there is no place, and the seconds after which to come again."""

    why: str
    seconds: int


class Gate:
    """Places to work and places to wait, for the threads of one process."""

    def __init__(self, working: int, waiting: int, patience: float, clock: Callable[[], float] = time.monotonic):
        self.most_working, self.most_waiting, self.patience = working, waiting, patience
        self.working = 0
        self.mean = 0.05  # seconds of one filing, until some are done
        self._waiting: deque[tuple[Lock, str]] = deque()
        self._clock, self._turn = clock, Lock()

    def enter(self, who: str = "") -> Refused | None:
        """Take a place, waiting for one if need be; returns why not when there is none."""
        with self._turn:
            if self.working < self.most_working:
                self.working += 1
                return None
            if refused := self._full(who):
                return refused
            called = Lock()
            called.acquire()
            self._waiting.append((called, who))
        if called.acquire(timeout=self.patience):
            return None
        with self._turn:
            if (called, who) not in self._waiting:
                return None  # called in the very moment
            self._waiting.remove((called, who))
            return Refused("waited", self.retry_after())

    def leave(self, seconds: float) -> None:
        """Give the place to whoever has waited longest; ``seconds`` is how long the work took."""
        with self._turn:
            self.mean += (seconds - self.mean) * LEARNING
            if self._waiting:
                self._waiting.popleft()[0].release()
            else:
                self.working -= 1

    def is_behind(self) -> bool:
        """Say whether all places to work are taken."""
        return self.working >= self.most_working

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def _full(self, who: str) -> Refused | None:
        if len(self._waiting) >= self.most_waiting:
            return Refused("full", self.retry_after())
        if who and sum(one == who for _, one in self._waiting) >= max(1, self.most_waiting // 2):
            return Refused("share", self.retry_after())
        return None

    def retry_after(self) -> int:
        """Return the seconds in which those who are here will be done."""
        rate = self.most_working / max(self.mean, 0.001)  # filings a second, all places together
        return min(LONGEST, max(SHORTEST, math.ceil((self.working + len(self._waiting)) / rate)))


def _setting(name: str) -> int:
    return max(0, int(read(name)))


def fitting(threads: int) -> Gate:
    """Return the gate for a process of so many threads: the settings, as far as threads are left for other requests."""
    spare = min(SPARE, max(1, threads // 3))
    working = max(1, min(_setting("TONGGUAN_INTAKE_PLACES"), threads - spare))
    waiting = max(0, min(_setting("TONGGUAN_INTAKE_QUEUE"), threads - spare - working))
    return Gate(working, waiting, _setting("TONGGUAN_INTAKE_PATIENCE"))


def threads(connections: int, workers: int) -> int:
    """Return the threads of a web process: work, wait and spare, but no more than its share of database connections."""
    wanted = _setting("TONGGUAN_INTAKE_PLACES") + _setting("TONGGUAN_INTAKE_QUEUE") + SPARE
    return max(2, min(wanted, connections // max(1, workers)))


class Backlog:
    """How many jobs wait, asked at most once in ten seconds and only by who would be turned away for it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock, self._seen, self._number = clock, -math.inf, 0

    def number(self) -> int:
        """Return the number of jobs that are due; 0 where the database does not say."""
        if self._clock() - self._seen > LOOKED:
            self._seen = self._clock()
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' "
                                   "AND (scheduled_at IS NULL OR scheduled_at <= now())")  # fmt: skip
                    self._number = cursor.fetchone()[0]
            except Error:
                self._number = 0
        return self._number


def lane(request: HttpRequest) -> str:
    """Return whose places a request takes: *filing*, *sandbox*, or none for what only asks or decides.

    Machines file whatever they change; of pages those are meant that take in files.
    """
    path = request.path_info
    if request.method not in ("POST", "PUT", "DELETE") or path.startswith(ENQUIRIES):
        return ""
    if path.startswith(SANDBOX):
        return "sandbox"
    return "filing" if path in FILING or path.startswith(API) else ""


class Shedding:
    """The middleware; its gates are those of the process."""

    gates: dict[str, Gate] = {}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.backlog = Backlog()
        self._waits = {name: WAIT_SECONDS.labels(name) for name in ("filing", "sandbox")}
        self.behind = _setting("TONGGUAN_JOBS_BEHIND")

    @classmethod
    def fit(cls, threads: int) -> None:
        """Make the gates for a process of so many threads."""
        gate = fitting(threads)
        cls.gates = {"filing": gate, "sandbox": Gate(max(1, gate.most_working // 2), 0, 0)}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = lane(request)
        if not name or not self.gates:
            return self.get_response(request)
        gate, began = self.gates[name], time.perf_counter()
        refused = self._lowest(gate) if name == "sandbox" else None
        refused = refused or gate.enter(_who(request))
        if refused:
            return turned_away(request, name, refused)
        entered = time.perf_counter()
        self._waits[name].observe(entered - began)
        try:
            return self.get_response(request)
        finally:
            gate.leave(time.perf_counter() - entered)

    def _lowest(self, gate: Gate) -> Refused | None:
        """Turn what is only tried away first: when filings wait, or jobs have piled up."""
        filing = self.gates["filing"]
        if filing.waiting or filing.is_behind():
            return Refused("filings_first", filing.retry_after())
        if self.behind and self.backlog.number() > self.behind:
            return Refused("jobs", LONGEST // 2)
        return None


def _who(request: HttpRequest) -> str:
    """Return what tells callers apart before anybody has looked who they are."""
    given = request.META
    return given.get("HTTP_AUTHORIZATION") or given.get("HTTP_COOKIE") or given.get("REMOTE_ADDR", "")


def turned_away(request: HttpRequest, name: str, refused: Refused) -> HttpResponse:
    """Return the 503: a page for a person's form, a problem (RFC 9457) for machines; the body is not read."""
    from tongguan.api.problems import Problem, answer

    SHED.labels(name, refused.why).inc()
    log.warning("turned away", lane=name, why=refused.why, retry=refused.seconds)
    headers = {"Retry-After": str(refused.seconds)}
    if request.path_info in PAGES:
        return HttpResponse(render_to_string("busy.html", {"seconds": refused.seconds}), status=503, headers=headers)
    return answer(request, Problem("BUSY", seconds=refused.seconds, headers=headers))
