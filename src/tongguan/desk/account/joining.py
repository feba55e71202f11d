"""Coming to the window: applying for a firm, what became of it, deciding it, and opening an invitation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from tongguan.desk import throttle
from tongguan.desk.account.entering import address, enter
from tongguan.desk.audience import acting, capacity, personal
from tongguan.desk.keyset import place, turning
from tongguan.desk.words import Mark
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor, NotNow
from tongguan.kernel.texts import text
from tongguan.parties import actions, masks, vault
from tongguan.parties.functions import FUNCTIONS
from tongguan.parties.models import Application, Invitation, Person
from tongguan.parties.queries import applications, find_invitation, may
from tongguan.parties.roles import FOR_AN_ENTERPRISE
from tongguan.parties.rules.joining import JoiningCase, Newcomer
from tongguan.parties.states import APPLICATION

PAGE = 50
LONGEST = 200


def mark(row: Application, lang: str) -> Mark:
    """Return the state of an application as it is shown."""
    return Mark(APPLICATION.group(row.state), text(f"application.state.{row.state}", lang))


@sensitive_post_parameters("password", "again", "representative")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Take an application to act for a firm, from a newcomer or from somebody who is signed in."""
    person = request.user if isinstance(request.user, Person) else None
    given = {name: request.POST.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in _FIELDS}
    problems: list[Finding] = []
    if request.method == "POST":
        row, problems, wait = _apply(request, person, given)
        if row is not None:
            if person is None:
                enter(request, row.person, factor=False)
            return redirect("account_application", number=row.pk)
        if wait:
            return render(request, "desk/account/join.html", _joining(request, person, given, [], wait), status=429)
    context = _joining(request, person, given, problems)
    return render(request, "desk/account/join.html", context, status=409 if problems else 200)


_FIELDS = ("code", "registration", "name", "role", "representative", "username", "person")


def _joining(
    request: HttpRequest, person: Person | None, given: dict[str, str], problems: list[Finding], wait: int = 0
) -> dict[str, Any]:
    said: dict[str, str] = {}
    for found in problems:
        said[found.pointer] = " ".join(filter(None, (said.get(found.pointer), found.text(request.lang))))
    return {"given": given, "said": said, "newcomer": person is None, "roles": FOR_AN_ENTERPRISE, "wait": wait}


def _apply(
    request: HttpRequest, person: Person | None, given: dict[str, str]
) -> tuple[Application | None, list[Finding], int]:
    """Apply, and return the application, or what is wrong, or how many minutes to wait."""
    at, where = timezone.now(), address(request)
    password = request.POST.get("password", "")[:1000]
    if person is None and password != request.POST.get("again", "")[:1000]:
        return None, [Finding("PASSWORD_TWICE", "again")], 0
    if wait := throttle.attempt(f"join\n{where}", where, at=at):
        return None, [], int(wait.total_seconds() // 60) + 1
    case = JoiningCase(
        given["code"], given["name"], given["role"], given["representative"], given["registration"], person
    )
    newcomer = None if person else Newcomer(given["username"], given["person"])
    try:
        return actions.apply(case, newcomer, password, language=request.lang, at=at), [], 0
    except Refused as refused:
        if not any(found.code == "USERNAME_TAKEN" for found in refused.findings):
            throttle.succeeded(f"join\n{where}", where)  # what is filled in wrongly is no attempt
        return None, refused.findings, 0


@require_safe
@personal
def listed(request: HttpRequest) -> HttpResponse:
    """List one's own applications, and those one decides."""
    before, actor = place(request, "before"), acting(request)
    rows = applications(_person(request), actor, before=before, limit=PAGE + 1)
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    lines = [(row, mark(row, request.lang), row.person_id == request.user.pk) for row in rows[:PAGE]]
    context = {"tab": "applications", "lines": lines, "turning": turning(request, "before", more)}
    return render(request, "desk/account/applications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show an application to who made it and to who decides it, and decide it."""
    row, decides = _shown(request, number)
    problem, actor = "", acting(request)
    if request.method == "POST":
        if not decides or actor is None:
            raise Http404
        try:
            done = _decide(request, row, actor)
        except (Refused, NotNow) as refused:
            problem = refused.text(request.lang)
        else:
            notices.success(request, text(f"application.state.{done.state}", request.lang))
            return redirect("account_application", number=row.pk)
    context = {
        "tab": "applications", "row": row, "mark": mark(row, request.lang), "own": row.person_id == request.user.pk,
        "verbs": APPLICATION.open_to(row.state, actor.role) if decides and actor else [], "problem": problem,
        "functions": FUNCTIONS, "representative": _representative(row), "longest": LONGEST,
        "first": row.state != "claimed",
    }  # fmt: skip
    return render(request, "desk/account/application.html", context, status=409 if problem else 200)


def _decide(request: HttpRequest, row: Application, actor: Actor) -> Application:
    if request.POST.get("verb") == "approve":
        return actions.approve_application(row.pk, request.POST.getlist("function"), by=actor, at=timezone.now())
    reason = request.POST.get("reason", "").replace("\x00", "")
    return actions.refuse_application(row.pk, reason, by=actor, at=timezone.now())


def _shown(request: HttpRequest, number: int) -> tuple[Application, bool]:
    """Return an application and whether the reader decides it; raises Http404 for what is neither his nor his to decide."""
    row = Application.objects.select_related("person", "enterprise").filter(pk=min(number, 2**63 - 1)).first()
    actor = acting(request)
    if row is None:
        raise Http404
    decides = actor is not None and (
        actor.role == "operator"
        or (row.enterprise_id is not None and actor.enterprise == row.enterprise_id and may(actor, "people"))
    )
    if not decides and row.person_id != request.user.pk:
        raise Http404
    return row, decides


def _representative(row: Application) -> str:
    try:
        return masks.name(vault.unseal(row.representative).decode())
    except vault.Forgotten:
        return "–"


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Open an invitation: accept it as who one is, or as a newcomer."""
    row = find_invitation(secret)
    if row is None:
        raise Http404
    person = request.user if isinstance(request.user, Person) else None
    given = {name: request.POST.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in ("username", "person")}
    problems: list[Finding] = []
    if request.method == "POST":
        problems = _accept(request, secret, person, given)
        if not problems:
            notices.success(request, text("desk.invitation.done", request.lang))
            return redirect("account")
    said = {found.pointer: found.text(request.lang) for found in problems}
    context = {
        "row": row, "given": given, "said": said, "newcomer": person is None, "state": row.state(timezone.now()),
        "chosen": capacity(request),
    }  # fmt: skip
    return render(request, "desk/account/invitation.html", context, status=409 if problems else 200)


def _accept(request: HttpRequest, secret: str, person: Person | None, given: dict[str, str]) -> list[Finding]:
    password = request.POST.get("password", "")[:1000]
    if person is None and password != request.POST.get("again", "")[:1000]:
        return [Finding("PASSWORD_TWICE", "again")]
    who = person or Newcomer(given["username"], given["person"])
    try:
        made = actions.accept_invitation(secret, who, password, language=request.lang, at=timezone.now())
    except Refused as refused:
        return refused.findings
    except Invitation.DoesNotExist:
        raise Http404 from None
    if person is None:
        enter(request, made.person, factor=False)
    return []


def _person(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    return person
