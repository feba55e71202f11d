"""The page of the simulated issuing body (模拟发证机关): an operator says how it behaves, and decides what it was asked.

It is there with the simulated body only, so in the demonstration, and where the settings name it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.desk.audience import only, signed_in
from tongguan.desk.words import Mark
from tongguan.desk.written import written
from tongguan.exchange.issuing_body import SimulatedBody, actions
from tongguan.exchange.models import BODY_MODES, EVERYBODY, BodyCase, BodyEntry, BodyMode
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.licences import types
from tongguan.licences.ports import APPROVED, ISSUED, REFUSED, SUPPLEMENT

_OURS = f"{SimulatedBody.__module__}.{SimulatedBody.__qualname__}"
_PAGE = 20
_LONGEST = {"holder": 18, "words": 500, "number": 20, "mode": 10}
_TONES = {SUPPLEMENT: "needs_you", REFUSED: "draft", ISSUED: "done"}
_OPEN = tuple(actions.DECISIONS)


def connected() -> bool:
    """Return whether the body that issues licences is the simulated one."""
    return settings.ISSUING_BODY == _OURS


def _operator(request: HttpRequest) -> Actor:
    actor = only(request, {"operator"}, machine="issuing_body", verb="let_body")
    if not connected():
        raise Http404
    return actor


@require_safe
@signed_in
def issuer(request: HttpRequest) -> HttpResponse:
    """Show how the body behaves, what was filed with it, and what it entered last."""
    _operator(request)
    return _page(request)


@require_POST
@signed_in
def drive_issuer(request: HttpRequest, verb: str) -> HttpResponse:
    """Tell the body how to behave, or let it decide one application, answer it a second time, or revoke its licence."""
    if verb not in _VERBS:
        raise Http404
    actor = _operator(request)
    given = {name: written(request, name, longest) for name, longest in _LONGEST.items()}
    try:
        _VERBS[verb](verb, given, {"by": actor, "at": timezone.now()})
    except BodyCase.DoesNotExist:
        raise Http404 from None
    except (LookupError, ValueError):
        return _page(request, problem=text("desk.issuer.not_now", request.lang), status=409)
    notices.success(request, text(f"desk.issuer.done.{verb}", request.lang, number=given["number"]))
    return redirect("issuer")


def _mode(_: str, given: dict[str, str], who: dict[str, Any]) -> None:
    actions.let_body(given["mode"], given["holder"] or EVERYBODY, words=given["words"], **who)


def _decide(verb: str, given: dict[str, str], who: dict[str, Any]) -> None:
    actions.decide(given["number"], verb, given["words"], **who)


def _repeat(_: str, given: dict[str, str], who: dict[str, Any]) -> None:
    actions.repeat(given["number"], **who)


def _revoke(_: str, given: dict[str, str], who: dict[str, Any]) -> None:
    case = BodyCase.objects.get(number=given["number"])
    actions.revoke(case.type, case.licence, given["words"], **who)


_VERBS: dict[str, Callable[[str, dict[str, str], dict[str, Any]], None]] = {
    "mode": _mode, "repeat": _repeat, "revoke": _revoke, **dict.fromkeys(_OPEN, _decide),
}  # fmt: skip


def _page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    lang, rows = request.lang, BodyCase.objects.order_by("-at", "-number")
    modes = {row.holder: row for row in BodyMode.objects.order_by("holder")}
    context = {
        "problem": problem,
        "everybody": modes.pop(EVERYBODY, None),
        "others": list(modes.values()),
        "modes": [(one, text(f"desk.issuer.mode.{one}", lang)) for one in BODY_MODES],
        "cases": [
            (row, Mark(_TONES.get(row.state, "waiting"), text(f"desk.issuer.state.{row.state}", lang)),
             types.name(row.type, lang), _verbs(row))
            for row in rows[:_PAGE]
        ],
        "most": _PAGE,
        "entries": list(BodyEntry.objects.order_by("-at")[:_PAGE]),
    }  # fmt: skip
    return render(request, "desk/operator/issuer.html", context, status=status)


def _verbs(row: BodyCase) -> list[str]:
    """Return what can be done with an application: decided while it is open, repeated or revoked once it is issued."""
    if row.state == ISSUED:
        return ["repeat", "revoke"]
    return [] if row.state == REFUSED else [verb for verb in _OPEN if not (verb == "approve" and row.state == APPROVED)]
