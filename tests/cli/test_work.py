"""`tongguan work --once` does what is due, timers included, and leaves."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob


@pytest.mark.django_db(transaction=True)
def test_once_does_the_timers_that_are_due_and_says_how_many(tongguan):
    ran = tongguan("work", "--once")
    assert ran.status == 0, ran.err
    done = ProcrastinateJob.objects.filter(status="succeeded").count()
    assert ran.out == f"Jobs done: {done}.\n"
    assert done >= 1, "the journal's timer runs every minute"
    assert not ProcrastinateJob.objects.exclude(status="succeeded").exists()
