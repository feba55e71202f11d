"""The programs of a firm (接入系统), as its administrator lets them act for it; the operator those of any firm he names."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongguan.desk.account.managing import asked, back, manager
from tongguan.desk.account.proving import proof_asked
from tongguan.desk.audience import signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.words import Mark
from tongguan.kernel.law import law
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.parties import actions
from tongguan.parties.functions import SCOPES, every_scope
from tongguan.parties.models import Enterprise, MachineClient
from tongguan.parties.queries import clients_of, exchange_numbers, program, program_roles

PAGE = 50
_TONES = {"in_force": "done", "expired": "draft", "revoked": "needs_you"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listed(request: HttpRequest) -> HttpResponse:
    """List the programs of a firm with what they may do; let one more act for it, its token shown in this answer only."""
    actor, firm = manager(request, "programs", "issue")
    said: dict[str, str] = {}
    given: tuple[MachineClient, str] | None = None
    if request.method == "POST" and firm is not None:
        if (unproven := proof_asked(request)) is not None:
            return unproven
        given, said = _give(request, firm, actor)
    return _page(request, actor, firm, said=said, given=given)


@never_cache
@require_http_methods(["POST"])
@signed_in
def change(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Give a program another token, shown in this answer only, or take its access away."""
    actor, firm = manager(request, "programs", "issue")
    row = program(min(number, 2**63 - 1), firm.pk) if firm is not None else None
    if row is None or verb not in ("renew", "revoke"):
        raise Http404
    at = timezone.now()
    if verb == "revoke":
        actions.revoke(row.pk, by=actor, at=at)
        notices.success(request, text("desk.programs.revoked", request.lang, name=row.name))
        return redirect(back("account_programs", firm, actor))
    if (unproven := proof_asked(request)) is not None:
        return unproven
    try:
        return _page(request, actor, firm, given=actions.renew_access(row.pk, _days(request), by=actor, at=at))
    except Refused as refused:
        notices.error(request, refused.findings[0].text(request.lang))
        return redirect(back("account_programs", firm, actor))


def _page(
    request: HttpRequest,
    actor: Actor,
    firm: Enterprise | None,
    *,
    said: dict[str, str] | None = None,
    given: tuple[MachineClient, str] | None = None,
) -> HttpResponse:
    at = timezone.now()
    rows = clients_of(firm.pk, place(request, "after") or 0, PAGE + 1) if firm is not None else []
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    turned = turning(request, "after", more) if request.method != "POST" else None
    context: dict[str, Any] = {
        "tab": "programs", "firm": firm, "asked": asked(request), "chooses": actor.role == "operator", "said": said or {},
        "made": given, "lines": [(row, _mark(row, at, request.lang)) for row in rows[:PAGE]], "turning": turned,
        "scopes": SCOPES, "longest": law("parties.token_days", on=timezone.localdate()).value,
        "roles": program_roles(firm) if firm else [], "numbers": exchange_numbers(firm.pk) if firm else [],
        "given": request.POST if said else {}, "chosen": request.POST.getlist("scope") if said else every_scope()[:2],
    }  # fmt: skip
    return render(request, "desk/account/programs.html", context, status=409 if said else 200)


def _mark(row: MachineClient, at: Any, lang: str) -> Mark:
    state = row.state(at)
    return Mark(_TONES[state], text(f"desk.programs.state.{state}", lang))


def _give(
    request: HttpRequest, firm: Enterprise, actor: Actor
) -> tuple[tuple[MachineClient, str] | None, dict[str, str]]:
    """Let a program act for the firm; returns it with its token, or what is wrong by the field."""
    name, role = (request.POST.get(field, "").replace("\x00", "")[:60] for field in ("name", "role"))
    dxp_id = request.POST.get("dxp_id", "").replace("\x00", "")[:60]
    try:
        made = actions.give_access(
            firm, name, role, request.POST.getlist("scope"), _days(request), dxp_id=dxp_id, by=actor, at=timezone.now()
        )
    except Refused as refused:
        said: dict[str, str] = {}
        for found in refused.findings:
            said.setdefault(found.pointer, found.text(request.lang))
        return None, said
    return made, {}


def _days(request: HttpRequest) -> int:
    given = request.POST.get("days", "").strip()
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 0
