"""The case library (经验案例库) and the log of publicity (宣传解读): members keep them, everybody reads what is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.desk.audience import signed_in
from tongguan.desk.keyset import moment_and_number, place, turning, written
from tongguan.desk.words import Mark
from tongguan.governance import actions, queries
from tongguan.governance.models import CHANNELS, Case, Publicity
from tongguan.governance.register import Both, register
from tongguan.governance.seats import body_of, for_own
from tongguan.governance.states import CASE, PUBLICITY
from tongguan.kernel.states import Actor, Machine
from tongguan.kernel.texts import text

from .forms import LONGEST_TITLE, attempt, day, reader, typed
from .titles import named, title_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A case or an occasion of publicity: whose it is by name, the measure it is about, its state, what one can do."""

    row: Any
    body: str
    about: Both | None
    mark: Mark
    verbs: list[str]


def shown(row: Case | Publicity, lang: str, actor: Actor | None = None, body: str = "") -> Shown:
    """Return a record as it is shown to everybody, or to a member who speaks for a body."""
    machine: Machine = CASE if isinstance(row, Case) else PUBLICITY
    mark = Mark(machine.group(row.state), text(f"{machine.name}.state.{row.state}", lang))
    part = for_own(actor, body, row.body, timezone.localdate()).role if actor and body else ""
    verbs = machine.open_to(row.state, part) if part else []
    return Shown(row, named(row.body, lang), title_of(row.seed) if row.seed else None, mark, verbs)


def _cases(request: HttpRequest, states: tuple[str, ...]) -> dict[str, Any]:
    found = queries.cases(states=states, before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    return {
        "lines": [shown(row, request.lang) for row in page],
        "turning": turning(request, "before", page[-1].pk if len(found) > queries.PAGE else None),
    }


@require_safe
def public_cases(request: HttpRequest) -> HttpResponse:
    """List the cases that are published, with what they teach and where they are done too."""
    return render(request, "desk/measures/public_cases.html", _cases(request, queries.PUBLIC))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def cases(request: HttpRequest) -> HttpResponse:
    """List the library, of one state when asked; a member puts a case into it by the form."""
    actor = reader(request)
    if request.method == "POST":
        made = attempt(
            request,
            lambda: actions.collect(
                typed(request, "title", LONGEST_TITLE), typed(request, "says"),
                place=typed(request, "place", LONGEST_TITLE), seed=typed(request, "seed", LONGEST_TITLE),
                href=typed(request, "href", LONGEST_TITLE), by=actor, at=timezone.now(),
            ),
            "desk.cases.collected",
        )  # fmt: skip
        return redirect("case", number=made.pk) if made else redirect("cases")
    state = request.GET.get("state", "")
    state = state if state in CASE.states else ""
    context = _cases(request, (state,) if state else ())
    return render(
        request,
        "desk/measures/cases.html",
        context
        | {"state": state, "states": CASE.states, "may_add": bool(body_of(actor)), "seeds": _seeds(request.lang)},
    )


def _seeds(lang: str) -> list[tuple[str, str]]:
    return [(unit.id, unit.title[lang]) for unit in register().units()]


def _seen(request: HttpRequest, number: int) -> tuple[Actor, Case]:
    actor, row = reader(request), queries.case(number)
    if row is None:
        raise Http404
    return actor, row


@require_safe
@signed_in
def case(request: HttpRequest, number: int) -> HttpResponse:
    """Show a case with what it teaches, where it is done too, and what a member can do with it."""
    actor, row = _seen(request, number)
    context = {
        "one": shown(row, request.lang, actor, body_of(actor)),
        "row": row,
        "places": [(one, named(one.body, request.lang)) for one in row.replications.all()],
    }
    return render(request, "desk/measures/case.html", context)


@require_POST
@signed_in
def move_case(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Sum a case up, publish it, note where it is done too, or why it is not taken up."""
    actor, row = _seen(request, number)
    who: dict[str, Any] = {"by": actor, "at": timezone.now()}
    acts = {
        "sum_up": lambda: actions.sum_up(row.pk, typed(request, "lesson"), **who),
        "publish": lambda: actions.publish(row.pk, **who),
        "replicate": lambda: actions.replicate(
            row.pk, place=typed(request, "place", LONGEST_TITLE), on=day(request, "on") or timezone.localdate(),
            result=typed(request, "result"), **who,
        ),
        "drop": lambda: actions.drop(row.pk, typed(request, "reason"), **who),
    }  # fmt: skip
    if verb not in acts:
        raise Http404
    attempt(request, acts[verb], f"desk.cases.moved.{verb}")
    return redirect("case", number=row.pk)


def _occasions(request: HttpRequest, actor: Actor | None = None) -> dict[str, Any]:
    before = moment_and_number(request, "before")
    from_day = (before[0].date(), before[1]) if before else None
    found = queries.publicity(before=from_day, limit=queries.PAGE + 1)
    page, more, body = found[: queries.PAGE], None, body_of(actor) if actor else ""
    if len(found) > queries.PAGE:
        more = written(datetime.combine(page[-1].day, time(), UTC), page[-1].pk)
    return {
        "lines": [shown(row, request.lang, actor, body) for row in page],
        "turning": turning(request, "before", more),
        "may_add": bool(body),
    }


@require_safe
def public_publicity(request: HttpRequest) -> HttpResponse:
    """List on which occasions policies are explained: those to come, and what came of the others."""
    return render(request, "desk/measures/public_publicity.html", _occasions(request))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def publicity(request: HttpRequest) -> HttpResponse:
    """List the log with what a member can do; by the form he plans an occasion, or notes one that was."""
    actor = reader(request)
    if request.method == "POST":
        attempt(
            request,
            lambda: actions.announce(
                typed(request, "title", LONGEST_TITLE), channel=typed(request, "channel", LONGEST_TITLE),
                day=day(request, "day") or timezone.localdate(), audience=typed(request, "audience", LONGEST_TITLE),
                seed=typed(request, "seed", LONGEST_TITLE), href=typed(request, "href", LONGEST_TITLE), by=actor,
                at=timezone.now(),
            ),
            "desk.publicity.announced",
        )  # fmt: skip
        return redirect("publicity")
    context = _occasions(request, actor) | {"channels": CHANNELS, "seeds": _seeds(request.lang)}
    return render(request, "desk/measures/publicity.html", context)


@require_POST
@signed_in
def move_publicity(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Note what came of an occasion, or that it is called off."""
    actor, row = reader(request), queries.occasion(number)
    acts = {"hold": actions.hold, "call_off": actions.call_off}
    if row is None or verb not in acts:
        raise Http404
    attempt(
        request,
        lambda: acts[verb](row.pk, typed(request, "result"), by=actor, at=timezone.now()),
        f"desk.publicity.moved.{verb}",
    )
    return redirect("publicity")
