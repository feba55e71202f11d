"""The open checks (待查验): what chance placed before an officer, the longest waiting first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import moment_and_number, turning, written
from tongguan.desk.lists.beside import late, simulated
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.trader.find import address
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
    actor: Actor, lang: str, *, after: tuple[datetime, int] | None = None, limit: int = PAGE
) -> tuple[list[Check], str | None]:
    """Return the open checks after a place, and the place of the next page when there is one. Two queries."""
    rows = queries.visible(Inventory, actor).filter(state__in=OPEN).order_by("judged_at", "id")
    if after is not None:
        rows = rows.filter(judged_at__gte=after[0]).exclude(judged_at=after[0], pk__lte=after[1])
    found = list(rows[: limit + 1])
    shown = found[:limit]
    promised = {
        hold.subject: hold.promised for hold in standing([row.version_subject for row in shown]) if hold.promised
    }
    now = timezone.now()
    made = [_check(row, promised.get(row.version_subject), now, lang) for row in shown]
    return made, _place_of(shown[-1]) if len(found) > limit else None


def _place_of(row: Inventory) -> str:
    assert row.judged_at is not None, "what waits for a check was judged"
    return written(row.judged_at, row.pk)


def _check(row: Inventory, promised: datetime | None, now: datetime, lang: str) -> Check:
    late = promised is not None and promised < now
    mark = words.state("inventory", row.state, lang)
    return Check(
        row.pk, row.invt_no or row.pre_no, row.order_no, row.ebp_code, mark, row.judged_at, promised, late,
        row.customs_value, row.tax,
    )  # fmt: skip


def listing(lang: str) -> Listing:
    """Return the list of open checks."""
    columns = (
        Column(
            "number", "desk.number.invt_no", lambda one: one.number, "code",
            lambda one: address(one.ebp_code, one.order_no),
        ),
        Column(
            "order_no", "desk.number.order_no", lambda one: one.order_no, "code",
            beside=lambda one: simulated(one.ebp_code, lang),
        ),
        Column("state", "desk.parcels.state", lambda one: one.mark, "mark"),
        Column("since", "desk.checks.since", lambda one: one.since, "moment"),
        Column(
            "promised", "desk.checks.promised", lambda one: one.promised, "moment",
            beside=lambda one: late(one.late, lang),
        ),
        Column("value", "desk.parcels.value", lambda one: one.value, "money"),
        Column("tax", "desk.parcels.tax", lambda one: one.tax, "money"),
        Column("platform", "desk.number.platform", lambda one: one.ebp_code, "code", spare=True),
    )  # fmt: skip
    return Listing("checks", "desk.checks.title", columns)


@require_safe
@signed_in
def checks(request: HttpRequest) -> HttpResponseBase:
    """List the open checks, a page at a time; the authority and the window's operator see them."""
    actor = only(request, queries.SEES_ALL, machine="inventory", verb="check")
    checks_of = listing(request.lang)
    if (whole := checks_of.answer(request, lambda most: open_checks(actor, request.lang, limit=most)[0])) is not None:
        return whole
    shown, more = open_checks(actor, request.lang, after=moment_and_number(request, "after"))
    context = {"list": checks_of.shown(request, shown), "turning": turning(request, "after", more)}
    return render(request, "desk/checks.html", context)
