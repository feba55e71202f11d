"""The open checks (待查验): what chance placed before an officer, the longest waiting first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.ecommerce import queries
from tongguan.ecommerce.models import Inventory
from tongguan.holds.queries import standing
from tongguan.kernel.states import Actor

OPEN = ("check", "suspended")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Check:
    """An inventory an officer has to decide on; ``late`` when the promised time has passed."""

    place: int
    number: str
    order_no: str
    ebp_code: str
    mark: words.Mark
    since: datetime | None
    promised: datetime | None
    late: bool
    value: Decimal | None
    tax: Decimal | None


def open_checks(
    actor: Actor, lang: str, *, after: int | None = None, limit: int = PAGE
) -> tuple[list[Check], int | None]:
    """Return the open checks after a place, and the place of the next page when there is one. Two queries."""
    rows = queries.visible(Inventory, actor).filter(state__in=OPEN).order_by("id")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows[: limit + 1])
    shown = found[:limit]
    promised = {
        hold.subject: hold.promised for hold in standing([row.version_subject for row in shown]) if hold.promised
    }
    now = timezone.now()
    made = [_check(row, promised.get(row.version_subject), now, lang) for row in shown]
    return made, shown[-1].pk if len(found) > limit else None


def _check(row: Inventory, promised: datetime | None, now: datetime, lang: str) -> Check:
    late = promised is not None and promised < now
    mark = words.state("inventory", row.state, lang)
    return Check(
        row.pk, row.invt_no or row.pre_no, row.order_no, row.ebp_code, mark, row.judged_at, promised, late,
        row.customs_value, row.tax,
    )  # fmt: skip


@require_safe
@signed_in
def checks(request: HttpRequest) -> HttpResponse:
    """List the open checks, a page at a time; the authority and the window's operator see them."""
    actor = only(request, queries.SEES_ALL, machine="inventory", verb="check")
    shown, more = open_checks(actor, request.lang, after=place(request, "after"))
    context = {"checks": shown, "turning": turning(request, "after", more)}
    return render(request, "desk/checks.html", context)
