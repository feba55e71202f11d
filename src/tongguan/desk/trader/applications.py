"""The list of what firms ask of customs for their bills, by its state or a number: refunds, paying later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.trader.requests import searched
from tongguan.kernel.states import Actor, Machine
from tongguan.revenue.payments.queries import PAGE


def by_state(
    request: HttpRequest, of: Listing, machine: Machine, find: Callable[..., list[Any]], template: str, *, to: Actor
) -> HttpResponseBase:
    """Return a list whose tabs are the states of its rows, or the whole of it as a file.

    ``find`` takes ``to``, ``state``, ``number``, ``before`` and ``limit``, and returns the newest first.
    """
    state, number = request.GET.get("state", ""), searched(request)
    asked: dict[str, Any] = {"to": to, "state": state if state in machine.states else "", "number": number}
    whole = of.answer(request, lambda most: find(**asked, limit=most))
    if whole is not None:
        return whole
    found = find(**asked, before=place(request, "before"), limit=PAGE + 1)
    page = found[:PAGE]
    context = {
        "list": of.shown(request, page), "number": number, "tab": of.name,
        "turning": turning(request, "before", page[-1].pk if len(found) > PAGE else None),
        "tabs": tabs(request, "state", asked["state"], [(one, f"{machine.name}.state.{one}") for one in machine.states]),
    }  # fmt: skip
    return render(request, template, context)
