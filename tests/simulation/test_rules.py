"""The rules of what-if questions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tongguan.kernel.rules import check
from tongguan.simulation.rules import PERIOD, Period, PeriodLength, PeriodOrder

DAY = date(2026, 11, 11)


@pytest.mark.parametrize(("days", "rule"), [(0, None), (91, None), (92, PeriodLength), (-1, PeriodOrder)])
def test_a_period_has_its_order_and_its_length(days, rule):
    found = check(PERIOD, Period(DAY, DAY + timedelta(days=days), 92), None)
    assert [one.code for one in found] == ([rule.code] if rule else [])
