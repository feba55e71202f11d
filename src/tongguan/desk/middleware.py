"""What every page passes through: the size it may have, the language of its reader, and what a browser may load."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from tongguan.kernel.texts import LANGUAGES

COOKIE = "language"
_YEAR = 365 * 24 * 3600
_MIB = 1024 * 1024
LARGEST_FORM = _MIB  # of any form but the filing page's
LARGEST_FILING = 256 * _MIB  # several files at once, for browsers without script
_TAG = re.compile(r"\s*([a-z*]{1,8})(?:-[\w-]*)?(?:\s*;\s*q=([\d.]{1,5}))?\s*$", re.IGNORECASE)

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class Language:
    """Give each request its language as ``request.lang``, and see the page safely to the browser.

    The language is the reader's choice (``?lang=en``, kept in a cookie), else what the browser prefers, else Chinese.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.GET.get("lang", "")
        request.lang = chosen if chosen in LANGUAGES else spoken(request)
        if chosen in LANGUAGES and request.method in ("GET", "HEAD"):
            response: HttpResponse = HttpResponseRedirect(without_choice(request))
            response.set_cookie(
                COOKIE, chosen, max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
            )
        elif too_large(request):
            # Answered before anything reads the body.
            response = render(request, "413.html", status=413)
        else:
            response = self.get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.setdefault("Content-Language", request.lang)
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        return response


def spoken(request: HttpRequest) -> str:
    """Return the language a reader has chosen before, or the one of the two that the browser prefers, or Chinese."""
    if (kept := request.COOKIES.get(COOKIE)) in LANGUAGES:
        return kept
    return preferred(request.headers.get("Accept-Language", ""))


def preferred(accepted: str) -> str:
    """Return zh or en from an Accept-Language header.

    >>> preferred("en-GB,en;q=0.9,zh;q=0.8"), preferred("fr, en;q=0.5, zh;q=0.4"), preferred("zh-CN,en;q=0.9")
    ('en', 'en', 'zh')
    >>> preferred("de"), preferred("")
    ('zh', 'zh')
    """
    weights: dict[str, float] = {}
    for part in accepted[:500].split(","):
        if found := _TAG.match(part):
            tag, weight = found[1].lower(), found[2] or "1"
            if tag in LANGUAGES and weight.count(".") < 2 and weight != ".":
                weights[tag] = max(weights.get(tag, 0), float(weight))
    return "en" if weights.get("en", 0) > weights.get("zh", 0) else "zh"


def without_choice(request: HttpRequest) -> str:
    """Return the address of the page without the choice of language."""
    query = request.GET.copy()
    query.pop("lang", None)
    return request.path + (f"?{query.urlencode()}" if query else "")


def too_large(request: HttpRequest) -> bool:
    """Say whether the body is announced to be larger than its page takes; files are taken from who is signed in."""
    announced = request.headers.get("Content-Length", "")
    if not announced.isdecimal() or int(announced) <= LARGEST_FORM:
        return False
    filing = request.path_info == "/file" and request.user.is_authenticated
    return not filing or int(announced) > LARGEST_FILING
