"""The demo's patterns of re-sale: found by the rule itself, with a parcel that is held and one that is checked."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.ecommerce.filing import OPERATOR

from tongguan.ecommerce.demo_patterns import file_patterns
from tongguan.ecommerce.models import Inventory, RiskFinding, RiskParcel
from tongguan.holds.queries import standing
from tongguan.kernel.law import law
from tongguan.ledgers.queries import check_all

AT = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def demo(window, nobody_drawn, settings, tmp_path):
    settings.DEMO, settings.TRIAL_KEYS = True, tmp_path
    file_patterns(by=OPERATOR, at=AT)


def test_it_shows_a_buyer_of_one_code_and_people_of_one_telephone(demo):
    most = law("ecommerce.resale_most", on=AT.date()).value
    found = {row.pattern: (row.count, row.state) for row in RiskFinding.objects.all()}
    assert found == {"goods": (most["goods"] + 1, "open"), "telephone": (most["telephone"] + 1, "open")}
    assert RiskParcel.objects.count() == most["goods"] + most["telephone"] + 2
    states = dict(Inventory.objects.exclude(state="released").values_list("order_no", "state"))
    assert states == {"DEMO-RESALE-T4": "waiting", "DEMO-RESALE-T5": "check"}
    [held] = standing(Inventory.objects.get(state="waiting").version_subject)
    assert held.reason == "resale" and list(check_all()) == []


def test_doing_it_twice_changes_nothing(demo):
    before = (Inventory.objects.count(), RiskFinding.objects.count())
    file_patterns(by=OPERATOR, at=AT)
    assert (Inventory.objects.count(), RiskFinding.objects.count()) == before
