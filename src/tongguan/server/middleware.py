"""The two layers of our own around every request: what is measured, and which paths are machines'."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from tongguan.server import slow
from tongguan.server.configuration import read
from tongguan.server.logs import request_line
from tongguan.server.metrics import requested
from tongguan.server.networks import among

_DATA = ("application/json", "application/problem+json")
MACHINE_POLICY = "default-src 'none'; frame-ancestors 'none'"  # of what is data: shown in a browser it loads nothing
_AS_FILE = 'attachment; filename="answer.json"'
QUIET = {"healthz", "readyz", "metrics"}  # asked every few seconds by programs; logged only when something is wrong


class Proxied:
    """Forget what a request says of its scheme unless it comes from a proxy that may say so (``TONGGUAN_PROXIES``)."""

    def __init__(self, get_response):
        self.get_response, self.proxies = get_response, read("TONGGUAN_PROXIES")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = "HTTP_X_FORWARDED_PROTO" in request.META
        if said and not among(request.META.get("REMOTE_ADDR", ""), self.proxies):
            del request.META["HTTP_X_FORWARDED_PROTO"]
        return self.get_response(request)


class Observed:
    """Give each request an id, time it, and log it in one line."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = request.META.get("HTTP_X_REQUEST_ID", "")[:64] or os.urandom(16).hex()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request.id)
        slow.watch.begin()
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        route = request.resolver_match.route if request.resolver_match else "unmatched"
        status = response.status_code
        requested(request.method, route, status, seconds)
        response["X-Request-Id"] = request.id
        response["Server-Timing"] = self._timing(seconds)
        for name, value in getattr(request, "rate", ()):
            response[name] = value
        if response.get("Content-Type", "").startswith(_DATA):
            response.setdefault("Content-Disposition", _AS_FILE)  # a browser shows no answer as a page
        response.setdefault("Content-Security-Policy", MACHINE_POLICY)  # pages have brought their own
        response.setdefault("X-Frame-Options", "DENY")
        if route not in QUIET or status >= 500:
            request_line(request.method, route, status, round(seconds * 1000, 1), request.id)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple, named: dict
    ) -> HttpResponse | None:
        """Note the route, so that a slow statement can be told by it."""
        slow.watch.route = request.resolver_match.route if request.resolver_match else ""
        return None

    def _timing(self, seconds: float) -> str:
        """Return how long it took; with debugging on also how long in the database, and how many statements."""
        spent = f"app;dur={seconds * 1000:.1f}"
        if settings.DEBUG:
            spent += f', db;dur={slow.watch.seconds * 1000:.1f};desc="{slow.watch.queries} queries"'
        return spent


class PagesOnly:
    """Put the session, user and page layers around pages, and keep them off machine endpoints.

    A session and a user read from the database cost about a millisecond a request (COSTS), and a machine has neither.
    """

    def __init__(self, get_response):
        self.for_machines = self.for_pages = get_response
        self.before_view: list[Callable[..., HttpResponse | None]] = []
        for name in reversed(settings.PAGE_MIDDLEWARE):
            self.for_pages = import_string(name)(self.for_pages)
            if hasattr(self.for_pages, "process_view"):
                self.before_view.insert(0, self.for_pages.process_view)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return (self.for_machines if _to_machine(request) else self.for_pages)(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple, named: dict
    ) -> HttpResponse | None:
        """Ask the page layers before the view: Django asks the layers of MIDDLEWARE only, and forged requests (CSRF)
        are found here."""
        if not _to_machine(request):
            for ask in self.before_view:
                if (response := ask(request, view, args, named)) is not None:
                    return response
        return None


def _to_machine(request: HttpRequest) -> bool:
    return request.path_info.startswith(tuple(settings.MACHINE_PATHS))
