"""What watches the program asks: is the process alive, is it ready to serve, what are its figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tongguan.kernel.texts import text
from tongguan.server.configuration import read
from tongguan.server.metrics_database import exposition
from tongguan.server.networks import among

RETRY_AFTER = 5  # seconds; a server that was killed is back after two or three


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process is alive; the database is not asked."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether requests can be served; when not, a problem (RFC 9457) names what is missing, in both languages."""
    lacking = missing()
    if not lacking:
        return JsonResponse({"status": "ready"})
    rows = [{"what": what, "zh": text(f"ready.{what}", "zh"), "en": text(f"ready.{what}", "en")} for what in lacking]
    problem = {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": " ".join(row["en"] for row in rows),
        "missing": rows,
    }
    return JsonResponse(
        problem,
        status=503,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
        headers={"Retry-After": str(RETRY_AFTER)},
    )


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the figures in the form that Prometheus reads, to who may have them: see ``TONGGUAN_METRICS``."""
    if not may_read_metrics(request.META.get("REMOTE_ADDR", ""), forwarded=was_forwarded(request)):
        raise Http404
    body, kind = exposition()
    return HttpResponse(body, content_type=kind)


def was_forwarded(request: HttpRequest) -> bool:
    """Say whether a proxy brings the request from elsewhere."""
    return any(
        name in request.META for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
    )


def may_read_metrics(address: str, *, forwarded: bool = False) -> bool:
    """Say whether an address may read the figures: this machine's own, any, or those of the networks that are set."""
    allowed = read("TONGGUAN_METRICS").strip().lower()
    return among(address, allowed) and not (allowed == "local" and forwarded)


def missing() -> list[str]:
    """Return what keeps the program from serving: database, migrations, tariff; an empty list when it can serve.

    Migrations and tariff do not go away again, so once seen they are not looked for in every call.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except Error:
        connection.close()
        return ["database"]
    for what, is_there in (("migrations", _migrated), ("tariff", _tariff_loaded)):
        if not _seen(what, is_there):
            return [what]
    return []


@cache
def _latch() -> set[str]:
    return set()


def _seen(what: str, is_there: Callable[[], bool]) -> bool:
    if what not in _latch() and is_there():
        _latch().add(what)
    return what in _latch()


def _migrated() -> bool:
    from tongguan.server.prepare import unapplied_migrations

    return not unapplied_migrations()


def _tariff_loaded() -> bool:
    from tongguan.tariff import queries

    return queries.stamp() > 0
