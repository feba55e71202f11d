"""Mandates (委托书): those one's firm holds as an agent and gives as a principal; asking, granting, revoking."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.words import Mark
from tongguan.formats.ceb import TABLES
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.parties.actions import ask_mandate, decide_mandate
from tongguan.parties.actions.mandates import SIDES
from tongguan.parties.mandates import mandates_of
from tongguan.parties.models import Mandate
from tongguan.parties.models.mandates import ABILITIES
from tongguan.parties.queries import may
from tongguan.parties.states import MANDATE

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listed(request: HttpRequest) -> HttpResponse:
    """List the mandates of one's firm, and ask for one."""
    actor = _firms(request)
    manages, problems = may(actor, "mandates"), []
    if request.method == "POST":
        problems = _ask(request, actor)
        if not problems:
            notices.success(request, text("desk.mandates.asked", request.lang))
            return redirect("account_mandates")
    rows = mandates_of(_enterprise(actor), place(request, "before"), PAGE + 1)
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    said: dict[str, str] = {}
    for found in problems:
        said.setdefault(found.pointer, found.text(request.lang))
    context: dict[str, Any] = {
        "tab": "mandates", "lines": [_line(row, actor, manages, request.lang) for row in rows[:PAGE]],
        "turning": turning(request, "before", more), "manages": manages, "said": said, "abilities": ABILITIES,
        "kinds": [(kind, table.title[request.lang]) for kind, table in TABLES.items() if kind in _FILED],
        "given": request.POST if problems else {}, "chosen": request.POST.getlist("ability"),
        "messages_chosen": request.POST.getlist("message"), "today": timezone.localdate().isoformat(),
    }  # fmt: skip
    return render(request, "desk/account/mandates.html", context, status=409 if problems else 200)


_FILED = ("CEB311Message", "CEB411Message", "CEB511Message", "CEB621Message", "CEB623Message", "CEB625Message",
          "CEB711Message")  # fmt: skip


def _line(row: Mandate, actor: Actor, manages: bool, lang: str) -> dict[str, Any]:
    side = "principal" if row.principal_id == actor.enterprise else "agent"
    verbs = [verb for verb in MANDATE.open_to(row.state, actor.role) if SIDES[verb] in ("", side)] if manages else []
    mark = Mark(MANDATE.group(row.state), text(f"mandate.state.{row.state}", lang))
    over = row.state == "granted" and row.until < timezone.localdate()
    if over:
        mark = Mark("draft", text("desk.mandates.over", lang))
    kinds = [TABLES[kind].title[lang] for kind in row.messages if kind in TABLES]
    other = row.agent if side == "principal" else row.principal
    return {"row": row, "side": side, "other": other, "mark": mark, "kinds": kinds, "verbs": [] if over else verbs}


def _ask(request: HttpRequest, actor: Actor) -> list[Finding]:
    try:
        ask_mandate(
            request.POST.get("principal", "").replace("\x00", "")[:30], request.POST.getlist("ability"),
            request.POST.getlist("message"), since=_day(request, "since"), until=_day(request, "until"), by=actor,
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        return refused.findings
    except NotYours as refused:
        raise PermissionDenied(refused.text(request.lang)) from None
    return []


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.POST.get(name, "").strip())
    except ValueError:
        return None


@require_POST
@signed_in
def decide(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Grant, refuse, revoke or withdraw a mandate."""
    actor = _firms(request)
    firm = _enterprise(actor)
    row = Mandate.objects.filter(pk=min(number, 2**63 - 1)).first()
    if row is None or verb not in SIDES or firm not in (row.agent_id, row.principal_id):
        raise Http404
    try:
        row = decide_mandate(row.pk, verb, reason=request.POST.get("reason", ""), by=actor, at=timezone.now())
    except NotYours as refused:
        raise PermissionDenied(refused.text(request.lang)) from None
    except NotNow as refused:
        notices.error(request, refused.text(request.lang))
    else:
        notices.success(request, text(f"mandate.state.{row.state}", request.lang))
    return redirect("account_mandates")


def _firms(request: HttpRequest) -> Actor:
    """Return who acts for a firm; mandates are the firms' own."""
    actor = acting(request)
    assert actor is not None
    if actor.enterprise is None:
        refused = NotYours(machine="mandate", verb="grant", role=actor.role, roles=["administrator"])
        raise PermissionDenied(refused.text(request.lang))
    return actor


def _enterprise(actor: Actor) -> int:
    assert actor.enterprise is not None
    return actor.enterprise
