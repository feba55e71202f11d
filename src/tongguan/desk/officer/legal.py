"""Deciding claims of reliefs by the law itself (法定减免税审核)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tongguan.declarations import actions as declarations
from tongguan.desk.audience import only, signed_in
from tongguan.desk.officer.seconding import alone_or_proposed
from tongguan.desk.trader.legal import page_of, seen
from tongguan.desk.written import written
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.revenue.legal import actions
from tongguan.revenue.legal.rules import MOST_WORDS
from tongguan.revenue.legal.states import CLAIM, FIRM, OFFICER

_PERCENT = 100


@require_POST
@signed_in
def decide_legal(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Grant or refuse a claim; its firm takes it back."""
    if verb not in ("grant", "refuse", "cancel"):
        raise Http404
    actor = only(request, FIRM if verb == "cancel" else {OFFICER}, machine=CLAIM.name, verb=verb)
    row, answer, share = seen(number, actor), written(request, "answer", MOST_WORDS), written(request, "share", 10)
    who: dict[str, Any] = {"by": actor, "at": timezone.now()}
    try:
        if verb == "grant":
            told = {"share": _share(share), "extended": bool(request.POST.get("extended")), "answer": answer} | who
            path = reverse("legal_relief", args=[row.number])
            waits = alone_or_proposed(
                request, actor, lambda: declarations.grant_relief(row.number, **told), answer, path
            )
            if waits is not None:
                return waits
        elif verb == "refuse":
            actions.refuse(row.number, answer=answer, **who)
        else:
            actions.cancel(row.number, **who)
    except Refused as refused:
        problems = [one.text(request.lang) for one in refused.findings]
        return page_of(request, actor, seen(number, actor), problems, answer=answer, share=share)
    except (NotNow, NotYours) as refused:
        return page_of(request, actor, seen(number, actor), [refused.text(request.lang)], answer=answer, share=share)
    notices.success(request, text(f"desk.legal.done.{verb}", request.lang, number=row.number))
    return redirect("legal_relief", number=row.number)


def _share(given: str) -> Decimal:
    """Return the percentage that was written as a share; 0 where nothing was, NaN where it is no number."""
    try:
        return Decimal(given) / _PERCENT if given else Decimal(0)
    except InvalidOperation:
        return Decimal("NaN")
