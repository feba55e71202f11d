"""Proving who one is: to the real-name login and back, with a state and a nonce that only this browser has.

Everything that goes wrong proves nobody: no login connected, no answer, a refusal, a code that proves nobody, another
state or nonce than was given out, or too late.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import add_never_cache_headers
from django.views.decorators.http import require_POST, require_safe

from tongguan.desk import throttle
from tongguan.desk.account.entering import address
from tongguan.desk.audience import View
from tongguan.ecommerce.own.actions import Self, known_by
from tongguan.kernel.law import law
from tongguan.kernel.texts import text
from tongguan.parties.ports import Proven, RealNameSilent, real_name

ASKED, PROVEN = "own_asked", "own"
_BYTES = 24
log = structlog.get_logger("tongguan.own")


def unseen(view: View) -> View:
    """Let nothing of a page stay on a shared machine or be told to another site."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        response = view(request, *args, **named)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "same-origin"
        return response

    return guarded


def proven(request: HttpRequest) -> Self | None:
    """Return who the visitor has proven to be, None when he has not or it was too long ago."""
    kept = request.session.get(PROVEN)
    if not kept:
        return None
    if timezone.now().timestamp() >= kept["until"]:
        request.session.pop(PROVEN)
        return None
    return Self(bytes.fromhex(kept["digest"]), kept["masked"], kept["name"])


@require_POST
@unseen
def begin(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the real-name login, with a state and a nonce of his own."""
    at = timezone.now()
    if throttle.often(
        "real_name", address(request), law("parties.real_name_tries", on=timezone.localdate()).value, at=at
    ):
        return _refused(request, "often", 429)
    state, nonce = secrets.token_urlsafe(_BYTES), secrets.token_urlsafe(_BYTES)
    try:
        to = real_name().begin(state=state, nonce=nonce, back=request.build_absolute_uri(reverse("own_back")))
    except Exception as error:  # whatever an adapter raises proves nobody
        return _failed(request, error)
    request.session[ASKED] = {"state": state, "nonce": nonce, "at": at.timestamp()}
    if to.startswith("/"):
        return HttpResponseRedirect(to)
    # A form may not lead to another site here, so that the visitor follows a link.
    return render(request, "desk/own/onward.html", {"to": to, "site": urlsplit(to).netloc})


@require_safe
@unseen
def back(request: HttpRequest) -> HttpResponse:
    """Take a visitor back from the real-name login, and believe it only for what was asked from this browser."""
    at, asked = timezone.now(), request.session.pop(ASKED, None)
    if asked is None or not hmac.compare_digest(asked["state"].encode(), request.GET.get("state", "").encode()):
        return _refused(request, "strange", 400)
    trip = timedelta(minutes=law("parties.real_name_trip_minutes", on=timezone.localdate()).value)
    if at.timestamp() - asked["at"] > trip.total_seconds():
        return _refused(request, "late", 400)
    if request.GET.get("error"):
        return _refused(request, "refused", 403)
    try:
        found = real_name().finish(request.GET.get("code", ""), at=at)
    except Exception as error:  # silence above all
        return _failed(request, error)
    if found is None or not hmac.compare_digest(found.nonce.encode(), asked["nonce"].encode()):
        return _refused(request, "strange", 400)
    _keep(request, found, at)
    return redirect("own")


def _keep(request: HttpRequest, found: Proven, at: datetime) -> None:
    who, minutes = known_by(found), law("parties.real_name_minutes", on=timezone.localdate()).value
    request.session.cycle_key()
    until = (at + timedelta(minutes=minutes)).timestamp()
    request.session[PROVEN] = {
        "digest": who.digest.hex(),
        "masked": who.masked,
        "name": who.name,
        "until": until,
        "seen": [],
    }


@require_POST
@unseen
def leave(request: HttpRequest) -> HttpResponse:
    """Forget who the visitor has proven to be."""
    request.session.pop(PROVEN, None)
    notices.success(request, text("desk.own.left_page", request.lang))
    return redirect("own")


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    if not isinstance(error, RealNameSilent):
        log.warning("real_name.failed", error=type(error).__name__)
    return _refused(request, "silent", 503)


def _refused(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return render(request, "desk/own/entry.html", {"why": why, **entry(request)}, status=status)


def entry(request: HttpRequest) -> dict[str, Any]:
    """Return what the page before the login shows."""
    on = timezone.localdate()
    return {
        "minutes": law("parties.real_name_minutes", on=on).value,
        "limit": law("ecommerce.annual_limit", on=on).value,
        "single": law("ecommerce.single_limit", on=on).value,
    }
