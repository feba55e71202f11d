"""What the register of measures tells of general trade: hours to release, and from a flight's arrival until goods leave."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tests.declarations import made

from tongguan.governance import figures
from tongguan.governance.figures import Figure


def test_hours_are_measured_of_what_was_released(port, monkeypatch):
    monkeypatch.setattr(figures, "AIR", "2")  # the ship stands for a flight
    later = made.AT + timedelta(hours=3)
    row = made.submitted()
    assert figures.trade_hours(later) is None and figures.air_cargo_hours(later) is None
    made.pay(row, later)
    made.passed(row, later)
    assert made.again(row).state == "released"
    assert figures.trade_hours(later) == Figure(Decimal("3.00"), 1)
    assert figures.air_cargo_hours(later) == Figure(Decimal("340.00"), 1), "from 2 March, nine, to 16 March, one"
    monkeypatch.undo()
    assert figures.air_cargo_hours(later) is None, "no flight brought it"
