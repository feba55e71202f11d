"""What an officer does on the page of a parcel: decides on its check, and looks at personal data for a purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tongguan.desk.audience import only, signed_in
from tongguan.desk.officer.seconding import alone_or_proposed
from tongguan.desk.trader.comparison import compare, personal_elements
from tongguan.desk.trader.parcels import OFFICERS_VERBS, seen, shown
from tongguan.desk.written import written
from tongguan.ecommerce import actions
from tongguan.ecommerce.states import INVENTORY
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.parties import access

ACTIONS: dict[str, Callable[..., Any]] = {
    "pass": actions.pass_check, "suspend": actions.suspend, "refuse": actions.refuse
}  # fmt: skip
LONGEST_REASON = 500


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def decide(request: HttpRequest, verb: str, ebp_code: str, order_no: str) -> HttpResponse:
    """Ask for a reason and a confirmation, then pass, suspend or refuse the inventory of a parcel."""
    if verb not in OFFICERS_VERBS:
        raise Http404
    actor = only(request, {"officer"}, machine="inventory", verb=verb)
    found = seen(request, ebp_code, order_no)
    row = found.inventory
    if row is None or not row.invt_no:
        raise Http404
    reason = written(request, "reason", LONGEST_REASON)
    problem = ""
    if request.method == "POST":
        try:
            number, act = row.invt_no, ACTIONS[verb]
            waits = alone_or_proposed(
                request, actor, lambda: act(number, by=actor, at=timezone.now(), reason=reason), reason,
                reverse("parcel", args=[ebp_code, order_no]),
            )  # fmt: skip
        except Refused as refused:
            problem = "；".join(one.text(request.lang) for one in refused.findings)
        except (NotNow, NotYours) as refused:
            problem = refused.text(request.lang)
        else:
            if waits is not None:
                return waits
            notices.success(request, text(f"desk.decided.{verb}", request.lang, number=row.invt_no))
            return redirect("parcel", ebp_code=ebp_code, order_no=order_no)
    elif verb not in INVENTORY.open_to(row.state, actor.role):
        state = NotNow(machine="inventory", state=row.state, verb=verb, open=INVENTORY.open_to(row.state, actor.role))
        notices.error(request, state.text(request.lang))
        return redirect("parcel", ebp_code=ebp_code, order_no=order_no)
    context = {
        "verb": verb, "row": row, "ebp_code": ebp_code, "reason": reason, "problem": problem,
        "comparison": compare(found, request.lang), "longest": LONGEST_REASON,
        "optional": verb == "pass" and row.state != "suspended",
    }  # fmt: skip
    return render(request, "desk/decide.html", context, status=409 if problem else 200)


@require_POST
@signed_in
def reveal(request: HttpRequest, ebp_code: str, order_no: str) -> HttpResponse:
    """Show a parcel with personal data in clear, once, after the purpose was noted under the officer's name."""
    actor = only(request, {"officer"}, machine="parties", verb="look")
    found = seen(request, ebp_code, order_no)
    subject = str(found.inventory or found.order or found.waybill or found.payments[0])
    purpose = written(request, "purpose", LONGEST_REASON)
    try:
        access.look(subject, personal_elements(found.documents), purpose, by=actor, at=timezone.now())
    except Refused as refused:
        notices.error(request, "；".join(one.text(request.lang) for one in refused.findings))
        return redirect("parcel", ebp_code=ebp_code, order_no=order_no)
    return render(request, "desk/parcel.html", shown(request, found, ebp_code, clear=True) | {"purpose": purpose})
