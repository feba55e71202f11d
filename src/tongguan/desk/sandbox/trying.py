"""Trying out (联调): send a message to the sandbox by hand, read the magic values, ask for a trial certificate."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tongguan.desk import words
from tongguan.desk.audience import signed_in
from tongguan.desk.sandbox.exchanges import sender
from tongguan.formats.ceb.describing import label
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find
from tongguan.sandbox import actions, answering, queries
from tongguan.sandbox.actions.certificates import ALGORITHMS
from tongguan.sandbox.judging import judge
from tongguan.sandbox.kinds import kinds
from tongguan.sandbox.magic import Meaning, meanings


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def send(request: HttpRequest) -> HttpResponse:
    """Send one file to the sandbox and show what became of it; who only opens the address comes to the form."""
    if request.method != "POST":
        return redirect("sandbox")
    actor = sender(request)
    upload = request.FILES.get("message")
    if upload is None:
        notices.error(request, text("desk.file.nothing", request.lang))
        return redirect("sandbox")
    began, at, data = time.perf_counter(), timezone.now(), upload.read()
    try:
        judged = judge(data, sender=actor, at=at)
    except NotConfigured as lacking:
        notices.error(request, lacking.text(request.lang))
        return redirect("sandbox")
    told = answering.told(judged)
    answer = answering.xml(judged, told, data) or b"OK"
    sent = actions.Sent(actor, "xml", request.path, dict(request.headers), data)
    took = int((time.perf_counter() - began) * 10**6)
    kind = "application/xml" if answer.startswith(b"<") else "text/plain"
    row = actions.keep(
        actions.new_number(), sent, actions.Served(200, kind, answer, took), judged=judged, receipts=told, at=at
    )
    return redirect("sandbox_exchange", number=row.pk)


@dataclass(frozen=True, slots=True)
class Family:
    """The magic values of a message, and the elements that may end in one."""

    kind: str
    title: str
    elements: list[tuple[str, str]]
    values: list[tuple[Meaning, str]]


@require_safe
@signed_in
def magic(request: HttpRequest) -> HttpResponse:
    """List every magic value and what it forces, by message."""
    sender(request)
    lang = request.lang
    families = [
        Family(
            name, words.message(name, lang), [(one, label(name, one, lang)) for one in kind.magic],
            [(one, one.text(lang)) for one in meanings(name).values()],
        )
        for name, kind in kinds().items()
    ]  # fmt: skip
    return render(request, "desk/sandbox/magic.html", {"families": families})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def certificates(request: HttpRequest) -> HttpResponse:
    """List the trial certificates of a firm, and issue one: its key is shown now and never again."""
    actor = sender(request)
    asked = request.POST.get("of", "").strip()[:20]
    issued, problem = None, ""
    if request.method == "POST":
        firm, algorithm = _firm(actor, asked), request.POST.get("algorithm", "")
        if firm is None or algorithm not in ALGORITHMS:
            problem = text("desk.sandbox.nobody", request.lang, code=asked)
        else:
            issued = actions.issue(firm, algorithm=algorithm, by=actor, at=timezone.now())
    context = {
        "rows": queries.certificates(to=actor, at=timezone.now()), "algorithms": ALGORITHMS, "problem": problem,
        "chooses": actor.enterprise is None, "asked": asked,
        "issued": issued and {"certificate": issued.pem.decode(), "key": issued.key.decode()},
    }  # fmt: skip
    return render(request, "desk/sandbox/certificates.html", context, status=400 if problem else 200)


def _firm(actor: Actor, code: str) -> Enterprise | None:
    if actor.enterprise is not None:
        return Enterprise.objects.get(pk=actor.enterprise)
    return find(code) if code and "\0" not in code else None
