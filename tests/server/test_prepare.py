"""Preparing a database may be repeated, and two machines that do it at once take turns."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection

from tongguan.server import prepare
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
