"""The working process: timers and deliveries, kept as jobs in the database (procrastinate)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.db import connections

from tongguan.server.rescuing import HEARTBEAT, Watch, forget_the_future, give_back, patiently

STOP_SECONDS = 20  # a job still running by then is given back, to be done again


def work(*, once: bool = False) -> int:
    """Do jobs until SIGTERM or SIGINT; with ``once`` do what is due, timers included, and return the number of jobs.

    Webhooks are sent beside them, by a courier in a thread of its own.
    """
    from django.utils import timezone
    from procrastinate.contrib.django import app

    from tongguan.exchange.webhooks.courier import Courier, on_duty

    with app.replace_connector(app.connector.get_worker_connector()):
        if not once:
            with on_duty(timezone.now):
                return asyncio.run(_in_one_thread(_until_stopped(app)))
        done = asyncio.run(_in_one_thread(_once(app)))
        Courier(timezone.now).once()
        return done


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
        await _begin(app)
        working = asyncio.create_task(
            app.run_worker_async(
                shutdown_graceful_timeout=STOP_SECONDS, delete_jobs="successful", worker_middleware=[patiently],
                update_heartbeat_interval=HEARTBEAT,
            )
        )  # fmt: skip
        watching = asyncio.create_task(Watch(app).run())
        # The watch ends when the clock was set back: then this process ends too, and is started again.
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        watching.cancel()
        if not working.done():
            working.cancel()
        with suppress(asyncio.CancelledError):
            await working
    return 0


async def _once(app) -> int:
    from procrastinate.periodic import PeriodicDeferrer

    async with app.open_async():
        await _begin(app)
        deferrer = PeriodicDeferrer(registry=app.periodic_registry, **app.periodic_defaults)
        await deferrer.defer_jobs(deferrer.get_previous_tasks(at=time.time()))
        before = await _succeeded(app)
        await app.run_worker_async(wait=False, install_signal_handlers=False, worker_middleware=[patiently])
        return await _succeeded(app) - before


async def _begin(app) -> None:
    await give_back(app)
    await forget_the_future(app)


async def _succeeded(app) -> int:
    return sum([queue["succeeded"] for queue in await app.job_manager.list_queues_async()])
