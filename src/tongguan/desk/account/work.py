"""An officer's own work (我的经办): what he has taken, handing it over, and who stands in for him."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotYours
from tongguan.kernel.texts import text
from tongguan.parties import work as known
from tongguan.parties.actions import work as actions
from tongguan.parties.models import Delegation

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """List one's open work and that of those one stands in for; hand work over, let somebody stand in, end that."""
    actor = only(request, {"officer"}, machine="parties", verb="take")
    said: dict[str, str] = {}
    if request.method == "POST":
        verb = request.POST.get("verb", "")
        said = _act(request, actor, verb)
        if not said:
            notices.success(request, text(f"desk.work.did.{verb}", request.lang))
            return redirect("account_work")
    rows = known.work_of(actor.name, on=timezone.localdate(), after=place(request, "after") or 0, limit=PAGE + 1)
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    context: dict[str, Any] = {
        "tab": "work", "rows": rows[:PAGE], "own": actor.name, "said": said, "given": request.POST if said else {},
        "turning": turning(request, "after", more), "colleagues": [o for o in known.officers() if o.username != actor.name],
        "delegations": known.delegations_of(actor.name), "handovers": known.handovers_of(actor.name),
        "today": timezone.localdate(), "verb": request.POST.get("verb", ""),
    }  # fmt: skip
    return render(request, "desk/account/work.html", context, status=409 if said else 200)


def _act(request: HttpRequest, actor: Actor, verb: str) -> dict[str, str]:
    """Do what the pressed button says; returns what is wrong by the field."""
    at, to = timezone.now(), _written(request, "to")
    try:
        if verb == "hand_over":
            chosen = None if request.POST.get("all") else request.POST.getlist("matter")
            actions.hand_over_work(to, _written(request, "note"), chosen, by=actor, at=at)
        elif verb == "delegate":
            span = _date(request, "since"), _date(request, "until")
            actions.delegate(to, *span, _written(request, "reason"), by=actor, at=at)
        elif verb == "end":
            number = request.POST.get("delegation", "")
            if not (number.isascii() and number.isdecimal() and len(number) < 19):
                raise Http404
            actions.end_delegation(int(number), by=actor, at=at)
        else:
            raise Http404
    except Refused as refused:
        return {found.pointer: found.text(request.lang) for found in reversed(refused.findings)}
    except (NotYours, Delegation.DoesNotExist):
        raise Http404 from None
    return {}


@require_POST
@signed_in
def take(request: HttpRequest) -> HttpResponse:
    """Take the matter of the page one comes from, or give it back."""
    actor = only(request, {"officer"}, machine="parties", verb="take")
    subject, path = _written(request, "subject")[:120], _written(request, "path")[:300]
    if not path.startswith("/") or not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        raise Http404
    try:
        if request.POST.get("verb") == "give_back":
            actions.give_back(subject, by=actor, at=timezone.now())
        else:
            actions.take_work(subject, path, by=actor, at=timezone.now())
    except Refused as refused:
        notices.error(request, refused.findings[0].text(request.lang))
    except NotYours as refused:
        notices.error(request, refused.text(request.lang))
    return redirect(path)


def _written(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:500]


def _date(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        return None
