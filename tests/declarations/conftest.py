"""A window with firms, a ship, exchange rates, a bank that is simulated, and a tariff of one line."""

from __future__ import annotations

import pytest
from tests.declarations import made


@pytest.fixture(autouse=True)
def _bank(settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"


@pytest.fixture
def window(db, monkeypatch):
    made.use_tariff(monkeypatch, made.tariff())
    made.prepare()
    made.parities("2026-02-24", "2026-03-18")


@pytest.fixture
def port(window):
    """The window with the ship of 2 March 2026."""
    return made.ship()


@pytest.fixture
def at_sea(window):
    """A ship that comes on 2 March 2026 at eight."""
    return made.ship(entry=None, arrived=None, expected_at=made.moment("2026-03-02", 14))


@pytest.fixture
def bond(window):
    return made.guarantee("5000000")
