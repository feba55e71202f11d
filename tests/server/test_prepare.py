"""Preparing a database may be repeated, and two machines that do it at once take turns."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection

from tongguan.desk.models import Sample
from tongguan.desk.operator.samples import standing
from tongguan.journal.actions import record, sequence
from tongguan.journal.models import Checkpoint, Event
from tongguan.kernel.states import Actor
from tongguan.parties.models import MonthKey
from tongguan.server import prepare
from tongguan.server.report import report
from tongguan.tariff import queries
from tongguan.tariff.models import Edition

AT = datetime(2026, 5, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def static(settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path / "static"
    return settings.STATIC_ROOT


@pytest.mark.django_db(transaction=True)
def test_it_loads_what_the_portal_needs_and_does_nothing_the_second_time(static: Path):
    steps: list[str] = []
    prepare.prepare(at=AT, told=steps.append)
    assert steps == ["reference", "keys", "pages"]
    assert queries.stamp() > 0
    assert list(static.iterdir())
    prepare.prepare(at=AT)
    assert Edition.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_prepares_holds_the_turn(static: Path):
    conninfo = connection.get_connection_params()
    free = "select pg_try_advisory_lock(%s)"
    with psycopg.connect(
        host=conninfo["host"], user=conninfo["user"], dbname=conninfo["dbname"], autocommit=True
    ) as other:

        def told(step: str) -> None:
            if step != "pages":  # files are not in the database
                assert other.execute(free, [prepare._TURN]).fetchone() == (False,)

        prepare.prepare(at=AT, told=told)
        assert other.execute(free, [prepare._TURN]).fetchone() == (True,)


@pytest.mark.django_db
def test_the_database_of_the_tests_lacks_no_migration():
    assert prepare.unapplied_migrations() == []


@pytest.mark.django_db(transaction=True)
def test_the_key_of_the_month_is_made_before_anything_is_filed(static: Path):
    prepare.prepare(at=AT)
    assert list(MonthKey.objects.values_list("month", flat=True)) == [AT.date()]


@pytest.mark.django_db
def test_nothing_is_late_after_a_night_in_which_nobody_worked():
    """What was told last before the stop, and what is told of days before, as a demonstration tells it."""
    for hours in (9, 30):
        record("inventory.released", "inventory/1", by=Actor("li", "officer"), at=AT - timedelta(hours=hours))
    Sample.objects.create(at=AT - timedelta(hours=9), level="done", figures={"works": True})
    before = {one.threshold.name: one.level for one in report(at=AT).condition.matters}
    assert (before["unnumbered_age"], before["sample_age"]) == ("needs_you", "needs_you")
    assert not standing(at=AT).works

    prepare.take_stock(at=AT)
    after = {one.threshold.name: one.level for one in report(at=AT).condition.matters}
    assert after.pop("no_worker") == "needs_you"  # it is started next
    assert set(after.values()) == {"done"} and standing(at=AT).works
    assert not Event.objects.filter(seq=None).exists() and Checkpoint.objects.get().size == 2


@pytest.mark.django_db
def test_an_event_of_earlier_days_is_late_by_the_time_it_waits():
    record("inventory.released", "inventory/1", by=Actor("li", "officer"), at=AT)
    prepare.take_stock(at=AT)
    record("inventory.released", "inventory/2", by=Actor("li", "officer"), at=AT - timedelta(days=1))
    waits = report(at=AT + timedelta(seconds=50)).figures.journal
    assert (waits["unnumbered"], waits["oldest"]) == (1, 50)


@pytest.mark.django_db
def test_a_log_that_cannot_be_signed_keeps_nobody_from_work(settings):
    record("inventory.released", "inventory/1", by=Actor("li", "officer"), at=AT)
    prepare.take_stock(at=AT)
    settings.MASTER_KEY = bytes(32)
    record("inventory.released", "inventory/2", by=Actor("li", "officer"), at=AT)
    prepare.take_stock(at=AT)
    assert sequence() == 0 and Checkpoint.objects.count() == 1
