"""Checking a number (号码校验): what kind it is, and what is wrong with it. Nothing of it is kept, logged or sent back.

The form is sent in the body of the request, for an address is written down in many places.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tongguan.kernel.numbers.checking import KINDS, LONGEST, Verdict, identified, verdict
from tongguan.kernel.texts import text


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
def check_number(request: HttpRequest) -> HttpResponse:
    """Show the form, and what the number that was sent is."""
    lang, kind = request.lang, request.POST.get("kind", "")
    context = {
        "kinds": [(one, text(f"numbers.kind.{one}", lang), one == kind) for one in KINDS],
        "longest": LONGEST,
    }
    if request.method == "POST":
        number = request.POST.get("number", "")
        found = (verdict(kind, number),) if kind in KINDS else identified(number)
        context |= {
            "asked": bool(number.strip()),
            "found": [(one, text(f"numbers.kind.{one.kind}", lang), _why(one, lang)) for one in found],
            "right": any(one.valid for one in found),
        }
    return render(request, "desk/public/numbers.html", context)


def _why(of: Verdict, lang: str) -> str:
    return of.error.text(lang) if of.error is not None else ""
