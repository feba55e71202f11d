"""What the tests of simulated days share: a demonstration with its tariff, and a day of which they run many."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from tests.conftest import ensure_tariff

from tongguan.kernel.states import Actor
from tongguan.simulation import running
from tongguan.simulation.scenarios import scenario
from tongguan.simulation.summary import Summary

ON = date(2026, 11, 11)
AT = datetime(2026, 11, 11, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
OPERATOR = Actor("window", "operator")


@pytest.fixture(scope="module")
def reference(django_db_setup, django_db_blocker):
    """The tariff, committed once a module."""
    with django_db_blocker.unblock():
        ensure_tariff(OPERATOR, AT)
        yield
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture
def demonstration(reference, db, settings, tmp_path):
    """A demonstration, in which days may be simulated."""
    settings.DEMO, settings.TRIAL_KEYS = True, tmp_path


def run(seed: int = 7, parcels: int = 300, name: str = "near-the-limits", **more) -> Summary:
    """Run a day."""
    return running.run(running.prepared(scenario(name), on=ON, seed=seed, parcels=parcels), **more)
