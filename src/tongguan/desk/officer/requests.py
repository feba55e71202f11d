"""Requests that wait for the authority (待办撤单与退货): goods to be counted in, and decisions to be made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.trader.requests import VERBS, line, listing, seen, shown, verbs_of
from tongguan.ecommerce import queries
from tongguan.ecommerce.models import Request, Return
from tongguan.ecommerce.returns import actions, lists
from tongguan.ecommerce.states import RETURN, WITHDRAWAL
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text

LONGEST_REASON, LONGEST_RECORD, LONGEST_NUMBER = 500, 100, 20
_TOO_MANY = Decimal(10) ** 14  # the column of quantities has fourteen digits before the point


@require_safe
@signed_in
def work(request: HttpRequest) -> HttpResponseBase:
    """List what the authority has to do about requests, the longest waiting first."""
    actor = only(request, queries.SEES_ALL, machine="withdrawal", verb="accept")
    of = request.GET.get("of", "")
    of = of if of in lists.WORK else next(iter(lists.WORK))
    work_of = listing("requests_work", request.lang, work=True)
    whole = work_of.answer(
        request, lambda most: (line(row, actor, request.lang) for row in lists.work(of, limit=most)[0])
    )
    if whole is not None:
        return whole
    found, more = lists.work(of, after=place(request, "after"), limit=queries.PAGE)
    context = {
        "list": work_of.shown(request, [line(row, actor, request.lang) for row in found]),
        "turning": turning(request, "after", more),
        "of": of,
        "parts": list(lists.PARTS),
        "authority": True,
    }
    return render(request, "desk/requests_work.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def decide(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Ask for what a decision needs, then count goods in, accept or refuse a request."""
    if verb not in VERBS:
        raise Http404
    actor = only(request, {"officer", "operator"}, machine="return", verb=verb)
    row = seen(request, number)
    problems: list[str] = []
    if request.method == "POST":
        try:
            _ACTIONS[lists.noun_of(row), verb](row, request.POST, actor, timezone.now())
        except KeyError:
            raise Http404 from None
        except Refused as refused:
            problems = [one.text(request.lang) for one in refused.findings]
        except (NotNow, NotYours) as refused:
            problems = [refused.text(request.lang)]
        else:
            notices.success(request, text(f"desk.request.did.{verb}.{lists.noun_of(row)}", request.lang, number=number))
            return redirect("request", number=number)
    elif verb not in verbs_of(row, actor):
        notices.error(request, _why_not(row, verb, actor).text(request.lang))
        return redirect("request", number=number)
    context = shown(request, row) | {
        "verb": verb, "problems": problems, "reason": request.POST.get("reason", ""), "longest": LONGEST_REASON,
        "transport": request.POST.get("transport", ""), "elsewhere": _elsewhere(row),
        "changed": request.POST.get("state") == "changed", "counts": _counts(row, request),
    }  # fmt: skip
    return render(request, "desk/request_decide.html", context, status=409 if problems else 200)


def _why_not(row: Request, verb: str, actor: Actor) -> NotNow | NotYours:
    machine = RETURN if isinstance(row, Return) else WITHDRAWAL
    try:
        machine.after(row.state, verb, by=actor)
    except (NotNow, NotYours) as refused:
        return refused
    raise AssertionError("it can be done")


def _elsewhere(row: Request) -> bool:
    return isinstance(row, Return) and row.customs_code != row.inventory.customs_code


def _counts(row: Request, request: HttpRequest) -> dict[int, str]:
    """Return what stands in the fields of a tally: what was typed, at first what was asked for."""
    if not isinstance(row, Return):
        return {}
    return {
        item.gnum: request.POST.get(f"qty-{item.gnum}", f"{item.qty.normalize():f}")[:LONGEST_NUMBER]
        for item in row.items.order_by("gnum")
    }


def _counted(row: Request, given: Any) -> dict[int, Decimal]:
    """Return the quantities that were counted; raises Refused for what is no number."""
    found, wrong = {}, []
    for gnum in row.items.values_list("gnum", flat=True):  # type: ignore[attr-defined]
        value = given.get(f"qty-{gnum}", "").strip()[:LONGEST_NUMBER]
        try:
            found[gnum] = Decimal(value or 0)
            if not 0 <= found[gnum] < _TOO_MANY:  # raises for what is no number
                raise InvalidOperation
        except InvalidOperation:
            wrong.append(Finding("NOT_A_QUANTITY", f"item/{gnum}/qty", values={"gnum": gnum, "found": value}))
    if wrong:
        raise Refused(wrong)
    return found


def _arrive(row: Request, given: Any, actor: Actor, at: datetime) -> None:
    actions.confirm_arrival(
        row.pre_no, by=actor, at=at, counted=_counted(row, given), original_state=given.get("state") != "changed",
        transport=given.get("transport", "").replace("\x00", "")[:LONGEST_RECORD],
    )  # fmt: skip


def _reason(given: Any) -> str:
    return given.get("reason", "").replace("\x00", "").strip()[:LONGEST_REASON]


_ACTIONS: dict[tuple[str, str], Callable[[Any, Any, Actor, datetime], Any]] = {
    ("withdrawal", "accept"): lambda row, given, by, at: actions.allow_withdrawal(row.pre_no, by=by, at=at),
    ("withdrawal", "refuse"): lambda row, given, by, at: actions.deny_withdrawal(
        row.pre_no, by=by, at=at, reason=_reason(given)
    ),
    ("return", "arrive"): _arrive,
    ("return", "accept"): lambda row, given, by, at: actions.accept_return(row.pre_no, by=by, at=at),
    ("return", "refuse"): lambda row, given, by, at: actions.refuse_return(
        row.pre_no, by=by, at=at, reason=_reason(given)
    ),
}
