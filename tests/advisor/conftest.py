"""A window with firms, exchange rates, a bank that is simulated, and a tariff of one line that the advisor asks too."""

from __future__ import annotations

import pytest
from tests.advisor import planning
from tests.declarations import made


@pytest.fixture(autouse=True)
def _bank(settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"


@pytest.fixture
def window(db, monkeypatch):
    planning.use_tariff(monkeypatch, made.tariff())
    made.prepare()
    made.parities("2026-02-24", "2026-03-18", "2026-01-21")
