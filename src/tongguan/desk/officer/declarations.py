"""Declarations that wait for customs (报关单作业): the queue, one page with everything a decision needs, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.contrib import messages as notices
from django.db.models import Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.cargo.actions import settle
from tongguan.credit.queries import having
from tongguan.declarations import actions, queries
from tongguan.declarations.actions.proposing import CONFIRMATION
from tongguan.declarations.actions.suspecting import SUSPICION
from tongguan.declarations.models import Declaration, DeclarationRequest, DeclarationVersion
from tongguan.declarations.offices import decides
from tongguan.declarations.states import DECLARATION, ESCALATED, OPEN_REQUESTS, STANDS
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.beside import late
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.officer.precedence import in_turn
from tongguan.desk.trader.declarations import joined
from tongguan.desk.trader.declarations.asking import evidence_of
from tongguan.desk.trader.declarations.differing import asked_differences
from tongguan.desk.trader.declarations.editor import Editing, base_of, changing
from tongguan.desk.trader.declarations.form import empty
from tongguan.desk.trader.declarations.lists import Line, columns, line
from tongguan.desk.trader.declarations.page import seen, seen_whole, shown, version_of
from tongguan.desk.written import written
from tongguan.holds.models import Hold
from tongguan.inspections.access import actions as access
from tongguan.inspections.access.queries import concerns
from tongguan.inspections.declarations import clear
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text

OF = ("selection", "inspection", "documents", "unconfirmed", "held")
"""What customs have to do: decide a selection, end an inspection, answer a request, take up a proposal that was not
confirmed, or look into what else holds goods."""

_ASKED = {"documents": ("asked",), "unconfirmed": ESCALATED}
_REASONS = {"unconfirmed": CONFIRMATION}

LONGEST_ANSWER = 500
_PROPOSED = ("proposed", *ESCALATED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A declaration that waits for customs: for what, since when, and until when that is promised."""

    of: Line
    reasons: str
    since: datetime | None
    promised: datetime | None
    late: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.of, name)


def waiting(of: str, after: int | None, limit: int, on: date) -> tuple[list[tuple[Hold, Declaration]], int | None]:
    """Return the declarations that wait for a decision of a kind, the longest first, and the place of the page after.

    Those of firms whose grade gives them precedence come before all others. Three queries, by indexes of declarations that
    are not released and of requests that are open.
    """
    first = having("PRIO", on)
    if of in _ASKED:
        asked = DeclarationRequest.objects.filter(state__in=_ASKED[of]).select_related("declaration")
        turns = in_turn(asked, "declaration__trader__uscc", first, after=after, limit=limit + 1)
        pairs = [(place, one.declaration) for place, one in turns]
    else:
        named = Concat(Value("declaration/"), Cast(OuterRef("pk"), TextField()))
        held = _of(of, Hold.objects.filter(subject=named, lifted_at=None, owner="officer"))
        rows = Declaration.objects.filter(Exists(held), state__in=STANDS)
        pairs = in_turn(rows, "trader__uscc", first, after=after, limit=limit + 1)
    shown = pairs[:limit]
    kept = Hold.objects.filter(subject__in=[str(row) for _, row in shown], lifted_at=None, owner="officer")
    holds = {one.subject: one for one in _of(of, kept).order_by("-pk")}
    found = [(holds[str(row)], row) for _, row in shown if str(row) in holds]
    return found, shown[-1][0] if len(pairs) > limit else None


def _of(of: str, rows: QuerySet[Hold]) -> QuerySet[Hold]:
    known = [_REASONS.get(one, one) for one in OF[:-1]]
    return rows.exclude(reason__in=known) if of == "held" else rows.filter(reason=_REASONS.get(of, of))


def _first_with_work() -> str:
    """Return the first kind of which something waits, so that a queue that is not empty never opens on nothing. Two queries."""
    open_ = Hold.objects.filter(subject__startswith="declaration/", lifted_at=None, owner="officer")
    reasons = set(open_.values_list("reason", flat=True).distinct())
    asked = set(DeclarationRequest.objects.filter(state__in=OPEN_REQUESTS).values_list("state", flat=True).distinct())
    known = {_REASONS.get(one, one) for one in OF[:-1]}
    waits = {one: bool(asked & set(_ASKED[one])) if one in _ASKED else one in reasons for one in OF[:-1]}
    waits["held"] = bool(reasons - known)
    return next((one for one in OF if waits[one]), OF[0])


def _line(hold: Hold, row: Declaration, lang: str, now: datetime) -> Waiting:
    is_late = hold.promised is not None and hold.promised < now
    decided_on = reverse("declaration_decide", args=[row.pk])
    return Waiting(
        replace(line(row, lang), href=decided_on), text(f"hold.reason.{hold.reason}", lang), hold.placed_at, hold.promised,
        is_late,
    )  # fmt: skip


def listing(lang: str) -> Listing:
    """Return the queue."""
    own = (
        Column("reason", "desk.dec.waits_for", lambda one: one.reasons),
        Column("since", "desk.dec.since", lambda one: one.since, "moment"),
        Column(
            "promised", "desk.checks.promised", lambda one: one.promised, "moment",
            beside=lambda one: late(one.late, lang),
        ),
    )  # fmt: skip
    less = {"value", "goods"}
    number, state, *others = (
        replace(one, spare=one.spare or one.name in less) for one in columns() if one.name != "at"
    )
    return Listing("declarations_work", "desk.dec.work", (number, *own, state, *others), ("of",))


@require_safe
@signed_in
def declarations_work(request: HttpRequest) -> HttpResponseBase:
    """List what customs have to do about declarations, the longest waiting first."""
    only(request, queries.SEES_ALL, machine="declaration", verb="select")
    of = request.GET.get("of", "")
    of = of if of in OF else _first_with_work()
    work, lang, now = listing(request.lang), request.lang, timezone.now()
    on = timezone.localdate(now)
    whole = work.answer(
        request, lambda most: (_line(hold, row, lang, now) for hold, row in waiting(of, None, most, on)[0])
    )
    if whole is not None:
        return whole
    rows, more = waiting(of, place(request, "after"), queries.PAGE, on)
    each = tabs(request, "of", of, [(one, f"desk.dec.of.{one}") for one in OF])[1:]
    context = {
        "list": work.shown(request, [_line(hold, row, lang, now) for hold, row in rows]),
        "turning": turning(request, "after", more), "tabs": each, "of": of,
    }  # fmt: skip
    return render(request, "desk/declarations/work.html", context)


@require_safe
@signed_in
def declaration_decide(request: HttpRequest, number: int) -> HttpResponse:
    """Show everything a decision on a declaration needs, and what can be decided."""
    actor = only(request, queries.SEES_ALL, machine="declaration", verb="select")
    row, _, kept = seen_whole(request, number)
    return render(request, "desk/declarations/decide.html", _context(request, row, actor, kept))


def _context(request: HttpRequest, row: Declaration, actor: Actor, kept: DeclarationVersion | None) -> dict[str, Any]:
    whole, mine = shown(request, row, actor, kept), actor.role == "officer"
    bill, reasons = whole["bill"], whole["reasons"]
    here = mine and decides(row, by=actor, at=timezone.now())
    pending = next((one for one in whole["asked_for"] if one.state == "asked"), None) if mine else None
    proposal = next((one for one in whole["asked_for"] if one.state in _PROPOSED), None)
    change = pending or proposal
    return whole | {
        "proposal": proposal,
        "differences": asked_differences(whole["of"], change, request.lang) if change is not None else [],
        "may_pass": here and "selection" in reasons,
        "may_release": here and row.state in ("accepted", "due"), "pending": pending,
        **_orders(whole, request.lang, mine and concerns(whole.get("access"), actor), here),
        "may_settle": mine and bill is not None and bill.state == "differing",
        **_changes(row, whole["asked_for"], reasons, mine),
        "evidence": evidence_of(pending, request.lang) if pending is not None else [],
        "longest": LONGEST_ANSWER, "acts_for": actor.office,
    }  # fmt: skip


def _changes(row: Declaration, asked: list[DeclarationRequest], reasons: set[str], mine: bool) -> dict[str, bool]:
    """Return what an officer can begin: a proposal to change the declaration, or a suspicion."""
    free = not any(one.state in ("asked", "proposed") for one in asked)
    may = mine and "propose" in DECLARATION.open_to(row.state, "officer")
    proposes = may and free and not reasons & {"inspection", SUSPICION}
    return {
        "may_propose": proposes, "may_propose_withdrawal": proposes and row.state not in ("released", "lifted"),
        "may_recall": mine and any(one.state in _PROPOSED for one in asked),
        "may_suspect": may and SUSPICION not in reasons, "may_unsuspect": mine and SUSPICION in reasons,
    }  # fmt: skip


def _orders(whole: dict[str, Any], lang: str, mine: bool, here: bool) -> dict[str, Any]:
    """Return what can be said of the order of inspection of a declaration."""
    of = whole.get("access")
    step, port = whole["step"], of is not None and of.port == "due"
    is_open = {
        "port": of is not None and of.port in ("due", "moved"),
        "destination": of is not None and of.destination == "due",
    }
    checks = [
        {
            "clean": f"{name}_clean", "failed": f"{name}_failed", "clean_key": f"desk.access.{name}.clean",
            "failed_key": f"desk.access.{name}.failed",
        }
        for name, due in is_open.items()
        if due
    ]  # fmt: skip
    return {
        "may_clear": here and "inspection" in whole["reasons"] and not port,
        "may_excuse": mine and step is not None and bool(step.defaulted_on) and not step.excused,
        "may_order": here and whole["access_stands"] is not None and "selection" in whole["reasons"],
        "access_checks": checks if mine else [], "access_first": checks[0]["clean"] if checks else "lab_clean",
        "access_offices": list(dict.fromkeys(one for one in (of.port_customs, of.destination_customs) if one)) if of else [],
        "access_hows": [(one, text(f"access.how.{one}", lang)) for one in ("sold", "used", "moved")],
    }  # fmt: skip


def _select(decision: str) -> Callable[[HttpRequest, Declaration, Actor], object]:
    return lambda request, row, actor: actions.select(row.pk, decision, by=actor, at=timezone.now())


def _inspect(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    return access.issue(row.pk, port=True, destination=False, by=actor, at=timezone.now())


def _clear(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    return clear(row.pk, by=actor, at=timezone.now())


def _release(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    return actions.release(row.pk, by=actor, at=timezone.now())


def _open(row: Declaration) -> DeclarationRequest:
    found = next((one for one in queries.requests(row) if one.state == "asked"), None)
    if found is None:
        raise Http404
    return found


def _grant(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    answer, required = written(request, "answer", LONGEST_ANSWER), bool(request.POST.get("required"))
    return actions.grant(_open(row).pk, required=required, answer=answer, by=actor, at=timezone.now())


def _refuse(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    return actions.refuse(_open(row).pk, answer=written(request, "answer", LONGEST_ANSWER), by=actor, at=timezone.now())


def _propose_withdrawal(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    return actions.propose(
        row.pk, "withdraw", reason=written(request, "reason", LONGEST_ANSWER), by=actor, at=timezone.now()
    )


def _recall(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    found = next((one for one in queries.requests(row) if one.state in _PROPOSED), None)
    if found is None:
        raise Http404
    return actions.recall(found.pk, answer=written(request, "answer", LONGEST_ANSWER), by=actor, at=timezone.now())


def _suspect(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    return actions.suspect(row.pk, reason=written(request, "reason", LONGEST_ANSWER), by=actor, at=timezone.now())


def _unsuspect(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    return actions.unsuspect(row.pk, by=actor, at=timezone.now())


def _settle(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    bill = joined.bill(row)
    if bill is None:
        raise Http404
    return settle(bill.id, written(request, "answer", LONGEST_ANSWER), by=actor, at=timezone.now())


def _excuse(request: HttpRequest, row: Declaration, actor: Actor) -> object:
    return actions.excuse(row.pk, written(request, "answer", LONGEST_ANSWER), by=actor, at=timezone.now())


DECISIONS: dict[str, Callable[[HttpRequest, Declaration, Actor], object]] = {
    "excuse": _excuse, "pass": _select("pass"), "inspect": _inspect, "clear": _clear, "release": _release,
    "grant": _grant, "refuse": _refuse, "settle": _settle, "propose_withdrawal": _propose_withdrawal, "recall": _recall,
    "suspect": _suspect, "unsuspect": _unsuspect,
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declaration_propose(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a declaration says in the form, and propose to its declarant that it says something else."""
    actor = only(request, {"officer"}, machine="declaration", verb="propose")
    row, _ = seen(request, number)
    base = base_of(row)
    if base is None or "propose" not in DECLARATION.open_to(row.state, actor.role):
        return redirect("declaration_decide", number=number)
    return changing(request, Editing(actor, empty(), row, base=base, amends=True, proposes=True))


@require_POST
@signed_in
def declaration_decided(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Carry a decision out; what keeps it from being made is said on the page it was asked on."""
    if verb not in DECISIONS:
        raise Http404
    actor = only(request, {"officer"}, machine="declaration", verb=verb)
    row, _ = seen(request, number)
    try:
        DECISIONS[verb](request, row, actor)
    except (Refused, NotNow, NotYours) as refused:
        problem = refused.text(request.lang)
        context = _context(request, row, actor, version_of(row)) | {
            "problem": problem,
            "answer": request.POST.get("answer", ""),
        }
        return render(request, "desk/declarations/decide.html", context, status=409)
    row.refresh_from_db()
    state = text(f"declaration.state.{row.state}", request.lang)
    notices.success(request, text(f"desk.dec.decided.{verb}", request.lang, number=row.number, state=state))
    return redirect("declaration_decide", number=number)
