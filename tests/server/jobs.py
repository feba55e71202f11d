"""The tables of jobs, which are not Django's own: what one test leaves there the runner would hand to the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TABLES = "procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers"


def empty() -> None:
    """Forget every job, worker and timer."""
    with connection.cursor() as cursor:
        cursor.execute(f"truncate {TABLES} cascade")


@contextmanager
def no_others() -> Iterator[None]:
    """Begin without jobs, and leave none."""
    empty()
    yield
    empty()
