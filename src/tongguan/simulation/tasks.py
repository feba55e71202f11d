"""The job that answers a what-if question."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .actions import TASK, answer


@app.task(name=TASK)
def replay(number: int) -> None:
    """Answer a question."""
    answer(number)
