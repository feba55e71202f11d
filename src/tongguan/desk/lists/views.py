"""Keeping how one sees a list: its columns, and its filters under names of one's own."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tongguan.desk.audience import signed_in
from tongguan.desk.lists import actions
from tongguan.desk.written import written
from tongguan.kernel.texts import text

LISTS = (
    "parcels",
    "checks",
    "requests",
    "requests_work",
    "tallies",
    "bills",
    "payments",
    "risks",
    "journal",
    "messages",
    "books",
    "disowned_purchases",
    "certificates",
    "declarations",
    "declarations_work",
    "declaration_batches",
    "declaration_orders",
    "declaration_templates",
    "licences",
    "licence_reports",
    "reliefs",
    "legal_reliefs",
    "refunds",
    "deferrals",
    "guarantees",
    "duty_bills",
    "month_bills",
    "errors",
    "disclosures",
    "fee_reductions",
    "consignments",
    "manifests",
    "seconds",
)
"""The lists whose columns and filters are kept, each called as its page."""


def _list(name: str) -> str:
    if name not in LISTS:
        raise Http404
    return name


def _back(request: HttpRequest, name: str) -> HttpResponse:
    query = request.POST.get("query", "").replace("\x00", "")[: actions.LONGEST_QUERY]
    return redirect(reverse(name) + (f"?{query}" if query else ""))


@require_POST
@signed_in
def list_columns(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the columns that were ticked, or go back to the usual ones."""
    chosen = [] if "usual" in request.POST else request.POST.getlist("column")
    actions.keep_columns(request.user.pk, _list(name), [one[:40] for one in chosen])
    return _back(request, name)


@require_POST
@signed_in
def list_filters(request: HttpRequest, name: str) -> HttpResponse:
    """Keep what is filtered now under a name, or forget one."""
    person, of = request.user.pk, _list(name)
    if gone := request.POST.get("drop", ""):
        actions.drop_filter(person, of, gone)
        notices.success(request, text("desk.list.dropped", request.lang, name=gone[: actions.LONGEST_NAME]))
    elif not (called := written(request, "name", actions.LONGEST_NAME)):
        notices.error(request, text("desk.list.nameless", request.lang))
    elif actions.keep_filter(person, of, called, request.POST.get("query", "").replace("\x00", "")):
        notices.success(request, text("desk.list.saved", request.lang, name=called))
    else:
        notices.error(request, text("desk.list.too_many", request.lang, most=actions.MOST_FILTERS))
    return _back(request, name)
