"""Signing in and out, and the first page of those who have not."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.desk import throttle
from tongguan.desk.trader.home import home as desk


@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """Show what the window is, or what needs the reader when he is signed in."""
    if request.user.is_authenticated:
        return desk(request)
    return render(request, "desk/welcome.html")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign somebody in by name and password, and lead him to the page he asked for."""
    target = _target(request)
    if request.method == "POST":
        return _attempt(request, target)
    if request.user.is_authenticated:
        return redirect(target)
    return _form(request, target)


def _attempt(request: HttpRequest, target: str) -> HttpResponse:
    username, password = request.POST.get("username", "").strip()[:60], request.POST.get("password", "")[:1000]
    if not username or not password:
        return _form(request, target, username, problem="desk.sign_in.empty", status=400)
    address = request.META.get("REMOTE_ADDR", "")
    if not throttle.attempt(username, address, at=timezone.now()):
        return _form(request, target, username, problem="desk.sign_in.wait", status=429)
    person = authenticate(request, username=username, password=password)
    if person is None:
        return _form(request, target, username, problem="desk.sign_in.wrong", status=400)
    throttle.succeeded(username, address)
    login(request, person)
    return redirect(target)


def _form(
    request: HttpRequest, target: str, username: str = "", *, problem: str = "", status: int = 200
) -> HttpResponse:
    minutes = int(throttle.WINDOW.total_seconds() // 60)
    context: dict[str, Any] = {
        "next": target, "username": username, "problem": problem, "minutes": minutes, "people": _demo_people()
    }  # fmt: skip
    return render(request, "desk/sign_in.html", context, status=status)


def _target(request: HttpRequest) -> str:
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
    logout(request)
    return redirect("sign_in")
