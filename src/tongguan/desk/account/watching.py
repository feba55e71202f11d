"""Pages seen in a support session (协助查看): each is noted, and nothing can be changed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.parties.actions.support import look
from tongguan.parties.models import SupportSession
from tongguan.parties.queries import Capacity

SUPPORT = "support"
SAFE = ("GET", "HEAD")
_END = ("/account/support/", "/sign-out")
_KEPT_BACK = ("q",)  # what is searched for may be somebody's number


class Watched:
    """Let an operator who looks see what the firm sees, note it, and refuse all that is more than looking."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        row = _looking(request, timezone.now()) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        if row is None:
            return self.get_response(request)
        request.support = row  # type: ignore[attr-defined]
        response = self.get_response(request) if _lets(request) else _refused(request)
        look(row, _written(request), response.status_code, at=timezone.now())
        return response


def capacity_of(row: SupportSession) -> Capacity:
    """Return as whom an operator sees the pages: in the role of the firm, with a function that only looks."""
    codes = tuple(code for code in (row.enterprise.uscc, row.enterprise.customs_registration) if code)
    actor = Actor(row.person.username, row.role, row.enterprise_id, str(row.person), codes, frozenset({"see"}))
    return Capacity(0, actor, row.enterprise, ("viewer",))


def _looking(request: HttpRequest, at: datetime) -> SupportSession | None:
    number = request.session.get(SUPPORT)
    if number is None or not request.user.is_authenticated:
        return None
    rows = SupportSession.objects.select_related("person", "enterprise")
    row = rows.filter(pk=number, person=request.user.pk, state="allowed", until__gt=at).first()
    if row is None:
        request.session.pop(SUPPORT)
    return row


def _lets(request: HttpRequest) -> bool:
    """Say whether a request only looks at what is the firm's, or ends the looking."""
    if request.path.startswith(_END):
        return True
    return request.method in SAFE and not request.path.startswith(("/account", "/sign-in", "/join", "/invitations"))


def _refused(request: HttpRequest) -> HttpResponse:
    context = {"exception": text("desk.support.only_looks", request.lang)}  # type: ignore[attr-defined]
    return render(request, "403.html", context, status=403)


def _written(request: HttpRequest) -> str:
    query = request.GET.copy()
    for name in _KEPT_BACK:
        if name in query:
            query[name] = "…"
    asked = f"?{query.urlencode(safe='…')}" if query else ""
    return f"{request.method} {request.path}{asked}"
