"""What is one's own: the allowance of a year with every entry that counted, and saying that one was not one's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tongguan.desk import words
from tongguan.desk.keyset import place, turning
from tongguan.desk.written import written
from tongguan.ecommerce.models.own import KINDS
from tongguan.ecommerce.own import actions, queries
from tongguan.ecommerce.own.states import DISOWNED_PURCHASE
from tongguan.kernel.rules import Refused
from tongguan.kernel.texts import text

from .entering import PROVEN, entry, proven, unseen

YEARS = 2  # this one and the one before
_LONGEST = 20


@require_safe
@unseen
def own(request: HttpRequest) -> HttpResponse:
    """Show a proven visitor his allowance; tell anybody else how to prove who he is."""
    who = proven(request)
    if who is None:
        return render(request, "desk/own/entry.html", entry(request))
    today = timezone.localdate()
    years = [str(today.year - back) for back in range(YEARS)]
    asked = request.GET.get("year", "")
    year = int(asked if asked in years else years[0])
    _note(request, who, year)
    found = queries.statement(who.digest, year, before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    context = {
        "who": who,
        "year": queries.year_of(who.digest, year, today),
        "years": years,
        "lines": [(line, _mark(line, request.lang)) for line in page],
        "turning": turning(request, "before", page[-1].number if len(found) > queries.PAGE else None),
        "until": request.session[PROVEN]["until"],
    }
    context["share"] = min(100, int(context["year"].used * 100 / context["year"].limit))
    return render(request, "desk/own/own.html", context)


def _note(request: HttpRequest, who: actions.Self, year: int) -> None:
    """Note that he looks at his own data, once for each year and login."""
    kept = request.session[PROVEN]
    if year not in kept["seen"]:
        actions.look_at_own(who, year, at=timezone.now())
        kept["seen"].append(year)
        request.session.modified = True


def _mark(line: queries.Line, lang: str) -> Any:
    if line.disowned is None:
        return None
    state = line.disowned.state
    return words.Mark(DISOWNED_PURCHASE.group(state), text(f"disowned_purchase.state.{state}", lang))


@require_http_methods(["GET", "HEAD", "POST"])
@unseen
def not_mine(request: HttpRequest, number: int) -> HttpResponse:
    """Ask what happened with a purchase, and keep what a proven visitor says."""
    who = proven(request)
    if who is None:
        return redirect("own")
    row = queries.own_purchase(who.digest, number)
    if row is None:
        raise Http404
    problem, kind = "", written(request, "kind", _LONGEST)
    if request.method == "POST":
        try:
            actions.disown(row.pk, kind, by=who, at=timezone.now())
        except Refused as refused:
            problem = "；".join(one.text(request.lang) for one in refused.findings)
        else:
            notices.success(request, text("desk.own.kept", request.lang))
            return redirect("own")
    context = {"row": row, "kinds": KINDS, "kind": kind, "problem": problem, "who": who}
    return render(request, "desk/own/not_mine.html", context, status=409 if problem else 200)
