"""Faults on a running portal: load beside them, and what has to hold afterwards."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from tests.server.test_up import READY_SECONDS, free_port, until
from tests.soak.clients import Answer, Client, Door
from tests.soak.running import Open, Soaked, add, verified

from tongguan.ecommerce import samples
from tongguan.server.postgres import Cluster

CLIENTS = 3


class Filing:
    """Clients that file while something goes wrong, and everything they learn of it; they retry until it is over."""

    def __init__(self, portal: Open, seed: int):
        self.over, self.result = threading.Event(), Soaked(seed)
        door = Door(portal.port)
        self.clients = [
            Client(
                10 * seed + number,
                door,
                seed=seed,
                over=self.over,
                sender=samples.PLATFORM,
                enveloped=number == CLIENTS,
            )
            for number in range(1, CLIENTS + 1)
        ]

    @property
    def acknowledged(self) -> int:
        return sum(one.heard.counts["acknowledged"] for one in self.clients)

    @property
    def put_off(self) -> dict[str, int]:
        return sum((one.heard.put_off for one in self.clients), start=type(self.clients[0].heard.put_off)())

    def goes_on(self, messages: int = 5, seconds: float = 60) -> None:
        """Wait until so many more messages are acknowledged."""
        wanted = self.acknowledged + messages
        until(lambda: self.acknowledged >= wanted or self.failures, seconds, "nothing is acknowledged any more")
        assert not self.failures, self.failures[:2]

    @property
    def failures(self) -> list[str]:
        return [one.failure for one in self.clients if one.failure]


@contextlib.contextmanager
def filing(portal: Open, seed: int) -> Iterator[Filing]:
    """Let clients file beside the block, from before it until after; every one of them must come through."""
    load = Filing(portal, seed)
    for client in load.clients:
        client.start()
    try:
        load.goes_on()
        yield load
        load.goes_on()
    finally:
        load.over.set()
        for client in load.clients:
            client.join(90)
            add(load.result, client)
    assert not any(client.is_alive() for client in load.clients), "a client waits for ever"
    assert not load.failures


def verify(portal: Open, *loads: Filing) -> dict[str, Any]:
    """Verify the database of a portal against what all clients know; returns the counts."""
    whole = Soaked(0)
    for load in loads:
        whole.heard.fates |= load.result.heard.fates
        whole.heard.acknowledged |= load.result.heard.acknowledged
        whole.heard.told |= load.result.heard.told
    found = verified(portal, whole, [])
    assert not found["wrong"], "\n".join(f"{check}: {what}" for check, what in found["wrong"])
    return found["counts"]


@contextlib.contextmanager
def started(home: Path, logs: Path | None = None) -> Iterator[Open]:
    """Start a portal, wait until it is ready, and stop it in the end, its database too whatever has become of it."""
    portal = Open(home, free_port(), logs=logs)
    try:
        until(lambda: portal.ready() or portal.process.poll() is not None, 2 * READY_SECONDS, "the portal is not ready")
        assert portal.process.poll() is None, portal.err.read_text()[-3000:]
        yield portal
    finally:
        if portal.process.poll() is None:
            portal.process.terminate()
            portal.process.wait(90)
        Cluster(portal.home).stop("immediate")


def asked(portal: Open, path: str = "/readyz") -> Answer:
    """Ask for a page or a figure."""
    return Door(portal.port).ask("GET", path)


def looked_at(portal: Open, paths: tuple[str, ...], seconds: float) -> list[tuple[str, Answer]]:
    """Look at some addresses again and again for a time; what is not answered at all raises."""
    seen, ends = [], time.monotonic() + seconds
    while time.monotonic() < ends:
        seen += [(path, asked(portal, path)) for path in paths]
        time.sleep(0.05)
    return seen


def problem(answer: Answer) -> dict[str, Any]:
    """Return the problem an answer is; fails for anything else."""
    assert answer.headers["content-type"] == "application/problem+json"
    return json.loads(answer.body)


def database(portal: Open) -> psycopg.Connection:
    """Open a connection of our own to the portal's database; each statement commits."""
    return psycopg.connect(Cluster(portal.home).url, autocommit=True)


def end_sessions(ours: psycopg.Connection, but: Sequence[psycopg.Connection] = ()) -> int:
    """End every session but ours, in the middle of whatever it does; returns how many."""
    spared = [ours.info.backend_pid, *(one.info.backend_pid for one in but)]
    ended = ours.execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> ALL (%s)",
        [spared],
    ).fetchone()
    assert ended is not None
    return ended[0]
