"""Patterns while others work: many timers at once, and a parcel that is passed while it is held."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.ecommerce.conftest import drawn_share
from tests.ecommerce.filing import AT, OFFICER, file_all
from tests.ecommerce.test_patterns import SHOP, neighbours

from tongguan.ecommerce.actions import pass_check
from tongguan.ecommerce.models import Inventory, RiskFinding, RiskParcel
from tongguan.ecommerce.patterns.actions import dismiss, look_for_patterns
from tongguan.holds.models import Hold
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow

pytestmark = pytest.mark.usefixtures("racing_window")


def at_once(*works) -> list:
    def one(work):
        try:
            return work()
        except (Refused, NotNow) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def test_eight_timers_at_once_raise_a_group_once(nobody_drawn):
    file_all(*neighbours(4, telephone=SHOP))
    found = at_once(*[lambda: look_for_patterns(at=AT)] * 8)
    assert sorted(len(one) for one in found) == [0] * 7 + [1]
    assert (RiskFinding.objects.count(), RiskParcel.objects.count()) == (1, 4)


def test_no_parcel_is_released_while_it_is_held(monkeypatch):
    """Four officers pass four parcels while the group is raised: each is released before it is held, or not at all."""
    drawn_share(monkeypatch, "1")
    file_all(*neighbours(4, telephone=SHOP))
    numbers = list(Inventory.objects.order_by("id").values_list("invt_no", flat=True))
    passing = [lambda number=number: pass_check(number, by=OFFICER, at=AT) for number in numbers]
    at_once(*passing[:2], lambda: look_for_patterns(at=AT), *passing[2:])
    held = set(Hold.objects.filter(reason="resale", lifted_at=None).values_list("subject", flat=True))
    for row in Inventory.objects.all():
        assert (row.version_subject in held) is (row.state != "released"), row.state


def test_a_finding_is_dismissed_by_one_of_many(monkeypatch):
    drawn_share(monkeypatch, "1")
    file_all(*neighbours(4, telephone=SHOP))
    [found] = look_for_patterns(at=AT)
    done = at_once(*[lambda: dismiss(found.pk, by=OFFICER, at=AT, reason="学校")] * 6)
    assert sum(isinstance(one, NotNow) for one in done) == 5
    assert set(Hold.objects.filter(reason="resale").values_list("outcome", flat=True)) == {"dismissed"}
