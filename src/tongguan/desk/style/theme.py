"""Light or dark (浅色、深色): what the reader chose, kept in a cookie; else what his system prefers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "theme"
THEMES = ("auto", "light", "dark")
_YEAR = 365 * 24 * 3600
_LONGEST = 2000


def chosen(request: HttpRequest) -> str:
    """Return what the reader chose, *auto* when he did not."""
    kept = request.COOKIES.get(COOKIE, "")
    return kept if kept in THEMES else "auto"


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice and go back to the page it was made on."""
    back = request.POST.get("back", "")[:_LONGEST]
    inside = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = redirect(back if inside else "/")
    if (wanted := request.POST.get("theme", "")) in THEMES:
        response.set_cookie(COOKIE, wanted, max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return response
