"""Subscribers (订阅方): whom a firm lets have the receipts of messages that name them."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tongguan.desk.audience import only, signed_in
from tongguan.ecommerce.models import AllowedSubscriber
from tongguan.ecommerce.subscriptions import queries
from tongguan.ecommerce.subscriptions.actions.subscribing import allow, end
from tongguan.kernel.rules import Refused
from tongguan.kernel.texts import text
from tongguan.parties.roles import FOR_AN_ENTERPRISE

LONGEST = 30


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def subscribers(request: HttpRequest) -> HttpResponse:
    """List whom one's firm has allowed, and allow another by its address in the exchange."""
    actor = only(request, set(FOR_AN_ENTERPRISE), machine="subscription", verb="allow")
    address, problem = request.POST.get("address", "").replace("\x00", "").strip()[:LONGEST], ""
    if request.method == "POST":
        try:
            allow(address, by=actor, at=timezone.now())
        except Refused as refused:
            said = "；".join(one.text(request.lang) for one in refused.findings)
            problem = said if address else text("desk.subscribers.no_address", request.lang)
        else:
            notices.success(request, text("desk.subscribers.allowed", request.lang, address=address))
            return redirect("subscribers")
    lines = [(row, row.subscriber.name(request.lang)) for row in queries.allowed(to=actor)]
    context = {"lines": lines, "address": address, "problem": problem, "longest": LONGEST}
    return render(request, "desk/subscribers.html", context, status=409 if problem else 200)


@require_POST
@signed_in
def end_subscriber(request: HttpRequest, number: int) -> HttpResponse:
    """Take back what was allowed."""
    actor = only(request, set(FOR_AN_ENTERPRISE), machine="subscription", verb="end")
    try:
        end(number, by=actor, at=timezone.now())
    except AllowedSubscriber.DoesNotExist:
        raise Http404 from None
    notices.success(request, text("desk.subscribers.ended", request.lang))
    return redirect("subscribers")
