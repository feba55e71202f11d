"""What waits for customs with guarantees (担保审核): those filed, exemptions that ended, and what expired and still secures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongguan.desk.audience import only, signed_in
from tongguan.desk.trader.guarantees import line, uses
from tongguan.desk.trader.requests import today
from tongguan.revenue.guarantees import queries


@require_safe
@signed_in
def guarantees_work(request: HttpRequest) -> HttpResponse:
    """Show the guarantees to be decided, what is to be secured anew, and what is to be claimed."""
    actor, on, lang = only(request, queries.SEES_ALL, machine="guarantee", verb="accept"), today(), request.lang
    waiting = [line(row, on, lang) for row in queries.to_decide()]
    context = {
        "waiting": [(one, (one.row.decide_by - on).days if one.row.decide_by else None) for one in waiting],
        "anew": uses(queries.to_secure_anew(to=actor), lang, on),
        "releases": [
            (line(row, on, lang), (row.release_by - on).days) for row in queries.to_release() if row.release_by
        ],
        "claims": uses(queries.to_claim(on), lang, on),
        "customs": True,
    }
    return render(request, "desk/revenue/guarantees_work.html", context)
