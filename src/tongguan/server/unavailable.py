"""What a request is answered when something fails: 503 while the database is away, 500 for what nobody expected.

A fault of the database passes, and what was begun was rolled back; so whoever asked is told to come again. The API says
so by itself (``api/problems``); this is for pages, and for whatever fails before or after a view.
"""

from __future__ import annotations

import sys

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from tongguan.server.health import RETRY_AFTER

log = structlog.get_logger("tongguan.request")


def failed(request: HttpRequest) -> HttpResponse:
    """Answer a request whose exception is being handled (Django's ``handler500``)."""
    error = sys.exc_info()[1]
    if request.path_info.startswith(tuple(settings.MACHINE_PATHS)) and isinstance(error, Exception):
        from tongguan.api.problems import answer, of

        return answer(request, of(error, request))
    if isinstance(error, (OperationalError, InterfaceError)):
        log.error("database", error=type(error).__name__, exc_info=error)
        page = render_to_string("unavailable.html", {"seconds": RETRY_AFTER})
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"})
    return server_error(request)
