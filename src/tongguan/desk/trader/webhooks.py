"""Webhooks (推送): the addresses at which a firm's systems are told of receipts, what was sent there, and what came back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.words import Mark
from tongguan.desk.written import written
from tongguan.exchange.models.webhooks import (
    LONGEST_DESCRIPTION,
    LONGEST_URL,
    STATES,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from tongguan.exchange.webhooks import actions, events, queries
from tongguan.exchange.webhooks.actions import Given
from tongguan.kernel.law import law
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.parties.roles import FOR_AN_ENTERPRISE

LONGEST_STATUSES = 600
_TONES = {"on": "done", "failing": "waiting", "person": "draft", "failures": "needs_you", "gone": "needs_you"}
_SENT = {"waiting": "waiting", "delivered": "done", "failed": "needs_you"}


@dataclass(frozen=True, slots=True)
class Line:
    """An address in the list."""

    row: WebhookEndpoint
    mark: Mark
    kinds: list[str]


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery in the log: what it tells of, how it stands, and what the last attempt brought."""

    row: WebhookDelivery
    title: str
    mark: Mark
    attempts: int
    last: WebhookAttempt | None
    problem: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def webhooks(request: HttpRequest) -> HttpResponse:
    """List the addresses of one's firm; set one more, its secret shown in this answer only."""
    actor = _actor(request, "add")
    given: Given | None = None
    said: dict[str, str] = {}
    if request.method == "POST":
        given, said = _tried(request, lambda: actions.add(*_wanted(request), by=actor, at=timezone.now()))
    lines = [Line(row, mark(row, request.lang), _kinds(row, request.lang)) for row in queries.endpoints(to=actor)]
    most = law("exchange.webhooks_most", on=timezone.localdate()).value
    context = {
        "lines": lines, "made": given, "most": most, "full": len(lines) >= most,
        **_form(request, actor, said, kept=None if given else request.POST),
    }  # fmt: skip
    return render(request, "desk/webhooks.html", context, status=409 if said else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def webhook(request: HttpRequest, number: int) -> HttpResponse:
    """Show an address with the log of what was sent there; change what is told where."""
    actor = _actor(request, "change")
    row = _found(number, actor)
    said: dict[str, str] = {}
    if request.method == "POST":
        at = timezone.now()
        changed, said = _tried(request, lambda: actions.change(number, *_wanted(request), by=actor, at=at))
        if changed is not None:
            notices.success(request, text("desk.webhooks.changed", request.lang))
            return redirect("webhook", number=number)
    return _endpoint(request, actor, row, said)


@never_cache
@require_POST
@signed_in
def change_webhook(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Do one thing with an address: test, rotate (the new secret shown in this answer only), on, off, remove."""
    actor = _actor(request, verb if verb in _VERBS else "change")
    row = _found(number, actor)
    at = timezone.now()
    if verb == "rotate":
        given = actions.rotate(number, by=actor, at=at)
        return _endpoint(request, actor, given.endpoint, {}, given)
    if verb not in _VERBS:
        raise Http404
    try:
        _VERBS[verb](row.pk, by=actor, at=at)
    except Refused as refused:
        notices.error(request, refused.findings[0].text(request.lang))
    else:
        notices.success(request, text(f"desk.webhooks.done.{verb}", request.lang))
    return redirect("webhooks") if verb == "remove" else redirect("webhook", number=number)


@require_safe
@signed_in
def webhook_delivery(request: HttpRequest, number: int) -> HttpResponse:
    """Show one delivery: what was sent, each attempt, and what came back."""
    actor = _actor(request, "see")
    found = queries.delivery(number, to=actor)
    if found is None:
        raise Http404
    row, attempts = found
    context = {
        "row": row, "line": _sent(row, attempts[0] if attempts else None, len(attempts), request.lang),
        "attempts": [(one, _problem(one, request.lang)) for one in attempts], "manages": _manages(actor),
        "body": json.dumps(json.loads(row.body), ensure_ascii=False, indent=2),
    }  # fmt: skip
    return render(request, "desk/webhook_delivery.html", context)


@require_POST
@signed_in
def webhook_again(request: HttpRequest, number: int) -> HttpResponse:
    """Send something again under its number."""
    actor = _actor(request, "again")
    try:
        actions.again(number, by=actor, at=timezone.now())
    except WebhookDelivery.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        notices.error(request, refused.findings[0].text(request.lang))
    else:
        notices.success(request, text("desk.webhooks.done.again", request.lang))
    return redirect("webhook_delivery", number=number)


_VERBS: dict[str, Callable[..., Any]] = {
    "test": actions.test,
    "on": actions.switch_on,
    "off": actions.switch_off,
    "remove": actions.remove,
}


def mark(row: WebhookEndpoint, lang: str) -> Mark:
    """Return the mark of the state of an address."""
    return Mark(_TONES[row.state()], text(f"webhooks.state.{row.state()}", lang))


def _actor(request: HttpRequest, verb: str) -> Actor:
    return only(request, set(FOR_AN_ENTERPRISE), machine="webhook", verb=verb)


def _manages(actor: Actor) -> bool:
    return "programs" in (actor.abilities or ())


def _found(number: int, actor: Actor) -> WebhookEndpoint:
    row = queries.endpoint(number, to=actor)
    if row is None:
        raise Http404
    return row


def _wanted(request: HttpRequest) -> tuple[str, str, list[str], list[str]]:
    """Return what the form says: the address, its description, the kinds and the statuses."""
    kinds = [one.replace("\0", "")[:20] for one in request.POST.getlist("kind")]
    statuses = written(request, "statuses", LONGEST_STATUSES)
    for separator in ",，、;；":
        statuses = statuses.replace(separator, " ")
    # One character more than may be, so that what is too long is refused and not cut.
    url = written(request, "url", LONGEST_URL + 1)
    return url, written(request, "description", LONGEST_DESCRIPTION + 1), kinds, statuses.split()


def _tried(request: HttpRequest, done: Callable[[], Any]) -> tuple[Any, dict[str, str]]:
    """Return what came of an action, or what is wrong by the field."""
    try:
        return done(), {}
    except Refused as refused:
        said: dict[str, str] = {}
        for found in refused.findings:
            said.setdefault(found.pointer or "all", found.text(request.lang))
        return None, said


def _form(request: HttpRequest, actor: Actor, said: dict[str, str], kept: Any) -> dict[str, Any]:
    """Return what the form of an address needs; ``kept`` is what was written into it."""
    url, description, kinds, statuses = _wanted(request) if kept else ("", "", [], [])
    return {
        "said": said, "manages": _manages(actor), "longest": LONGEST_URL, "longest_description": LONGEST_DESCRIPTION,
        "kinds": [(kind, words.message(kind, request.lang)) for kind in events.RECEIPTS],
        "url": url, "description": description, "chosen": kinds, "statuses": " ".join(statuses),
    }  # fmt: skip


def _endpoint(
    request: HttpRequest, actor: Actor, row: WebhookEndpoint, said: dict[str, str], given: Given | None = None
) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    found = queries.deliveries(row.pk, state=state, before=place(request, "before"), limit=queries.PAGE + 1)
    more = found[queries.PAGE - 1].row.pk if len(found) > queries.PAGE else None
    form = _form(request, actor, said, kept=request.POST if said else None)
    if not said:
        form |= {
            "url": row.url, "description": row.description, "chosen": row.kinds, "statuses": " ".join(row.statuses)
        }  # fmt: skip
    context = {
        "row": row, "mark": mark(row, request.lang), "made": given, "state": state, "states": STATES,
        "log": [_sent(one.row, one.last, one.attempts, request.lang) for one in found[: queries.PAGE]],
        "turning": turning(request, "before", more), "old_until": row.old_secret_until(timezone.now()),
        "shown_kinds": _kinds(row, request.lang), **_last(row, request.lang), **form,
    }  # fmt: skip
    return render(request, "desk/webhook.html", context, status=409 if said else 200)


def _last(row: WebhookEndpoint, lang: str) -> dict[str, Any]:
    """Return what the last attempt brought, where the address does not work."""
    last = queries.last_attempt(row.pk) if row.state() not in ("on", "person") else None
    return {"last": last, "last_problem": _problem(last, lang) if last else ""}


def _sent(row: WebhookDelivery, last: WebhookAttempt | None, attempts: int, lang: str) -> Sent:
    kind = row.what.removeprefix("receipt.").upper() + "Message"
    title = text("desk.webhooks.a_test", lang) if row.what == events.TEST else words.message(kind, lang)
    shown = Mark(_SENT[row.state], text(f"webhooks.sent.{row.state}", lang))
    return Sent(row, title, shown, attempts, last, _problem(last, lang) if last else "")


def _problem(attempt: WebhookAttempt, lang: str) -> str:
    if not attempt.problem:
        return ""
    said = text(f"webhooks.problem.{attempt.problem}", lang)
    return f"{said} ({attempt.status})" if attempt.problem in ("status", "redirect") else said


def _kinds(row: WebhookEndpoint, lang: str) -> list[str]:
    return [words.message(kind, lang) for kind in row.kinds]
