"""How the program stands (运行状态): the operator's page with figures, and the public one that says whether it works."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tongguan.desk.audience import only, signed_in
from tongguan.desk.context import switched
from tongguan.desk.operator import charts, samples
from tongguan.desk.operator.issuer import connected
from tongguan.desk.words import Mark
from tongguan.kernel.texts import text
from tongguan.server import report as reports
from tongguan.server.clock import Clock
from tongguan.server.health import missing
from tongguan.server.slow import slowest

REFRESH = 30  # seconds, for who asks for it
SLOW_SHOWN = 10
_SERIES = ("messages", "accepted", "refused")


@require_safe
@signed_in
def operate(request: HttpRequest) -> HttpResponse:
    """Show the operator how the program stands."""
    only(request, {"operator"}, machine="status", verb="read")
    at = timezone.now()
    found = reports.report(at=at)
    context = {
        "report": found,
        "mark": mark(found.condition.level, request.lang),
        "matters": [
            (one, mark(one.level, request.lang), reports.shown(one, one.value), one.threshold.text(request.lang),
             reports.shown(one, one.threshold.late), reports.shown(one, one.threshold.bad))
            for one in found.condition.matters
        ],
        "jobs": [(row, reports.shown(None, row["oldest"], "s")) for row in found.figures.jobs],
        "holds": [(row, reports.shown(None, row["oldest"], "s")) for row in found.figures.holds],
        "series": series(found.samples, at),
        "points": [row for row in reversed(found.samples) if row.figures.get("messages") is not None],
        "figures": figures(found, request.lang),
        "slow": slowest()[:SLOW_SHOWN],
        "versions": reports.versions(),
        "settings": reports.settings_in_force(),
        "refresh": REFRESH if request.GET.get("refresh") else 0,
        "seconds": REFRESH,
        "simulated_issuer": connected(),
    }  # fmt: skip
    response = render(request, "desk/operator/status.html", context)
    if context["refresh"]:  # who asked for it can end it on the page; a page that turns by itself is nobody's default
        response["Refresh"] = str(REFRESH)
    return response


def mark(level: str, lang: str) -> Mark:
    """Return the mark of a level."""
    return Mark(level, text(f"status.level.{reports.LEVELS[level]}", lang))


def series(rows: list[Any], at: datetime) -> list[tuple[str, charts.Chart]]:
    """Return a chart of the last hour for messages and for records taken in and refused."""
    return [(name, charts.chart([(row.at, row.figures.get(name, 0)) for row in rows], until=at)) for name in _SERIES]


def figures(found: reports.Report, lang: str) -> list[tuple[str, str]]:
    """Return the figures of the database and of the journal, named and with their units."""
    known, one = found.figures, reports.shown
    rows = [
        ("version", known.database.get("version"), ""), ("size", known.database.get("size"), "bytes"),
        ("used", known.connections.get("used"), ""), ("in_transaction", known.connections.get("in_transaction"), ""),
        ("deadlocks", known.database.get("deadlocks"), ""), ("wal", known.wal.get("written"), "bytes"),
        ("archive", known.wal.get("archive_age"), "s"), ("timed", known.checkpoints.get("timed"), ""),
        ("requested", known.checkpoints.get("requested"), ""), ("sync", known.checkpoints.get("sync_seconds"), "s"),
        ("numbered", known.journal.get("numbered"), ""), ("head_age", known.journal.get("head_age"), "s"),
        ("backup", found.backup, "s"), ("certificates", known.certificates.get("valid"), ""),
    ]  # fmt: skip
    said = []
    for name, value, unit in rows:
        words = "–" if value is None else value if isinstance(value, str) else one(None, float(value), unit)
        said.append((text(f"status.figure.{name}", lang), words))
    return [*said, (text("status.figure.clock", lang), of_clock(found.clock, lang))]


def of_clock(found: Clock | None, lang: str) -> str:
    """Return in words whether something keeps the clock of this machine."""
    if found is None:
        return text("status.clock.unknown", lang)
    return text(f"status.clock.{found.word}", lang, seconds=f"{found.most_off:.3f}")


@require_safe
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """Show anybody whether the window works, and since when; also while the database is away, so nothing else is asked."""
    works, since = _standing()
    lang: str = request.lang
    context = {
        "lang": lang, "html_lang": {"zh": "zh-Hans"}.get(lang, lang), "other": switched(request, "en" if lang == "zh" else "zh"),
        "other_tag": "en" if lang == "zh" else "zh-Hans", "works": works, "since": since, "at": timezone.now(),
    }  # fmt: skip
    return HttpResponse(render_to_string("desk/operator/public.html", context), status=200 if works else 503)


def _standing() -> samples.Standing:
    try:
        return samples.Standing(False, None) if missing() else samples.standing(at=timezone.now())
    except Error:
        return samples.Standing(False, None)
