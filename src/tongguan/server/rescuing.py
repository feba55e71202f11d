"""What keeps jobs from being lost: a worker that was killed, a database that was away, a clock that was set.

A job is done again until it is done, so every job must bear being done twice; procrastinate calls that idempotent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

HEARTBEAT = 5.0  # seconds between two signs of life of a worker
GONE = 15.0  # seconds without one after which a worker counts as killed
FOR_EVER = 86400.0  # seconds; no clock is set by so much
ATTEMPTS = 5  # of a job whose database goes away
PAUSE = 2.0  # seconds before the next attempt, longer each time
SET_BACK = 60.0  # seconds by which the clock may fall behind before the timers begin anew

_AT_WORK = """
    SELECT w.id, extract(epoch FROM w.last_heartbeat)::text AS heartbeat FROM procrastinate_workers w
     WHERE EXISTS (SELECT FROM procrastinate_jobs j WHERE j.worker_id = w.id AND j.status = 'doing')
"""
_LET_GO = "DELETE FROM procrastinate_workers WHERE id = ANY (%(workers)s)"
_FORGET = "DELETE FROM procrastinate_periodic_defers WHERE defer_timestamp > %(latest)s"

log = structlog.get_logger("tongguan.work")


async def patiently(job: Callable[[], Awaitable[Any]], context: Any, worker: Any) -> Any:
    """Do a job, and again when the database went away meanwhile: what it had begun was rolled back with its connection.

    A connection that broke is replaced before each attempt; pages get this from Django at each request.
    """
    loop = asyncio.get_running_loop()
    attempt = 1
    while True:
        await loop.run_in_executor(None, close_old_connections)
        try:
            return await job()
        except (OperationalError, InterfaceError):
            if attempt == ATTEMPTS:
                raise
            log.warning("database lost in a job", job=context.job.id, task=context.job.task_name, attempt=attempt)
            await asyncio.sleep(PAUSE * attempt)
            attempt += 1


async def give_back(app: Any, silent: float = GONE) -> None:
    """Put jobs back into the queue whose worker is not there, or has been silent for so many seconds of the database."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent):
        log.warning("job given back", job=job.id, task=job.task_name)
        try:
            await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
        except ConnectorException:
            # The next of its kind waits already and will do what this one left.
            await app.job_manager.finish_job(job, status=Status.ABORTED, delete_job=True)


async def forget_the_future(app: Any) -> None:
    """Let timers run again after the clock was set back: what they did at moments still to come does not count."""
    await app.connector.execute_query_async(_FORGET, latest=int(time.time() + SET_BACK))


class Silence:
    """Which workers have fallen silent, by our own clock.

    The moments they write are the database's, and a clock that was set makes the living look dead for a moment, or the
    dead alive for an hour. So a worker is gone when what it wrote has not changed for a while.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._seen: dict[int, tuple[str, float]] = {}

    def of(self, written: dict[int, str]) -> list[int]:
        """Return who is gone, by what each worker with a job has written last."""
        now = self._clock()
        self._seen = {
            worker: (said, self._seen[worker][1] if self._seen.get(worker, ("",))[0] == said else now)
            for worker, said in written.items()
        }
        return [worker for worker, (_, since) in self._seen.items() if now - since > GONE]


class Watch:
    """Looks after the jobs of other workers, and after the clock, while a worker works."""

    def __init__(self, app: Any, silence: Silence | None = None):
        self.app, self._silence = app, silence or Silence()
        self._latest = time.time()

    async def run(self) -> None:
        """Look again and again; returns when the clock was set back, on which the worker has to begin anew."""
        while not self.was_set_back():
            try:
                await self.look()
            except Exception:
                log.exception("stalled jobs could not be given back")
            await asyncio.sleep(HEARTBEAT)
        log.warning("the clock was set back; timers begin anew")

    async def look(self) -> None:
        """Give back the jobs of workers that have fallen silent."""
        rows = await self.app.connector.execute_query_all_async(_AT_WORK)
        if gone := self._silence.of({row["id"]: row["heartbeat"] for row in rows}):
            await self.app.connector.execute_query_async(_LET_GO, workers=gone)
        await give_back(self.app, FOR_EVER)

    def was_set_back(self) -> bool:
        """Say whether the clock shows a time well before one it has shown."""
        now = time.time()
        if now < self._latest - SET_BACK:
            return True
        self._latest = max(self._latest, now)
        return False
