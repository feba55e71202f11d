"""One's own account (我的账户): the roles one has, password, second factor, and where one is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.desk import throttle
from tongguan.desk.account.entering import FACTOR, address
from tongguan.desk.account.proving import proof_asked
from tongguan.desk.audience import CHOSEN, capacity, held, personal
from tongguan.desk.permits import self_of
from tongguan.kernel.rules import Refused
from tongguan.kernel.texts import text
from tongguan.parties import actions, totp
from tongguan.parties.actions.notices import notices_of
from tongguan.parties.models import Person, PortalSession, RecoveryCode

SHOWN = 50


@require_safe
@personal
def account(request: HttpRequest) -> HttpResponse:
    """Show who one is at the window: every role with its functions, and which one is acted in."""
    chosen = capacity(request)
    context = {"tab": "account", "held": held(request), "chosen": chosen and chosen.membership}
    return render(request, "desk/account/account.html", context)


@require_POST
@personal
def act_as(request: HttpRequest) -> HttpResponse:
    """Act in another of one's roles from now on."""
    asked = request.POST.get("capacity", "")
    one = next((one for one in held(request) if str(one.membership) == asked), None)
    if one is None:
        raise Http404
    request.session[CHOSEN] = one.membership
    said = text(f"role.{one.actor.role}", request.lang)
    firm = one.firm.name(request.lang) if one.firm else text("desk.account.window", request.lang)
    notices.success(request, text("desk.account.acting", request.lang, role=said, firm=firm))
    return redirect("account")


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@personal
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; all other sessions end."""
    problems: list[str] = []
    status = 200
    if request.method == "POST":
        problems, status = _change(request)
        if not problems:
            notices.success(request, text("desk.password.done", request.lang))
            return redirect("account_password")
    return render(request, "desk/account/password.html", {"tab": "password", "problems": problems}, status=status)


def _change(request: HttpRequest) -> tuple[list[str], int]:
    """Change the password and return what is wrong, with the status of the answer."""
    person, at = _person(request), timezone.now()
    old, new, again = (request.POST.get(name, "")[:1000] for name in ("old", "new", "again"))
    if new != again:
        return [text("desk.password.again_differs", request.lang)], 400
    counted = f"password\n{person.username}"
    if throttle.attempt(counted, address(request), at=at):
        return [text("desk.password.wait", request.lang)], 429
    key = request.session.session_key or ""
    try:
        actions.change_password(person, old, new, keep=key, by=self_of(request), at=at)
    except Refused as refused:
        if not any(found.pointer == "old" for found in refused.findings):
            throttle.succeeded(counted, address(request))
        return [found.text(request.lang) for found in refused.findings], 409
    throttle.succeeded(counted, address(request))
    _keep_session(request, person, key)
    return [], 200


def _keep_session(request: HttpRequest, person: Person, before: str) -> None:
    """Let this one session go on under the new password; Django gives it another key."""
    update_session_auth_hash(request, person)
    actions.rename_session(before, request.session.session_key or "")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@personal
def factor(request: HttpRequest) -> HttpResponse:
    """Set up a second factor, make new recovery codes, or take the factor away."""
    person, at = _person(request), timezone.now()
    problem, codes = "", list[str]()
    if request.method == "POST":
        if (asked := proof_asked(request)) is not None:
            return asked
        problem, codes = _act_on_factor(request, person)
    confirmed = actions.confirmed_factor(person)
    context: dict[str, Any] = {
        "tab": "factor", "problem": problem, "codes": codes, "confirmed": confirmed,
        "required": any(one.actor.role in settings.SECOND_FACTOR for one in held(request)),
        "left": RecoveryCode.objects.filter(person=person, used=None).count() if confirmed else 0,
    }  # fmt: skip
    if not confirmed:
        secret = actions.begin_factor(person, at=at)
        context |= {"secret": totp.readable(secret), "otpauth": totp.address(secret, person.username)}
    return render(request, "desk/account/factor.html", context, status=409 if problem else 200)


def _act_on_factor(request: HttpRequest, person: Person) -> tuple[str, list[str]]:
    """Do what the pressed button says; returns what is wrong, and recovery codes to show once."""
    verb, written, at = request.POST.get("verb"), request.POST.get("code", "")[:60], timezone.now()
    codes: list[str] = []
    by, counted = self_of(request), f"code\n{person.username}"
    if wait := throttle.attempt(counted, address(request), at=at):
        return text("desk.sign_in.wait", request.lang, minutes=int(wait.total_seconds() // 60) + 1), []
    try:
        if verb == "confirm":
            codes = actions.confirm_factor(person, written, by=by, at=at)
            request.session[FACTOR] = True
        elif not actions.check_factor(person, written, by=by, at=at):
            return text("desk.code.wrong", request.lang), []
        elif verb == "remove":
            actions.remove_factor(person, by=by, at=at)
            request.session[FACTOR] = False
        else:
            codes = actions.renew_codes(person, by=by, at=at)
            request.session[FACTOR] = True
    except Refused as refused:
        return "；".join(found.text(request.lang) for found in refused.findings), []
    throttle.succeeded(counted, address(request))
    return "", codes


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def sessions(request: HttpRequest) -> HttpResponse:
    """List where one is and was signed in; end one session, or all others."""
    person, here = _person(request), request.session.session_key or "-"
    if request.method == "POST":
        number = request.POST.get("session", "")
        one = int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else None
        if number and one is None:
            raise Http404
        ended = actions.end_sessions(person, "ended", number=one, keep=here, by=self_of(request), at=timezone.now())
        notices.success(request, text("desk.sessions.done", request.lang, n=ended))
        return redirect("account_sessions")
    rows = list(PortalSession.objects.filter(person=person).order_by("ended", "-id")[:SHOWN])
    live = [row for row in rows if row.ended is None]
    over = sorted((row for row in rows if row.ended is not None), key=lambda row: row.pk, reverse=True)
    context = {"tab": "sessions", "live": live, "over": over, "here": here, "notices": notices_of(person)}
    return render(request, "desk/account/sessions.html", context)


def _person(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    return person
