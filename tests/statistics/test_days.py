"""Figures of days: what they count, that they are kept, and the page of the authority that shows them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.conftest import bought, people, window  # noqa: F401
from tests.ecommerce.filing import AT, file

from tongguan.ecommerce.models import Inventory
from tongguan.statistics import tasks
from tongguan.statistics.daily.actions import SHANGHAI, reckon_days, reckon_latest, reckon_moving
from tongguan.statistics.daily.queries import period
from tongguan.statistics.models import DayFigure

MAY = AT.date()
EVENING = AT.replace(hour=20)


def test_a_day_counts_what_came_and_what_was_released(window):  # noqa: F811
    reckon_latest(at=EVENING)
    [day] = period(MAY, MAY).days
    filed = Inventory.objects.exclude(state__in=("saved", "deleted")).count()
    assert (day.filed, day.released) == (filed, 1) == (4, 1)
    assert (day.median, day.p90) == (0, 0), "released at once"
    found = period(MAY, MAY)
    assert found.hours[9] == ("09", 4, 1) and sum(filed for _, filed, _ in found.hours) == 4
    assert found.states == {"released": 1, "refused": 1, "waiting": 1, "check": 1} and found.checks == {"drawn": 1}
    assert found.reasons and all(number == 1 for _, number in found.reasons) and found.at == EVENING


def test_documents_refused_at_once_are_reasons_too(window):  # noqa: F811
    reckon_days(MAY, MAY, at=EVENING)
    before = dict(period(MAY, MAY).reasons)
    assert file("payment", bought("P-X").changed("payment", appType="2").payment).refused == 1
    reckon_days(MAY, MAY, at=EVENING)
    after = dict(period(MAY, MAY).reasons)
    assert sum(after.values()) == sum(before.values()) + 1
    for lang in ("zh", "en"):
        said = window.person("officer", lang).get(f"/figures?since={MAY}&until={MAY}").context["shares"][2].rows
        assert len(said) == len(after) and not {"申报失败", "refused"} & {row.says for row in said}


def test_a_day_is_that_of_beijing_and_the_time_is_from_acceptance(window):  # noqa: F811
    late = datetime(2026, 5, 1, 23, 59, tzinfo=SHANGHAI)
    Inventory.objects.filter(state="released").update(released_at=late, judged_at=late - timedelta(hours=3))
    reckon_days(MAY, MAY + timedelta(days=1), at=late)
    first, second = period(MAY, MAY + timedelta(days=1)).days
    assert (first.released, first.median, first.p90) == (1, 3 * 3600, 3 * 3600)
    assert (second.filed, second.released, second.median) == (0, 0, None)


def test_reckoning_again_changes_nothing_and_the_first_time_reckons_a_year(window):  # noqa: F811
    much_later = EVENING + timedelta(days=300)
    assert reckon_latest(at=much_later) < MAY
    rows = DayFigure.objects.count()
    assert rows and reckon_latest(at=much_later) == much_later.date() - timedelta(days=1)
    assert DayFigure.objects.count() == rows
    assert reckon_moving(at=EVENING + timedelta(days=30)) < MAY and DayFigure.objects.count() == rows
    tasks.reckon_days(int(EVENING.timestamp()))
    tasks.reckon_open_days(int(EVENING.timestamp()))
    assert DayFigure.objects.count() == rows


def test_asking_reads_only_what_is_kept(window):  # noqa: F811
    reckon_latest(at=EVENING)
    with CaptureQueriesContext(connection) as asked:
        period(MAY - timedelta(days=364), MAY)
    assert len(asked) == 2 and all("ecommerce" not in one["sql"] for one in asked)


def page(window, who: str = "officer", query: str = f"since={MAY}&until={MAY}"):  # noqa: F811
    return window.person(who, "en").get(f"/figures?{query}")


def test_the_authority_sees_charts_with_their_tables_and_files(window):  # noqa: F811
    reckon_latest(at=EVENING)
    html = page(window).content.decode()
    assert html.count('<svg class="chart"') == html.count("<details>") == 3 and html.count('class="shares"') == 3
    assert "Reasons of refusal" in html and "2026-05-01" in html
    csv = b"".join(page(window, query=f"since={MAY}&until={MAY}&as=csv").streaming_content).decode()
    assert "Inventories declared,2026-05-01,,4" in csv and "Checks and their results,drawn,selected for check,1" in csv
    assert ZipFile(BytesIO(page(window, query=f"since={MAY}&until={MAY}&as=xlsx").content)).namelist()
    for who, status in (("auditor", 200), ("operator", 200), ("broker", 403), ("platform", 403)):
        assert page(window, who).status_code == status


@pytest.mark.parametrize("query", ["since=x&until=y", "since=2026-05-02&until=2026-05-01", "since=2020-01-01&until=2026-01-01",
                                   "since=2026-05-01", "since=0001-01-01&until=9999-12-31"])  # fmt: skip
def test_a_period_that_is_none_is_said(window, query):  # noqa: F811
    response = page(window, query=query)
    assert response.status_code == 200 and "days apart at most" in response.content.decode()


def test_without_figures_the_page_says_so(window):  # noqa: F811
    html = page(window, query="").content.decode()
    assert "Nothing is reckoned of this period yet" in html and date(2026, 5, 1) == MAY
