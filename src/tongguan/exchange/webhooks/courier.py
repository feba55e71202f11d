"""The courier (推送发送): hands receipts of declarations out, reads what came, sends what is due, each address by itself.

A slow one holds up no other.

It has a thread and a connection of its own beside the jobs of the work process: no timer waits for a receiver. All it
knows stands in the database; killed at any point, another goes on, and what was on its way is sent once more.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import Error, connections

from tongguan.declarations.messages.actions import give_receipts
from tongguan.journal.actions import sequence
from tongguan.journal.queries import unnumbered

from .actions import Work, claim, gather, settle
from .sending import TIMEOUT, Answer, Sender
from .signing import headers

log = structlog.get_logger("tongguan.webhooks")
LINES = 16
"""Addresses that are spoken to at once."""

PAUSE = 2.0
PATIENCE = 10.0
"""Seconds between two looks for receipts, and before the database is asked again that did not answer."""

LONGEST_ROUND = 30.0
"""Seconds after which nothing more is sent of what was taken up for an address."""

USER_AGENT = "Tongguan-Webhooks/1"
NOUN = "declaration/"
Clock = Callable[[], datetime]
Answered = list[tuple[datetime, Answer]]


def hand_out() -> None:
    """Make the receipts of what was decided about declarations just now, so that nobody waits for the timers of the minute."""
    try:
        if unnumbered(NOUN):
            sequence()
        give_receipts()
    except Error:
        raise
    except Exception as error:  # what cannot be told of declarations must not stop what is told of parcels
        log.error("receipts not made", error=type(error).__name__, exc_info=error)


@dataclass
class Courier:
    """Sends by a sender; ``clock`` says what time it is."""

    clock: Clock
    sender: Sender = field(default_factory=lambda: Sender(loopback=settings.DEMO))
    chance: random.Random = field(default_factory=random.SystemRandom)
    stopping: threading.Event = field(default_factory=threading.Event)

    def once(self) -> int:
        """Read what came and send all that is due now; returns how many attempts were made."""
        at, tried = self.clock(), 0
        hand_out()
        while gather(at=at):
            """Some hundreds at a time, until all are read."""
        while (work := claim(at=self.clock())) is not None:
            answers = self.carry(work)
            settle(work, answers, at=self.clock(), chance=self.chance)
            tried += len(answers)
        return tried

    def carry(self, work: Work) -> Answered:
        """Send what was taken up, in its order, until one fails; returns what came of each. No database is asked."""
        until, answers = time.monotonic() + LONGEST_ROUND, Answered()
        for one in work.deliveries:
            body, at = one.body.encode(), self.clock()
            signed = headers(work.secrets, one.number, at, body)
            told = {"Content-Type": "application/json", "User-Agent": USER_AGENT, **signed}
            answers.append((at, self.sender.send(work.url, told, body)))
            if answers[-1][1].problem or time.monotonic() > until or self.stopping.is_set():
                break
        return answers

    def run(self) -> None:
        """Read and send until ``stopping`` is set; what is on its way then is waited for and written down."""
        under_way: dict[Future[Answered], Work] = {}
        with ThreadPoolExecutor(LINES, "webhook") as lines:
            look = time.monotonic()
            while not self.stopping.is_set():
                try:
                    if time.monotonic() >= look:
                        hand_out()
                        gather(at=self.clock())
                        look = time.monotonic() + PAUSE
                    self._take_up(lines, under_way)
                    self._write_down(under_way, PAUSE / 2)
                except Error as error:
                    log.warning("database", error=type(error).__name__)
                    connections.close_all()
                    self.stopping.wait(PATIENCE)
                except Exception as error:  # what one address holds must not stop the others
                    log.error("unexpected", error=type(error).__name__, exc_info=error)
                    self.stopping.wait(PATIENCE)
            self._end(under_way)
        connections.close_all()

    def _take_up(self, lines: ThreadPoolExecutor, under_way: dict[Future[Answered], Work]) -> None:
        while len(under_way) < LINES and (work := claim(at=self.clock())) is not None:
            under_way[lines.submit(self.carry, work)] = work

    def _write_down(self, under_way: dict[Future[Answered], Work], patience: float) -> None:
        if not under_way:
            self.stopping.wait(patience)
            return
        done, _ = wait(under_way, timeout=patience, return_when=FIRST_COMPLETED)
        for one in done:
            settle(under_way[one], one.result(), at=self.clock(), chance=self.chance)
            del under_way[one]

    def _end(self, under_way: dict[Future[Answered], Work]) -> None:
        until = time.monotonic() + TIMEOUT
        try:
            while under_way and time.monotonic() < until:
                self._write_down(under_way, PAUSE)
        except Exception as error:  # they are sent again
            log.warning("left", error=type(error).__name__, count=len(under_way))


@contextmanager
def on_duty(clock: Clock) -> Iterator[Courier]:
    """Let a courier work in a thread of its own while something else is done."""
    courier = Courier(clock)
    thread = threading.Thread(target=courier.run, name="webhooks", daemon=True)
    thread.start()
    try:
        yield courier
    finally:
        courier.stopping.set()
        thread.join(timedelta(seconds=TIMEOUT + PAUSE).total_seconds())
