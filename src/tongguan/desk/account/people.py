"""The people of a firm (人员), as its administrator manages them; the operator those of the window and of any firm."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tongguan.desk.account.managing import asked, back, manager
from tongguan.desk.account.proving import proof_asked
from tongguan.desk.audience import signed_in
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.parties import actions
from tongguan.parties.functions import FUNCTIONS
from tongguan.parties.models import Enterprise, Invitation, Membership
from tongguan.parties.queries import invitations, people
from tongguan.parties.roles import FOR_AN_ENTERPRISE, FOR_NOBODY

VERBS = ("change", "hand_over", "end")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def listed(request: HttpRequest) -> HttpResponse:
    """List the people of a firm or of the window with what they may do, and invite somebody."""
    actor, firm = manager(request, "people", "invite")
    made, problem = "", ""
    if request.method == "POST":
        if (unproven := proof_asked(request)) is not None:
            return unproven
        made, problem = _invite(request, actor, firm)
    at = timezone.now()
    context: dict[str, Any] = {
        "tab": "people", "firm": firm, "asked": asked(request), "chooses": actor.role == "operator", "problem": problem,
        "made": made and request.build_absolute_uri(reverse("account_invitation", args=[made])),
        "rows": people(firm and firm.pk), "functions": FUNCTIONS, "own": request.user.pk,
        "roles": FOR_AN_ENTERPRISE if firm else FOR_NOBODY, "role": actor.role,
        "invited": [(row, row.state(at)) for row in invitations(firm and firm.pk)],
        "note": request.POST.get("note", "") if problem else "",
    }  # fmt: skip
    return render(request, "desk/account/people.html", context, status=409 if problem else 200)


def _invite(request: HttpRequest, actor: Actor, firm: Enterprise | None) -> tuple[str, str]:
    """Invite somebody; returns the secret of the link, or what is wrong."""
    note = request.POST.get("note", "").replace("\x00", "")
    role, functions = request.POST.get("role", ""), request.POST.getlist("function")
    try:
        return actions.invite(firm, role, functions, note=note, by=actor, at=timezone.now())[1], ""
    except Refused as refused:
        return "", refused.findings[0].text(request.lang)


@require_POST
@signed_in
def change(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Change what somebody may do, hand over to him, or end his role."""
    actor, firm = manager(request, "people", "invite")
    row = Membership.objects.filter(pk=min(number, 2**63 - 1), enterprise=firm, ended=None).first()
    if row is None or verb not in VERBS:
        raise Http404
    if verb != "end" and (unproven := proof_asked(request)) is not None:
        return unproven
    at = timezone.now()
    try:
        if verb == "change":
            actions.change_functions(row.pk, request.POST.getlist("function"), by=actor, at=at)
        elif verb == "hand_over":
            actions.hand_over(row.pk, by=actor, at=at)
        else:
            actions.end_membership(row.pk, by=actor, at=at)
    except Refused as refused:
        notices.error(request, refused.findings[0].text(request.lang))
    else:
        notices.success(request, text("desk.people.done", request.lang, name=str(row.person)))
    return redirect("account" if verb == "hand_over" else back("account_people", firm, actor))


@require_POST
@signed_in
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take an invitation back."""
    actor, firm = manager(request, "people", "invite")
    row = Invitation.objects.filter(pk=min(number, 2**63 - 1), enterprise=firm).first()
    if row is None:
        raise Http404
    try:
        actions.withdraw_invitation(row.pk, by=actor, at=timezone.now())
    except Refused as refused:
        notices.error(request, refused.findings[0].text(request.lang))
    else:
        notices.success(request, text("desk.people.withdrawn", request.lang))
    return redirect(back("account_people", firm, actor))
