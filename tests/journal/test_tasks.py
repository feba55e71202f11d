"""The journal's timer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tongguan.journal import actions, tasks
from tongguan.journal.actions import sequencing
from tongguan.journal.models import Event
from tongguan.kernel.states import Actor


@pytest.mark.django_db
def test_the_timer_numbers_everything_however_many_batches(monkeypatch):
    monkeypatch.setattr(sequencing, "BATCH", 3)
    at = datetime(2026, 11, 21, tzinfo=UTC)
    actions.record_many([actions.Entry("a", "s", Actor("li", "officer"), at)] * 10)
    tasks.sequence(timestamp=0)
    assert not Event.objects.filter(seq=None).exists()


def test_the_timer_is_known_to_the_worker():
    assert "journal.sequence" in tasks.app.tasks
    assert ("journal.sequence", "") in tasks.app.periodic_registry.periodic_tasks
