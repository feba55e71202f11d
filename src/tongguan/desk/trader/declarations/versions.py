"""Versions of a declaration side by side (报关单各版本对照), by the address of each field."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongguan.declarations import queries
from tongguan.desk.audience import signed_in
from tongguan.kernel.codes import codes

from .differing import differences
from .page import read, seen


@require_safe
@signed_in
def declaration_versions(request: HttpRequest, number: int) -> HttpResponse:
    """Show two versions of a declaration side by side: the last two, or those the address names."""
    row, _ = seen(request, number)
    known = queries.versions(row)
    numbers = [one.version for one in known]
    new = _asked(request, "new", numbers, numbers[-1])
    old = _asked(request, "old", numbers, max([n for n in numbers if n < new], default=new))
    before, after = read(row, old), read(row, new)
    grounds = codes("amend_grounds")
    context = {
        "row": row, "old": old, "new": new,
        "versions": [(one, found.text(request.lang) if (found := grounds.get(one.grounds)) else "") for one in known],
        "forgotten": before is None or after is None,
        "differences": differences(before, after, request.lang) if before is not None and after is not None else [],
    }  # fmt: skip
    return render(request, "desk/declarations/versions.html", context)


def _asked(request: HttpRequest, name: str, numbers: list[int], usual: int) -> int:
    given = request.GET.get(name, "")
    if not given:
        return usual
    if not given.isdecimal() or len(given) > 9 or int(given) not in numbers:
        raise Http404
    return int(given)
