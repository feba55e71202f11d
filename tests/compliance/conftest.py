"""A window with firms, a ship, exchange rates, a simulated bank, and declarations that may go wrong."""

from __future__ import annotations

import pytest
from tests.declarations import made


@pytest.fixture(autouse=True)
def _bank(settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"


@pytest.fixture
def port(db, monkeypatch):
    made.use_tariff(monkeypatch, made.tariff())
    made.prepare()
    made.parities("2026-02-24", "2026-03-18")
    return made.ship()
