"""Applications from the order of an importer's system: pre-filled, confirmed at once without a risk, else left to people."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from tests.revenue import relieved
from tests.revenue.relieved import AT, GCODE, TRADER, importer, order
from tests.revenue.test_reliefs import refused
from tests.seconded import by_two

from tongguan.journal.models import Event
from tongguan.revenue.reliefs import actions, queries
from tongguan.revenue.reliefs.applications import OrderLine

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _firms(db, monkeypatch):
    relieved.use_tariff(monkeypatch)
    relieved.firms()
    relieved.listed("circuits")


def sent(number: str = "PO-1", at=AT, **more):
    return actions.apply_from_order(order(number, **more), by=importer(), at=at)


@pytest.mark.measure("M4-15.2")
def test_an_order_is_prefilled_and_the_first_is_left_to_people():
    row = sent()
    [line] = row.lines.all()
    assert (line.gcode, line.name, line.quantity, line.value, line.currency, line.goods) == (
        GCODE, "刻蚀机", D(2), D("200000.00"), "502", "equipment",
    )  # fmt: skip
    assert (row.state, row.quick, row.risks, row.order_no) == ("applied", False, ["RELIEF_RISK_GOODS"], "PO-1")
    assert queries.queue() == [row]


@pytest.mark.measure("M4-15.2")
def test_without_a_risk_it_is_confirmed_at_once_and_both_times_are_in_the_journal():
    first = sent()
    later = AT + timedelta(hours=30)
    by_two(partial(actions.confirm_letter, first.pk, "核对无误", at=later), later)  # nobody knows a rate
    row = sent("PO-2", at=later)
    assert (row.state, row.quick, row.risks, row.decided_at) == ("confirmed", True, [], later)
    assert relieved.left(row) == 2
    times = {
        (one.subject, one.what): one.at for one in Event.objects.filter(what__in=("relief.applied", "relief.confirmed"))
    }
    assert times[str(first), "relief.confirmed"] - times[str(first), "relief.applied"] == timedelta(hours=30)
    assert times[str(row), "relief.confirmed"] == times[str(row), "relief.applied"]
    assert queries.review_times(date(2026, 1, 1)) == {"quick": (1, 0.0), "people": (1, 108000.0)}


def test_the_same_order_again_and_a_missing_report_are_risks():
    relieved.listed("science")
    relieved.released(relieved.letter())
    first = sent()
    by_two(partial(actions.confirm_letter, first.pk, "核对无误", at=AT), AT)
    again = sent()
    assert (again.state, again.risks) == ("applied", ["RELIEF_RISK_ORDER"])
    late = relieved.moment("2027-07-01")
    assert queries.missing(TRADER, late.date()) == [2026]
    assert sent("PO-3", at=late).risks == ["RELIEF_RISK_REPORT"]


def test_an_item_without_data_and_an_order_without_a_number_are_refused():
    lines = [OrderLine("M-1", D(1), "007"), OrderLine("M-2", D(1), "007")]
    assert refused(sent, " ", lines=lines) == [("RELIEF_ERP_NUMBER", "number"), ("RELIEF_ERP_ITEM", "lines/2/item")]
    assert refused(sent, scheme="science") == [("RELIEF_NOT_LISTED", "holder")]
