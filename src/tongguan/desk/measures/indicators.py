"""The indicators (五位一体、四个驱动): which framework asks for which, and each before and after, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.governance.indicators import catalogue, compared


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """Show every indicator by what drives it, with the measures it tells of."""
    found, rows = catalogue(), compared(at=timezone.now())
    context = {
        "frameworks": list(found.frameworks.values()),
        "grid": [(one.title, [code in one.frameworks for code in found.frameworks]) for one in found.indicators],
        "drives": [(name, [row for row in rows if row.indicator.drive == code]) for code, name in found.drives.items()],
    }
    return render(request, "desk/measures/indicators.html", context)
