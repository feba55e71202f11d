"""The working process: timers and deliveries, kept as jobs in the database (procrastinate)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import structlog
from django.db import connections

STOP_SECONDS = 20  # a job still running by then is given back, to be done again

log = structlog.get_logger("tongguan.work")


def work(*, once: bool = False) -> int:
    """Do jobs until SIGTERM or SIGINT; with ``once`` do what is due, timers included, and return the number of jobs."""
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()):
        return asyncio.run(_in_one_thread(_once(app) if once else _until_stopped(app)))


async def _in_one_thread(working: Coroutine[None, None, int]) -> int:
    """Let every job run in one thread, so that Django holds one connection for them, and close it at the end."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, "job") as thread:
        loop.set_default_executor(thread)
        try:
            return await working
        finally:
            await loop.run_in_executor(None, connections.close_all)


async def _until_stopped(app) -> int:
    async with app.open_async():
        rescue = asyncio.create_task(_rescue(app))
        try:
            await app.run_worker_async(shutdown_graceful_timeout=STOP_SECONDS, delete_jobs="successful")
        finally:
            rescue.cancel()
    return 0


async def _once(app) -> int:
    from procrastinate.periodic import PeriodicDeferrer

    async with app.open_async():
        await _give_back(app)
        deferrer = PeriodicDeferrer(registry=app.periodic_registry, **app.periodic_defaults)
        await deferrer.defer_jobs(deferrer.get_previous_tasks(at=time.time()))
        before = await _succeeded(app)
        await app.run_worker_async(wait=False, install_signal_handlers=False)
        return await _succeeded(app) - before


async def _succeeded(app) -> int:
    return sum([queue["succeeded"] for queue in await app.job_manager.list_queues_async()])


async def _rescue(app) -> None:
    while True:
        try:
            await _give_back(app)
        except Exception:
            log.exception("stalled jobs could not be given back")
        await asyncio.sleep(30)


async def _give_back(app) -> None:
    """Put jobs back in the queue whose worker was killed: it has sent no heartbeat for half a minute."""
    for job in await app.job_manager.get_stalled_jobs():
        log.warning("job given back", job=job.id, task=job.task_name)
        await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
