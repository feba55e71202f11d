"""Rounds over two folders (文件夹轮询): what was dropped is filed, what is new is fetched; a portal that is away is asked again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .folders import Claim, Inbox
from .portal import Away

FILES_A_ROUND = 50
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between attempts while the portal is away: doubled each time, up to the longest."""

_DOUBLINGS = 10


@dataclass(slots=True)
class Counts:
    """What was done since the start; ``away`` is why the portal did not answer the last time, empty when it did."""

    filed: int = 0
    refused: int = 0
    receipts: int = 0
    away: str = ""


Told = Callable[[str, dict[str, Any]], None]


class Rounds:
    """What every watcher does again and again; how a file is filed and receipts are fetched is its own."""

    inbox: Inbox
    told: Told
    counts: Counts
    stopping: threading.Event

    def file(self, claim: Claim) -> None:
        """Send one file and put it where its answer says; raises Away, Shut."""
        raise NotImplementedError

    def fetch(self) -> int:
        """Write the receipts that have come since the last time; returns how many."""
        raise NotImplementedError

    def run(self, poll: float) -> None:
        """File and fetch until ``stopping`` is set, looking every ``poll`` seconds; raises Shut."""
        wait, failures = 0.0, 0
        while not self.stopping.wait(wait):
            try:
                busy = self.turn()
            except Away as error:
                self._is_away(error)
                wait = max(error.wait, min(LONGEST_WAIT, FIRST_WAIT * 2**failures))
                failures = min(failures + 1, _DOUBLINGS)
            else:
                self._is_back()
                wait, failures = (0.0 if busy else poll), 0

    def once(self) -> None:
        """File what lies there now, fetch what there is, and return; raises Away, Shut."""
        while not self.stopping.is_set():
            busy = self.turn()
            if not busy and not self.inbox.waiting():
                return
            self.stopping.wait(0 if busy else min(0.2, self.inbox.settle))

    def turn(self) -> bool:
        """File what is complete and fetch what is new, a bounded number of each; says whether there was anything.

        Raises Away, Shut; whatever was begun stays claimed.
        """
        claims = self.inbox.begun()
        ready = self.inbox.complete(time.monotonic())
        for name in ready[: max(0, FILES_A_ROUND - len(claims))]:
            if self.stopping.is_set():
                break
            if claim := self.inbox.claim(name):
                claims.append(claim)
        done = 0
        for claim in claims:
            if self.stopping.is_set():
                return False
            self.file(claim)
            done += 1
        return self.fetch() + done > 0

    def _is_away(self, error: Away) -> None:
        if not self.counts.away:
            self.told("away", {"reason": error.reason})
        self.counts.away = error.reason

    def _is_back(self) -> None:
        if self.counts.away:
            self.counts.away = ""
            self.told("back", {})
