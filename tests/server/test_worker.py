"""Jobs survive the process that was doing them."""

from __future__ import annotations

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.server import jobs

from tongguan.journal.tasks import sequence
from tongguan.server.worker import work


def left_by_a_killed_worker(*, minutes: int) -> int:
    """Return the number of a job whose worker sent its last heartbeat some minutes ago."""
    job = sequence.configure(queueing_lock=None).defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - make_interval(mins => %s)) returning id",
            [minutes],
        )
        [worker] = cursor.fetchone()
        cursor.execute("update procrastinate_jobs set status = 'doing', worker_id = %s where id = %s", [worker, job])
    return job


@pytest.fixture(autouse=True)
def _no_jobs(transactional_db):
    with jobs.no_others():
        yield


def test_a_job_whose_worker_was_killed_is_done_by_the_next():
    job = left_by_a_killed_worker(minutes=5)
    assert work(once=True) >= 1
    assert ProcrastinateJob.objects.get(pk=job).status == "succeeded"


def test_a_job_whose_worker_lives_is_left_to_it():
    job = left_by_a_killed_worker(minutes=0)
    work(once=True)
    assert ProcrastinateJob.objects.get(pk=job).status == "doing"


def test_once_does_the_timers_that_are_due_and_says_how_many():
    done = work(once=True)
    assert done >= 1, "the journal's timer runs every minute"
    assert ProcrastinateJob.objects.filter(status="succeeded").count() == done
    assert not ProcrastinateJob.objects.exclude(status="succeeded").exists()
