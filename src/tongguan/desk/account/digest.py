"""The digest by mail (待办摘要): switched on and off by oneself, confirmed and ended by the links of its mails."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongguan.desk.account.proving import proof_asked
from tongguan.desk.audience import personal
from tongguan.desk.permits import self_of
from tongguan.desk.words import Mark
from tongguan.desk.written import written
from tongguan.kernel.law import law
from tongguan.kernel.rules import Refused
from tongguan.kernel.texts import text
from tongguan.needs import actions
from tongguan.needs.models import DAYS, Digest
from tongguan.parties.models import Person

LONGEST = 254
SHOWN = 14
_TONES = {"begun": "waiting", "sent": "done", "nothing": "draft", "failed": "needs_you"}


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def own(request: HttpRequest) -> HttpResponse:
    """Show whether one gets a digest, and where; ask for one, or stop it."""
    person = request.user
    assert isinstance(person, Person)
    said: dict[str, str] = {}
    if request.method == "POST":
        if request.POST.get("verb") == "stop":
            actions.stop_digest(person, at=timezone.now())
            notices.success(request, text("desk.digest.stopped", request.lang))
            return redirect("account_digest")
        if (asked := proof_asked(request)) is not None:
            return asked
        said = _ask(request, person)
        if not said:
            notices.success(request, text("desk.digest.asked", request.lang))
            return redirect("account_digest")
    row = Digest.objects.filter(person=person).first()
    state = "off" if row is None or row.ended else "on" if row.confirmed else "asked"
    known = actions.address_of(row) if row is not None and state != "off" else ""
    sent = row.dispatches.order_by("-day")[:SHOWN] if row is not None else []
    context = {
        "tab": "digest", "state": state, "said": said, "longest": LONGEST, "days": DAYS,
        "mark": Mark({"on": "done", "asked": "waiting", "off": "draft"}[state], text(f"desk.digest.state.{state}", request.lang)),
        "address": request.POST.get("address", known)[:LONGEST], "chosen": request.POST.get("days", row.days if row else "working"),
        "hour": law("needs.digest_hour", on=timezone.localdate()).value,
        "sent": [(one.day, Mark(_TONES[one.outcome], text(f"desk.digest.outcome.{one.outcome}", request.lang))) for one in sent],
    }  # fmt: skip
    return render(request, "desk/account/digest.html", context, status=409 if said else 200)


def _ask(request: HttpRequest, person: Person) -> dict[str, str]:
    site = request.build_absolute_uri("/").rstrip("/")
    address, days = written(request, "address", LONGEST + 1), written(request, "days", LONGEST)
    try:
        actions.ask_for_digest(person, address, days, site, by=self_of(request), at=timezone.now())
    except Refused as refused:
        return {found.pointer: found.text(request.lang) for found in reversed(refused.findings)}
    return {}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, given: str) -> HttpResponse:
    """Confirm the address of a digest, by a button, since programs open the links of mails too."""
    done = request.method == "POST" and actions.confirm_digest(given, at=timezone.now()) is not None
    return _answered(request, "confirm", done)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, given: str) -> HttpResponse:
    """End a digest, by a button."""
    done = request.method == "POST" and actions.stop_digest(given, at=timezone.now()) is not None
    return _answered(request, "stop", done)


def _answered(request: HttpRequest, verb: str, done: bool) -> HttpResponse:
    wrong = request.method == "POST" and not done
    context = {"verb": verb, "done": done, "wrong": wrong, "title": text(f"desk.digest.{verb}.title", request.lang)}
    return render(request, "desk/account/digest_link.html", context, status=404 if wrong else 200)
