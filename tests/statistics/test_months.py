"""Monthly figures: what they add up, when they are reckoned, and that nobody's goods can be told from them."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from tests.desk.conftest import people, window  # noqa: F401

from tongguan.ecommerce.models import Inventory, InventoryItem
from tongguan.statistics import tasks
from tongguan.statistics.actions import reckon, reckon_due
from tongguan.statistics.models import MonthlyFigure
from tongguan.statistics.queries import months

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT, MAY = datetime(2026, 5, 31, 4, tzinfo=SHANGHAI), date(2026, 5, 1)

pytestmark = pytest.mark.usefixtures("tariff_loaded", "db")


def test_a_month_adds_up_what_was_released_in_it(window):  # noqa: F811
    assert reckon_due(at=AT) == [date(2026, 4, 1), MAY]
    released = InventoryItem.objects.filter(inventory__state="released")
    rows = MonthlyFigure.objects.filter(month=MAY)
    assert sum(row.lines for row in rows) == released.count() == 2
    assert sum(row.customs_value for row in rows) == sum(item.customs_value for item in released)
    assert sum(row.vat for row in rows) == sum(item.vat for item in released)
    assert {row.trade_mode for row in rows} == set(Inventory.objects.values_list("trade_mode", flat=True))
    before = rows.count()
    reckon_due(at=AT)
    assert MonthlyFigure.objects.filter(month=MAY).count() == before


def test_the_first_time_every_month_is_reckoned_and_a_month_ends_in_beijing(window):  # noqa: F811
    late = datetime(2026, 2, 28, 23, 59, tzinfo=SHANGHAI)
    Inventory.objects.filter(state="released").update(released_at=late)
    assert reckon_due(at=AT)[0] == date(2026, 2, 1)
    assert set(MonthlyFigure.objects.values_list("month", flat=True)) == {date(2026, 2, 1)}
    assert reckon(date(2026, 3, 1), at=AT) == 0


def test_a_cell_of_few_firms_has_no_figures(window, client):  # noqa: F811
    reckon_due(at=AT)
    assert all(cell.hidden and cell.parcels is None and cell.vat is None for cell in months(on=MAY))
    MonthlyFigure.objects.update(firms=3)
    [cell, *_] = months(on=MAY)
    assert not cell.hidden and cell.parcels == 1 and cell.customs_value > Decimal(0)
    assert months(on=MAY, since=date(2026, 6, 1)) == [] == months(on=MAY, until=date(2026, 4, 1))


def test_everybody_takes_them_away_as_a_file_and_by_programs(window):  # noqa: F811
    tasks.reckon_months(timestamp=int(AT.timestamp()))
    client = Client(headers={"accept-language": "en"})
    said = b"".join(client.get("/open-data/monthly.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(said)))
    assert {row["Month"] for row in rows} == {"2026-05"} and {row["Hidden"] for row in rows} == {"yes"}
    assert {row["Parcels"] for row in rows} == {""}
    found = client.get("/api/v1/statistics/months", {"since": "2026-05"}).json()
    assert len(found["cells"]) == len(rows) and found["cells"][0]["customsValue"] is None
    assert found["least"] == "statistics.least_firms"
    for wrong in ("2026", "2026-13", "0000-01", "x"):
        answer = client.get("/api/v1/statistics/months", {"until": wrong})
        assert answer.status_code == 400 and answer.json()["errors"][0]["pointer"] == "until"


def test_no_figure_grows_with_the_parcels(window, django_assert_num_queries):  # noqa: F811
    reckon_due(at=AT)
    with django_assert_num_queries(1):
        months(on=MAY)
