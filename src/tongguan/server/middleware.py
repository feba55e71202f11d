"""The two layers of our own around every request: what is measured, and which paths are machines'."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from tongguan.server.metrics import REQUEST_SECONDS

QUIET = {"healthz", "readyz", "metrics"}  # asked every few seconds by programs; logged only when something is wrong

log = structlog.get_logger("tongguan.request")


class Observed:
    """Give each request an id, time it, and log it in one line."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = request.headers.get("X-Request-Id", "")[:64] or uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request.id)
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        route = request.resolver_match.route if request.resolver_match else "unmatched"
        REQUEST_SECONDS.labels(request.method, route, str(response.status_code)).observe(seconds)
        response["X-Request-Id"] = request.id
        response["Server-Timing"] = f"app;dur={seconds * 1000:.1f}"
        ms = round(seconds * 1000, 1)
        write = log.debug if route in QUIET and response.status_code < 500 else log.info
        write("request", method=request.method, route=route, status=response.status_code, ms=ms)
        return response


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
