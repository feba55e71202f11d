"""The demo has a site with a tally, once."""

from __future__ import annotations

import pytest
from tests.ecommerce.filing import AT, OPERATOR, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.demo_arrivals import file_arrivals, register_site
from tongguan.ecommerce.models import BillTally, WaybillStatus

pytestmark = pytest.mark.usefixtures("window", "nobody_drawn")


def test_the_demo_has_a_tally_with_something_of_everything():
    register_site(by=OPERATOR, at=AT)
    file_all(*samples.parcels(40, seed=1, at=AT, prefix="DM"))
    for _ in range(2):
        file_arrivals(by=OPERATOR, at=AT)
    tally = BillTally.objects.get()
    assert (tally.arrived, tally.surplus, tally.awaited) == (30, 1, 10) and WaybillStatus.objects.count() == 5


def test_without_parcels_nothing_arrives():
    file_arrivals(by=OPERATOR, at=AT)
    assert not BillTally.objects.exists()
