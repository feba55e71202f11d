"""How fast one person may act on pages (人工操作频率): generous to the quickest officer, too slow for a program in his name.

Reading is not counted. Each web process counts for itself, as for machine clients (``server.buckets``).
"""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tongguan.desk.permits import SAFE
from tongguan.kernel.law import law
from tongguan.server.buckets import Buckets, Limit

_MINUTE = 60


@lru_cache(maxsize=4)
def acts(most: int) -> Buckets:
    """Return the buckets of people who may act so many times a minute."""
    return Buckets(Limit(most / _MINUTE, most))


def too_fast(request: HttpRequest) -> HttpResponse | None:
    """Count a form that somebody sends; the page that asks him to wait when these were too many, else None."""
    if request.method in SAFE:
        return None
    most = law("parties.acts_a_minute", on=timezone.localdate()).value
    wait = acts(most).take(str(request.user.pk)).wait
    if not wait:
        return None
    answer = render(request, "429.html", {"most": most, "seconds": wait}, status=429)
    answer["Retry-After"] = str(wait)
    return answer
