"""What people say about purchases that counted for them (冒用额度申报): the list, one of them, and an officer's decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.trader.find import address
from tongguan.desk.written import written
from tongguan.ecommerce.models import DisownedPurchase
from tongguan.ecommerce.own import actions, queries
from tongguan.ecommerce.own.states import DISOWNED_PURCHASE
from tongguan.ecommerce.queries import SEES_ALL
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.kernel.texts import text

ACTIONS: dict[str, Callable[..., Any]] = {"uphold": actions.uphold, "dismiss": actions.dismiss}
LONGEST_REASON = 500


def _mark(row: DisownedPurchase, lang: str) -> words.Mark:
    return words.Mark(DISOWNED_PURCHASE.group(row.state), text(f"disowned_purchase.state.{row.state}", lang))


def listing(lang: str) -> Listing:
    """Return the list of reports."""
    return Listing("disowned_purchases", "desk.disowned.title", (
        Column(
            "number", "desk.disowned.number", lambda row: row.pk, "code",
            lambda row: reverse("disowned_purchase", args=[row.pk]),
        ),
        Column("kind", "desk.own.happened", lambda row: text(f"disowned.kind.{row.kind}", lang)),
        Column("masked", "desk.blacklist.number", lambda row: row.masked, "code"),
        Column(
            "order_no", "desk.own.order", lambda row: row.inventory.order_no, "code",
            lambda row: address(row.inventory.ebp_code, row.inventory.order_no),
        ),
        Column("at", "desk.disowned.at", lambda row: row.reported_at, "moment"),
        Column("state", "desk.risks.state", lambda row: _mark(row, lang), "mark"),
    ), ("state",))  # fmt: skip


@require_safe
@signed_in
def disowned_purchases(request: HttpRequest) -> HttpResponseBase:
    """List what people reported, newest first, of one state when asked."""
    actor = only(request, SEES_ALL, machine="disowned_purchase", verb="uphold")
    asked = request.GET.get("state", "")
    state = asked if asked in DISOWNED_PURCHASE.states else ""
    reports = listing(request.lang)
    whole = reports.answer(request, lambda most: queries.disowned(to=actor, state=state, limit=most))
    if whole is not None:
        return whole
    found = queries.disowned(to=actor, state=state, before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    context = {
        "list": reports.shown(request, page),
        "states": DISOWNED_PURCHASE.states,
        "state": state,
        "turning": turning(request, "before", page[-1].pk if len(found) > queries.PAGE else None),
    }
    return render(request, "desk/own/disowned.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def disowned_purchase(request: HttpRequest, number: int) -> HttpResponse:
    """Show one report; an officer upholds or dismisses it, with a reason."""
    actor = only(request, SEES_ALL, machine="disowned_purchase", verb="uphold")
    row = queries.disowned_one(number, to=actor)
    if row is None:
        raise Http404
    reason, problem = written(request, "reason", LONGEST_REASON), ""
    if request.method == "POST":
        verb = request.POST.get("verb", "")
        actor = only(request, {"officer"}, machine="disowned_purchase", verb=verb if verb in ACTIONS else "uphold")
        if verb not in ACTIONS:
            raise Http404
        try:
            ACTIONS[verb](row.pk, by=actor, at=timezone.now(), reason=reason)
        except Refused as refused:
            problem = "；".join(one.text(request.lang) for one in refused.findings)
        except (NotNow, NotYours) as refused:
            problem = refused.text(request.lang)
        else:
            notices.success(request, text(f"desk.disowned.decided.{verb}", request.lang))
            return redirect("disowned_purchase", number=row.pk)
    context = {
        "row": row,
        "mark": _mark(row, request.lang),
        "verbs": DISOWNED_PURCHASE.open_to(row.state, actor.role),
        "reason": reason,
        "problem": problem,
        "longest": LONGEST_REASON,
    }
    return render(request, "desk/own/disowned_one.html", context, status=409 if problem else 200)
