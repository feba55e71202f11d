"""Issues before the conference (议题), voices of enterprises (企业诉求), and the minutes of its meetings (纪要)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.governance import actions, queries
from tongguan.governance.models import Issue, Measure
from tongguan.governance.seats import body_of
from tongguan.governance.states import ISSUE
from tongguan.kernel.states import Actor

from .conference import acting_for_a_firm, bodies, issue_line, issue_verbs, leads
from .forms import LONGEST_TITLE, attempt, day, number, reader, typed
from .titles import title_of


def _measures(lang: str) -> list[tuple[int, str]]:
    return [(row.pk, f"{row.seed} {title_of(row.seed)[lang]}") for row in queries.followed()]


def _measure(request: HttpRequest) -> int | None:
    """Return the measure that was chosen, None where none was, or where it is followed no more."""
    chosen = number(request, "measure")
    return chosen if chosen is not None and Measure.objects.filter(pk=chosen).exists() else None


def _listed(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    state = request.GET.get("state", "")
    state = state if state in ISSUE.states else ""
    found = queries.issues(to=actor, state=state, before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    return {
        "lines": [issue_line(row, request.lang) for row in page],
        "turning": turning(request, "before", page[-1].pk if len(found) > queries.PAGE else None),
        "state": state,
        "states": ISSUE.states,
        "measures": _measures(request.lang),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def issues(request: HttpRequest) -> HttpResponse:
    """List the issues, of one state when asked; a member raises one by the form."""
    actor = reader(request)
    if request.method == "POST":
        return _raised(request, actor, actions.raise_issue, "issues")
    return render(request, "desk/measures/issues.html", _listed(request, actor) | {"may_raise": bool(body_of(actor))})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def voices(request: HttpRequest) -> HttpResponse:
    """List what the reader's enterprise has brought forward; by the form it brings something forward."""
    actor = acting_for_a_firm(request)
    if request.method == "POST":
        return _raised(request, actor, actions.speak_up, "voices")
    return render(request, "desk/measures/issues.html", _listed(request, actor) | {"may_raise": True, "voices": True})


def _raised(request: HttpRequest, actor: Actor, act: Any, back: str) -> HttpResponse:
    title, says, measure = typed(request, "title", LONGEST_TITLE), typed(request, "says"), _measure(request)
    made = attempt(
        request, lambda: act(title, says, measure=measure, by=actor, at=timezone.now()), "desk.conference.raised"
    )
    return redirect("issue", number=made.pk) if made else redirect(back)


def _seen(request: HttpRequest, of: int) -> tuple[Actor, Issue]:
    actor = acting(request)
    assert actor is not None
    row = queries.issue(of, to=actor)
    if row is None:
        raise Http404
    return actor, row


@require_safe
@signed_in
def issue(request: HttpRequest, number: int) -> HttpResponse:
    """Show an issue with its way: owner, decision, follow-up; an enterprise sees its own."""
    actor, row = _seen(request, number)
    context = {
        "line": issue_line(row, request.lang),
        "row": row,
        "about": title_of(row.measure.seed) if row.measure else None,
        "verbs": issue_verbs(row, actor),
        "reads": queries.may_read(actor),
        "bodies": bodies(request.lang),
        "late": row.state == "raised" and row.owner_by is not None and row.owner_by < timezone.localdate(),
        "meetings": queries.meetings(),
    }
    return render(request, "desk/measures/issue.html", context)


@require_POST
@signed_in
def move_issue(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Name the owner of an issue, decide it, report the follow-up, or close it."""
    actor, row = _seen(request, number)
    who: dict[str, Any] = {"by": actor, "at": timezone.now()}
    acts = {
        "assign": lambda: actions.assign(row.pk, typed(request, "owner", LONGEST_TITLE), **who),
        "decide": lambda: actions.decide(
            row.pk, typed(request, "decision"), meeting=_meeting(request), follow_up_by=day(request, "by"), **who
        ),
        "follow": lambda: actions.follow(row.pk, typed(request, "said"), **who),
        "close": lambda: actions.close(row.pk, **who),
    }
    if verb not in acts:
        raise Http404
    attempt(request, acts[verb], f"desk.conference.issue.{verb}")
    return redirect("issue", number=row.pk)


def _meeting(request: HttpRequest) -> int | None:
    chosen = number(request, "meeting")
    return chosen if chosen is not None and queries.meeting(chosen) else None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def minutes(request: HttpRequest) -> HttpResponse:
    """List the meetings whose minutes are kept; a leading body keeps new ones by the form."""
    actor = reader(request)
    if request.method == "POST":
        settled = [int(one) for one in request.POST.getlist("issue") if one.isascii() and one.isdecimal()][
            :LONGEST_TITLE
        ]
        made = attempt(
            request,
            lambda: actions.keep_minutes(
                day(request, "held_on") or timezone.localdate(), typed(request, "title", LONGEST_TITLE),
                typed(request, "minutes"), settled=settled, by=actor, at=timezone.now(),
            ),
            "desk.conference.kept",
        )  # fmt: skip
        return redirect("meeting", number=made.pk) if made else redirect("minutes")
    context = {
        "meetings": queries.meetings(),
        "leads": leads(actor),
        "decided": [issue_line(row, request.lang) for row in queries.decided_without_minutes()],
    }
    return render(request, "desk/measures/minutes.html", context)


@require_safe
@signed_in
def meeting(request: HttpRequest, number: int) -> HttpResponse:
    """Show the minutes of a meeting with what was decided there, as they are printed."""
    reader(request)
    row = queries.meeting(number)
    if row is None:
        raise Http404
    context = {"row": row, "issues": [issue_line(one, request.lang) for one in queries.decided_at(row)]}
    return render(request, "desk/measures/meeting.html", context)
