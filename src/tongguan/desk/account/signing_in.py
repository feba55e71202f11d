"""Signing in, by password and second factor, and signing out."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongguan.desk import throttle
from tongguan.desk.account.entering import address, enter, log, needs_factor
from tongguan.kernel.states import Actor
from tongguan.parties.actions import check_factor, confirmed_factor, end_sessions
from tongguan.parties.actions.passkeys import passkeys_of
from tongguan.parties.models import Person
from tongguan.parties.queries import memberships

PENDING = "pending"
PATIENCE = timedelta(minutes=10)  # between the password and the code


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign somebody in by name and password, ask for his second factor, and lead him to the page he asked for."""
    goal = target(request)
    if request.method == "POST":
        return _attempt(request, goal)
    if request.user.is_authenticated:
        return redirect(goal)
    return form(request, goal)


def _attempt(request: HttpRequest, target: str) -> HttpResponse:
    username, password = request.POST.get("username", "").strip()[:60], request.POST.get("password", "")[:1000]
    if not username or not password:
        return form(request, target, username, problem="desk.sign_in.empty", status=400)
    wait = throttle.attempt(username, address(request), at=timezone.now())
    if wait:
        log("wait")
        return form(request, target, username, problem="desk.sign_in.wait", wait=wait, status=429)
    person = authenticate(request, username=username, password=password)
    if person is None:
        log("wrong", Person.objects.filter(username=username).first())
        return form(request, target, username, problem="desk.sign_in.wrong", status=400)
    throttle.succeeded(username, address(request))
    assert isinstance(person, Person)
    if confirmed_factor(person) or passkeys_of(person):
        request.session.cycle_key()
        request.session[PENDING] = {"person": person.pk, "at": timezone.now().timestamp(), "next": target}
        return redirect("account_code")
    return entered(request, person, target, factor=False)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the second factor, or a recovery code, after the password was right."""
    person, goal = pending(request)
    if person is None:
        request.session.pop(PENDING, None)
        return redirect("sign_in")
    ways: dict[str, Any] = {"codes": confirmed_factor(person), "passkeys": passkeys_of(person)}
    if request.method != "POST":
        return render(request, "desk/account/code.html", ways)
    at = timezone.now()
    counted, written = f"code\n{person.username}", request.POST.get("code", "")[:60]
    if wait := throttle.attempt(counted, address(request), at=at):
        log("wait", person)
        context = ways | {"problem": "desk.sign_in.wait", "minutes": _minutes(wait)}
        return render(request, "desk/account/code.html", context, status=429)
    if not check_factor(person, written, by=Actor(person.username, "person"), at=at):
        log("code_wrong", person)
        return render(
            request, "desk/account/code.html", ways | {"problem": "desk.code.wrong", "minutes": 0}, status=400
        )
    throttle.succeeded(counted, address(request))
    request.session.pop(PENDING, None)
    return entered(request, person, goal, factor=True)


def entered(request: HttpRequest, person: Person, target: str, *, factor: bool) -> HttpResponse:
    """Let somebody in and lead him on, or to setting up the second factor that his role needs."""
    enter(request, person, factor=factor)
    return redirect("account_factor" if needs_factor(request, (one.role for one in memberships(person))) else target)


def pending(request: HttpRequest) -> tuple[Person | None, str]:
    """Return who gave his password a moment ago, and where he wants to go."""
    kept = request.session.get(PENDING)
    if not kept or timezone.now() - datetime.fromtimestamp(kept["at"], timezone.get_default_timezone()) > PATIENCE:
        return None, ""
    return Person.objects.filter(pk=kept["person"], is_active=True).first(), kept["next"]


def form(
    request: HttpRequest,
    target: str,
    username: str = "",
    *,
    problem: str = "",
    wait: timedelta = timedelta(),
    status: int = 200,
) -> HttpResponse:
    """Show the page of signing in, with what is wrong."""
    context: dict[str, Any] = {
        "next": target, "username": username, "problem": problem, "minutes": _minutes(wait), "people": _demo_people()
    }  # fmt: skip
    return render(request, "desk/sign_in.html", context, status=status)


def _minutes(wait: timedelta) -> int:
    return ceil(wait / timedelta(minutes=1))


def target(request: HttpRequest) -> str:
    """Return where to go after signing in: the page that was asked for, never another site."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if safe else resolve_url(settings.LOGIN_REDIRECT_URL)


def _demo_people() -> list[Any]:
    if not settings.DEMO:
        return []
    from tongguan.ecommerce.demo import PEOPLE

    return list(PEOPLE)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    person = request.user
    if isinstance(person, Person):
        by, at = Actor(person.username, "person"), timezone.now()
        number = person.sessions.filter(key=request.session.session_key or "-").values_list("pk", flat=True).first()
        if number is not None:
            end_sessions(person, "signed_out", number=number, by=by, at=at)
    logout(request)
    return redirect("sign_in")
