"""Figures of what the program sees (实测指标), each over the latest cases only, so that none grows with the tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from zoneinfo import ZoneInfo

from tongguan.cargo.queries import Key, bills
from tongguan.declarations.models import IMPORT, Declaration, DeclarationOrigin
from tongguan.ecommerce.models import Inventory, PaymentOrder
from tongguan.inspections.models import Check

LATEST = 1000
AIR = "5"
SHANGHAI = ZoneInfo("Asia/Shanghai")
_CENT = Decimal("0.01")
_SECOND = timedelta(seconds=1)
_DRAFTS = ("saved", "deleted")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, in the unit of its indicator, and of how many cases it is."""

    value: Decimal
    count: int


def clearance_hours(at: datetime) -> Figure | None:
    """Return the median time from the judgement of complete documents to release, in hours; None without a case."""
    moments = Inventory.objects.order_by("-id").values_list("judged_at", "released_at")[:LATEST]
    return _hours([released - judged for judged, released in moments if judged and released])


def trade_hours(at: datetime) -> Figure | None:
    """Return the median time from the acceptance of a declaration to its release, in hours; None without a case."""
    moments = Declaration.objects.order_by("-id").values_list("accepted_at", "released_at")[:LATEST]
    return _hours([released - accepted for accepted, released in moments if accepted and released])


def air_cargo_hours(at: datetime) -> Figure | None:
    """Return the median time from the arrival of a flight until imports on it may leave, in hours; None without a case."""
    rows = Declaration.objects.filter(direction=IMPORT, transport_mode=AIR, released_at__isnull=False).order_by("-id")
    left = {
        Key(IMPORT, AIR, number): lifted or released
        for number, lifted, released in rows.values_list("bill_no", "lifted_at", "released_at")[:LATEST]
    }
    came = bills(left.keys())
    arrived = [(one.arrived, left[key]) for key, one in came.items() if one.arrived is not None]
    return _hours([max(may_leave - came, timedelta()) for came, may_leave in arrived])


def _hours(spans: list[timedelta]) -> Figure | None:
    if not spans:
        return None
    hours = Decimal(median(span // _SECOND for span in spans)) / (timedelta(hours=1) // _SECOND)
    return Figure(hours.quantize(_CENT, ROUND_HALF_UP), len(spans))


def passed_undrawn(at: datetime) -> Figure | None:
    """Return the share of judged inventories that chance did not draw, in percent; None without a case."""
    latest = Inventory.objects.order_by("-id").only("id", "version", "judged_at")[:LATEST]
    subjects = [row.version_subject for row in latest if row.judged_at]
    return _share(len(subjects) - Check.objects.filter(subject__in=subjects).count(), len(subjects))


def not_sent_back(at: datetime) -> Figure | None:
    """Return the share of declared inventories that do not stand sent back, in percent; None without a case."""
    states = [s for s in Inventory.objects.order_by("-id").values_list("state", flat=True)[:LATEST] if s not in _DRAFTS]
    return _share(sum(state != "refused" for state in states), len(states))


def tax_paid_in_time(at: datetime) -> Figure | None:
    """Return the share of payment orders that were paid by their last day, of those whose last day is over, in percent."""
    today = at.astimezone(SHANGHAI).date()
    latest = PaymentOrder.objects.order_by("-id").values_list("due_on", "paid_at")[:LATEST]
    over = [(due, paid) for due, paid in latest if due < today]
    return _share(sum(bool(paid) and paid.astimezone(SHANGHAI).date() <= due for due, paid in over), len(over))


def told_once(at: datetime) -> Figure | None:
    """Return the share of fields of accepted declarations that were known before they were keyed in, in percent.

    Of the latest declarations that were keyed in on a page; a field counts that still says what the manifest, an earlier
    declaration, a template or a licence had said. None without a case.
    """
    counted = DeclarationOrigin.objects.filter(fields__isnull=False).order_by("-id").values_list("fields", "reused")
    latest = list(counted[:LATEST])
    share = _share(sum(reused for _, reused in latest), sum(fields for fields, _ in latest))
    return share and Figure(share.value, len(latest))


def _share(many: int, of: int) -> Figure | None:
    return Figure((Decimal(100 * many) / of).quantize(_CENT, ROUND_HALF_UP), of) if of else None


SOURCES: dict[str, Callable[[datetime], Figure | None]] = {
    source.__name__: source
    for source in (
        clearance_hours,
        trade_hours,
        air_cargo_hours,
        passed_undrawn,
        not_sent_back,
        tax_paid_in_time,
        told_once,
    )
}
"""How each indicator is measured that the program can measure, by the indicator's name."""
