"""What needs a firm, by the JSON API."""

from __future__ import annotations

from datetime import date

from tests.ecommerce.filing import OPERATOR

from tongguan.ecommerce import samples
from tongguan.parties.queries import find
from tongguan.zones.actions import open_book


def test_a_program_reads_what_needs_its_firm(window):
    from django.utils import timezone

    day = timezone.localdate()
    open_book(
        "B9", area_code=samples.PLATFORM.code, customs_code="0129", opened=date(2026, 1, 1), valid_until=day,
        by=OPERATOR, at=timezone.now(),
    )  # fmt: skip
    assert find(samples.PLATFORM.code) is not None
    found = window.platform.get("/api/v1/needs").json()
    [one] = found["matters"]
    assert (one["kind"], one["number"], one["path"], one["lastDay"]) == (
        "ending_book",
        "B9",
        "/books/B9",
        day.isoformat(),
    )
    assert one["overdue"] is False and one["title"]["en"] and one["next"]["zh"] and one["until"].endswith("+08:00")
    assert found["counts"] == [{"kind": "ending_book", "count": 1, "more": False, "overdue": 0}] and not found["queues"]
    assert window.carrier.get("/api/v1/needs").json()["matters"] == []
    assert "checks" in {one["kind"] for one in window.operator.get("/api/v1/needs").json()["queues"]}
    assert window.nobody.get("/api/v1/needs").status_code == 401
