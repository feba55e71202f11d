"""Jobs survive a lost connection, a killed worker that had a successor waiting, and a clock that was set."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection, connections
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.server import jobs
from tests.server.test_worker import left_by_a_killed_worker

from tongguan.journal import tasks
from tongguan.server import rescuing
from tongguan.server.rescuing import GONE, SET_BACK, Silence, Watch
from tongguan.server.worker import work


@pytest.fixture(autouse=True)
def _no_jobs(transactional_db):
    with jobs.no_others():
        yield


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rescuing, "PAUSE", 0.0)


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch):
    """Let the journal's timer do what a test wants, and count how often it was begun."""

    def does(what) -> list[int]:
        begun: list[int] = []

        def done(timestamp: int) -> None:
            begun.append(timestamp)
            what(len(begun))

        monkeypatch.setattr(tasks.sequence, "func", done)
        return begun

    return does


def stands(name: str = "journal.sequence") -> list[str]:
    return list(ProcrastinateJob.objects.filter(task_name=name).values_list("status", flat=True))


def end_own_connection() -> None:
    """Do what a database does that is stopped: end the connection this runs on."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(pg_backend_pid())")


def test_a_job_whose_connection_is_ended_is_done_again_on_a_new_one(job):
    def ended_once(times: int) -> None:
        if times == 1:
            end_own_connection()
        with connection.cursor() as cursor:
            cursor.execute("select 1")

    begun = job(ended_once)
    tasks.sequence.defer(timestamp=7)
    work(once=True)
    assert begun.count(7) == 2
    assert set(stands()) == {"succeeded"}


def test_a_job_whose_database_never_comes_back_fails_at_last(job):
    def never(times: int) -> None:
        raise OperationalError("the database system is shutting down")

    begun = job(never)
    tasks.sequence.defer(timestamp=7)
    work(once=True)
    assert begun.count(7) == rescuing.ATTEMPTS
    assert "failed" in stands()


def test_a_connection_that_broke_between_two_jobs_is_replaced(job):
    """The connection of the thread is ended by the first job without that noticing; the second needs one."""
    seen: list[int] = []

    def one(times: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            seen.append(cursor.fetchone()[0])
        if times == 1:
            own = connections["default"].connection.info.backend_pid
            other = connections["default"].copy()
            with other.cursor() as cursor:
                cursor.execute("select pg_terminate_backend(%s)", [own])
            other.close()
            time.sleep(0.2)

    begun = job(one)
    for number in (1, 2):
        tasks.sequence.configure(queueing_lock=f"lock {number}").defer(timestamp=number)
    work(once=True)
    assert begun[:2] == [1, 2] and len(set(seen[:2])) == 2
    assert set(stands()) == {"succeeded"}


def test_a_killed_workers_job_gives_way_to_the_next_of_its_kind_that_waits_already():
    """Two of one kind may not wait at once, and what the second does is what the first left."""
    left = left_by_a_killed_worker(minutes=5)
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set queueing_lock = 'journal.sequence' where id = %s", [left])
    tasks.sequence.defer(timestamp=1)
    work(once=True)
    assert not ProcrastinateJob.objects.filter(pk=left).exists()
    assert set(stands()) == {"succeeded"}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_worker_is_gone_when_what_it_writes_no_longer_changes():
    clock = Clock()
    silence = Silence(clock)
    assert silence.of({1: "a", 2: "a"}) == []
    clock.now += GONE
    assert silence.of({1: "a", 2: "b"}) == [], "it is not longer than that"
    clock.now += 1
    assert silence.of({1: "a", 2: "c"}) == [1]
    assert silence.of({2: "c"}) == []


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=1)], ids=["back", "forward"])
def test_a_clock_that_jumps_by_an_hour_makes_no_living_worker_seem_gone_and_no_dead_one_alive(jump: timedelta):
    clock, silence = Clock(), None
    silence = Silence(clock)
    at = datetime(2026, 5, 1, 9)
    for beat in range(10):
        if beat == 4:
            at += jump
        living = str(at + timedelta(seconds=5 * beat))
        gone = silence.of({1: living, 2: "2026-05-01 09:00"})
        assert 1 not in gone
        assert (2 in gone) == (5 * beat > GONE)
        clock.now += 5


def test_timers_run_again_after_the_clock_was_set_back_by_an_hour(monkeypatch: pytest.MonkeyPatch):
    """The hour was done once already, by the clock that ran ahead: its moments are forgotten, or nothing ran for an hour."""
    real = time.time()
    base = real - real % 60 + 30
    for now in (base - 3540, base, base - 3540):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        work(once=True)
    monkeypatch.setattr(time, "time", lambda: base - 3480)
    before = stands().count("succeeded")
    work(once=True)
    assert stands().count("succeeded") == before + 1
    with connection.cursor() as cursor:
        cursor.execute("select max(defer_timestamp) from procrastinate_periodic_defers")
        assert cursor.fetchone()[0] <= base - 3480 + SET_BACK


def test_a_watch_notices_a_clock_that_was_set_back_and_none_that_was_set_a_little(monkeypatch: pytest.MonkeyPatch):
    real = time.time()
    watch = Watch(None)
    for moved, noticed in ((0, False), (-5, False), (3600, False), (3600 - SET_BACK / 2, False), (0, True)):
        monkeypatch.setattr(time, "time", lambda moved=moved: real + moved)
        assert watch.was_set_back() is noticed


def test_a_worker_ends_when_the_clock_was_set_back_and_its_successor_begins_anew(monkeypatch: pytest.MonkeyPatch):
    async def set_back_at_once(self) -> None:
        await asyncio.sleep(0.2)

    monkeypatch.setattr(Watch, "run", set_back_at_once)
    began = time.monotonic()
    assert work() == 0
    assert time.monotonic() - began < 15
