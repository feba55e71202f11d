"""Real faults on a real portal: what was asked is done or refused and retried, and never half done.

One portal bears them one after the other while clients file; at the end everything in it is verified.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from tests.server import faults
from tests.server.faults import Filing, asked, database, end_sessions, filing, looked_at, problem
from tests.server.test_up import until
from tests.soak.clients import Client
from tests.soak.parcels import batch
from tests.soak.running import Open

from tongguan.ecommerce import samples
from tongguan.server.postgres import Cluster

SEQUENCER = 0x6A6F75726E616C  # the advisory lock of who numbers the journal
RECEIPTS = "/ceb622msg?dxpid=DXPTG"
JOB_BACK = 60  # seconds in which the job of a killed worker must be done by another


@pytest.fixture(scope="module")
def portal() -> Iterator[Open]:
    folder = Path(tempfile.mkdtemp(prefix="tg-faults-"))
    folder.chmod(0o755)
    with faults.started(folder / "home") as made:
        yield made
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def loads() -> list[Filing]:
    """Every load so far, for the verification at the end."""
    return []


def web(portal: Open) -> set[int]:
    """Return the numbers of the web processes."""
    main = portal.child("web")
    assert main is not None
    return {main.pid, *(one.pid for one in main.children())}


def test_a_restart_of_the_database_is_answered_by_503_and_then_goes_on_in_the_same_processes(portal: Open, loads):
    before = web(portal)
    with filing(portal, 1) as load:
        loads.append(load)
        Cluster(portal.home).stop("fast")
        seen = looked_at(portal, (RECEIPTS, "/readyz"), 1.5)
        until(portal.ready, 30, "the portal did not find its database again")
    assert web(portal) == before
    assert {answer.status for _, answer in seen} <= {200, 503}
    away = [(path, answer) for path, answer in seen if answer.status == 503]
    assert away, "nobody noticed"
    for path, answer in away:
        told = problem(answer)
        if path != "/readyz":
            assert told["code"] == "UNAVAILABLE" and int(answer.headers["retry-after"]) > 0
    assert set(load.put_off) <= {"503"}, "whoever filed meanwhile was told to come again, and in no other way"


def test_sessions_that_are_ended_in_the_middle_of_transactions_lose_nothing(portal: Open, loads):
    before, ended = web(portal), 0
    with database(portal) as ours, filing(portal, 2) as load:
        loads.append(load)
        for _ in range(15):
            ended += end_sessions(ours)
            time.sleep(0.15)
    assert ended > 15
    assert web(portal) == before
    assert load.put_off and set(load.put_off) <= {"503"}


def test_without_a_free_connection_it_is_503_and_then_goes_on(portal: Open, loads):
    """Others hold every connection the server has; our sessions end, and no new one can be had."""
    before = web(portal)
    with database(portal) as ours, filing(portal, 3) as load:
        loads.append(load)
        held: list[psycopg.Connection] = []
        refused, ends = asked(portal, RECEIPTS), time.monotonic() + 30
        while refused.status == 200 and time.monotonic() < ends:
            with contextlib.suppress(psycopg.OperationalError):
                while True:
                    held.append(database(portal))
            end_sessions(ours, but=held)
            refused = asked(portal, RECEIPTS)
        for other in held:
            other.close()
        assert refused.status == 503 and problem(refused)["code"] == "UNAVAILABLE"
        until(portal.ready, 10)
    assert web(portal) == before
    assert load.put_off["503"] > 0 and set(load.put_off) <= {"503"}


def test_a_worker_killed_in_the_middle_of_a_job_is_followed_by_one_that_does_it_once(portal: Open, loads):
    """The worker is killed while it waits for the numbers of the journal, which we hold."""
    with filing(portal, 4) as load:
        loads.append(load)
    with database(portal) as ours:
        ours.execute("SELECT pg_advisory_lock(%s)", [SEQUENCER])
        job = ours.execute(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'journal.sequence', 0, NULL, NULL,"
            " '{\"timestamp\": 1795000000}', NULL)::procrastinate_job_to_defer_v1])"
        ).fetchone()[0]
        standing = "SELECT status::text, attempts FROM procrastinate_jobs WHERE id = ANY (%s)"
        until(lambda: ("doing", 0) in ours.execute(standing, [job]).fetchall(), 70, "nobody takes the job")
        portal.child("work").kill()
        ours.execute("SELECT pg_advisory_unlock(%s)", [SEQUENCER])
        until(lambda: not ours.execute(standing, [job]).fetchall(), JOB_BACK, "the job was never done")
        numbers = "SELECT count(*), count(seq), count(DISTINCT seq), max(seq) FROM journal_event"
        found = ours.execute(numbers).fetchone()
        assert len(set(found)) == 1, f"events, numbered, different numbers, the last: {found}"


def test_after_all_of_it_everything_holds(portal: Open, loads: list[Filing]):
    counts = faults.verify(portal, *loads)
    assert counts["of them accepted"] > 0
    assert counts["jobs failed"] == 0


def test_told_to_stop_while_many_file_it_answers_whatever_it_took_in(portal: Open):
    """Nobody retries here: what is stored is what was answered, to the last message."""
    over = threading.Event()
    load = Filing(portal, 6)
    answered: list[set[str]] = []
    threads = [threading.Thread(target=_file_once, args=(client, over, answered)) for client in load.clients]
    for thread in threads:
        thread.start()
    until(lambda: sum(map(len, answered)) > 50, 30)
    portal.process.send_signal(signal.SIGTERM)
    assert portal.process.wait(90) == 0
    over.set()
    for thread in threads:
        thread.join(60)
    cluster = Cluster(portal.home)
    with cluster.running(), psycopg.connect(cluster.url) as ours:
        found = ours.execute("SELECT order_no FROM ecommerce_order WHERE order_no LIKE 'ST%'").fetchall()
    known = set().union(*answered)
    assert {number for (number,) in found} == known


def _file_once(client: Client, over: threading.Event, answered: list[set[str]]) -> None:
    """Send orders, each message once, and keep the numbers of those that were answered."""
    for turn in itertools.count(1):
        if over.is_set():
            return
        fated = batch(f"ST{client.number}{turn:05d}", random.Random(f"{client.number}/{turn}"), at=datetime.now(UTC))
        if client.once(samples.message("order", [one.parcel.order for one in fated])) is not None:
            answered.append({one.number for one in fated})
