"""What a month of declarations tells credit: the volume of each firm, and how often the trusted were inspected."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.declarations import made
from tests.declarations.conftest import _bank, port, window  # noqa: F401

from tongguan.credit.actions import record, set_grade
from tongguan.credit.models import InspectionMonth, Volume
from tongguan.inspections.actions import place_checks
from tongguan.inspections.draws import ensure_keys, secret
from tongguan.inspections.months import tell_month


@pytest.mark.measure("M4-27.1")
def test_a_month_is_told_and_the_alarm_rings(window):  # noqa: F811
    made.ship("COSU60020A", "COSU60020B")
    row, _ = (made.submitted(made.document(BillNo=one)) for one in ("COSU60020A", "COSU60020B"))
    day = made.AT.date()
    ensure_keys(day, by=made.SYSTEM, at=made.AT)
    place_checks([str(row)], day=day, share=Decimal(1), by=made.SYSTEM, at=made.AT, key=secret(day))
    record(made.TRADER, "error", reference="E1", on=day, by=made.SYSTEM, at=made.AT)
    told = tell_month(day, at=made.AT)
    assert (told.documents, told.checks, told.trusted_documents, told.alarm) == (2, 1, 0, False)
    assert list(Volume.objects.order_by("role").values_list("uscc", "role", "documents", "errors")) == [
        (made.AGENT, "broker", 2, 0), (made.TRADER, "trader", 2, 1),
    ]  # fmt: skip
    set_grade(
        made.TRADER, "advanced", since=day.replace(day=1), basis="certified", words="认证", by=made.OFFICER, at=made.AT
    )
    told = tell_month(day, at=made.AT)
    assert (told.documents, told.trusted_documents, told.trusted_checks, told.alarm) == (0, 2, 1, True)
    assert InspectionMonth.objects.count() == 3 and Volume.objects.count() == 2
