"""Exchange rates of a month (计征汇率), for everybody; customs and the operator add published ones and withdraw wrong ones."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tongguan.desk.audience import acting, only, signed_in
from tongguan.desk.written import written
from tongguan.kernel.calendar import Uncountable, add_months
from tongguan.kernel.codes import codes
from tongguan.kernel.law import STANDINGS, NotConfigured, law
from tongguan.kernel.rules import Refused
from tongguan.kernel.texts import text
from tongguan.revenue.exchange import actions, queries
from tongguan.revenue.exchange.reading import read
from tongguan.revenue.models import PublishedRate

PLACES = 4
_MOST = 200_000  # characters of a file that is pasted
FIELDS = {"rates": _MOST, "title": 200, "href": 300, "standing": 10}


def _month(request: HttpRequest) -> tuple[date, str, bool]:
    """Return the month that is asked for, this one without, as it was written, and whether that is no month."""
    now = timezone.localdate().replace(day=1)
    given = request.GET.get("month", "").strip()[:7]
    if not given:
        return now, f"{now:%Y-%m}", False
    try:
        return date.fromisoformat(f"{given}-01"), given, False
    except ValueError:
        return now, given, True


@require_http_methods(["GET", "HEAD", "POST"])
def exchange_rates(request: HttpRequest) -> HttpResponse:
    """Show the rates of a month, which day they are of, and their sources; and take published ones in."""
    if request.method == "POST":
        return _added(request)
    return _page(request)


@signed_in
def _added(request: HttpRequest) -> HttpResponse:
    actor = only(request, actions.KEEPERS, machine="parties", verb="publish")
    given = {name: written(request, name, most) for name, most in FIELDS.items()}
    named = {name: given[name] for name in ("title", "href", "standing")}
    try:
        made = actions.publish(read(given["rates"]), **named, by=actor, at=timezone.now())
    except ValueError as missing:
        return _page(request, given, [text("desk.rates.columns_missing", request.lang, columns=str(missing))])
    except Refused as refused:
        return _page(request, given, [one.text(request.lang) for one in refused.findings[:50]])
    notices.success(request, text("desk.rates.done", request.lang, count=len(made)))
    return redirect("exchange_rates")


def _page(request: HttpRequest, given: dict[str, str] | None = None, problems: list[str] | None = None) -> HttpResponse:
    month, asked, wrong = _month(request)
    actor, names = acting(request), codes("currencies")
    shown: dict[str, Any] = {"day": None, "rows": []}
    try:
        on = min(timezone.localdate(), _last(month)) if month <= timezone.localdate() else _last(month)
        serving = queries.serving(on)
        rows = sorted(serving.rates.values(), key=lambda row: row.currency)
        shown = {
            "day": serving.rate_day,
            "rule": law("revenue.exchange_rate_day", on=month).reference,
            "rows": [
                (row, one.text(request.lang) if (one := names.get(row.currency)) else "", _yuan(row)) for row in rows
            ],
            "invented": any(row.standing == "design" for row in rows),
        }
    except (NotConfigured, Uncountable):
        pass  # the page says that nothing is known of this month
    beside = {"before": _beside(month, -1), "after": _beside(month, 1)}
    context = shown | beside | {
        "month": f"{month:%Y-%m}", "written": asked, "wrong": wrong, "given": given or {}, "problems": problems,
        "may_keep": actor is not None and actor.role in actions.KEEPERS, "standings": STANDINGS,
    }  # fmt: skip
    return render(request, "desk/revenue/rates.html", context, status=409 if problems else 200)


def _beside(month: date, n: int) -> str:
    try:
        return f"{add_months(month, n):%Y-%m}"
    except (ValueError, OverflowError):
        return ""


def _yuan(row: PublishedRate) -> str:
    """Return the yuan of a rate with the four decimals in which parities are published, or with more where it has them."""
    return f"{row.yuan:.4f}" if row.yuan == round(row.yuan, PLACES) else f"{row.yuan:f}"


def _last(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


@require_POST
@signed_in
def withdraw_rate(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw a rate that was wrong."""
    actor = only(request, actions.KEEPERS, machine="parties", verb="publish")
    try:
        actions.withdraw(number, reason="", by=actor, at=timezone.now())
    except (PublishedRate.DoesNotExist, OverflowError):
        raise Http404 from None
    notices.success(request, text("desk.rates.withdrawn", request.lang))
    return redirect("exchange_rates")
