"""Support sessions (协助查看): the operator asks and looks, the firm's administrator allows and reads what was seen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.desk.account.watching import SUPPORT as LOOKING
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.words import Mark
from tongguan.kernel.law import law
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.parties.actions.support import ask_support, decide_support
from tongguan.parties.models import Person, SupportLook, SupportSession
from tongguan.parties.queries import may
from tongguan.parties.roles import FOR_AN_ENTERPRISE
from tongguan.parties.states import SUPPORT

PAGE = 50
_VERBS = ("allow", "refuse", "withdraw", "end", "look")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listed(request: HttpRequest) -> HttpResponse:
    """List the support sessions that one asked for, or that were asked of one's firm; ask for one."""
    actor, said = _side(request), {}
    if request.method == "POST":
        if actor.role != "operator":
            raise PermissionDenied
        said = _ask(request, actor)
        if not said:
            notices.success(request, text("desk.support.asked", request.lang))
            return redirect("account_supports")
    rows = list(_own(actor, place(request, "before"))[: PAGE + 1])
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    context: dict[str, Any] = {
        "tab": "support", "lines": [(row, _mark(row, request.lang)) for row in rows[:PAGE]], "said": said,
        "turning": turning(request, "before", more), "asks": actor.role == "operator", "roles": FOR_AN_ENTERPRISE,
        "longest": law("parties.support_minutes", on=timezone.localdate()).value, "given": request.POST if said else {},
    }  # fmt: skip
    return render(request, "desk/account/supports.html", context, status=409 if said else 200)


@require_safe
@signed_in
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show a support session to both sides, with every page that was seen."""
    actor = _side(request)
    row = _seen(actor, number)
    at, after = timezone.now(), place(request, "after") or 0
    looks = list(SupportLook.objects.filter(session=row, id__gt=after).order_by("id")[: PAGE + 1])
    more = looks[PAGE - 1].pk if len(looks) > PAGE else None
    open_ = [] if row.shown_state(at) == "over" else SUPPORT.open_to(row.state, actor.role)
    context = {
        "tab": "support", "row": row, "mark": _mark(row, request.lang), "looks": looks[:PAGE],
        "verbs": open_, "looks_now": actor.role == "operator" and row.shown_state(at) == "allowed",
        "turning": turning(request, "after", more),
    }  # fmt: skip
    return render(request, "desk/account/support.html", context)


@require_POST
@signed_in
def change(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Allow, refuse, withdraw or end a support session, or begin to look."""
    actor = _side(request)
    row = _seen(actor, number)
    if verb not in _VERBS:
        raise Http404
    if verb == "look":
        if actor.role != "operator" or row.shown_state(timezone.now()) != "allowed":
            raise PermissionDenied
        request.session[LOOKING] = row.pk
        return redirect("home")
    try:
        done = decide_support(row.pk, verb, by=actor, at=timezone.now())
    except (NotNow, NotYours) as refused:
        notices.error(request, refused.text(request.lang))
    else:
        notices.success(request, text(f"support.state.{done.state}", request.lang))
    if verb == "end":
        request.session.pop(LOOKING, None)
        request.__dict__.pop("support", None)  # what follows is his own page again
    return redirect("account_support", number=row.pk)


def _ask(request: HttpRequest, actor: Actor) -> dict[str, str]:
    """Ask for a support session; returns what is wrong by the field."""
    person, minutes = request.user, request.POST.get("minutes", "").strip()
    assert isinstance(person, Person)
    code, role, reason = (request.POST.get(name, "").replace("\x00", "")[:500] for name in ("of", "role", "reason"))
    span = int(minutes) if minutes.isascii() and minutes.isdecimal() and len(minutes) < 6 else 0
    said: dict[str, str] = {}
    try:
        ask_support(person, code, role, reason, span, by=actor, at=timezone.now())
    except Refused as refused:
        for found in refused.findings:
            said.setdefault(found.pointer, found.text(request.lang))
    return said


def _side(request: HttpRequest) -> Actor:
    """Return who asks as an operator or decides as an administrator; somebody who looks is the operator he is."""
    if hasattr(request, "support"):
        return Actor(request.user.get_username(), "operator", label=str(request.user))
    actor = acting(request)
    assert actor is not None
    if actor.role == "operator" or (actor.enterprise is not None and may(actor, "people")):
        return actor
    refused = NotYours(machine="support", verb="allow", role=actor.role, roles=["administrator", "operator"])
    raise PermissionDenied(refused.text(request.lang))


def _own(actor: Actor, before: int | None = None) -> Any:
    rows = SupportSession.objects.select_related("person", "enterprise").order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    if actor.role == "operator":
        return rows.filter(person__username=actor.name)
    return rows.filter(enterprise=actor.enterprise)


def _seen(actor: Actor, number: int) -> SupportSession:
    row = _own(actor).filter(pk=min(number, 2**63 - 1)).first()
    if row is None:
        raise Http404
    return row


def _mark(row: SupportSession, lang: str) -> Mark:
    state = row.shown_state(timezone.now())
    return Mark("draft" if state == "over" else SUPPORT.group(state), text(f"support.state.{state}", lang))
