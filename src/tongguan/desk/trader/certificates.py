"""Certificates (数字证书): which ones sign for a firm; registering, revoking, and making one for trials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from tongguan.desk.account.proving import proof_asked, proven
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.words import Mark
from tongguan.desk.written import written
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.parties import certificates as registered
from tongguan.parties.models import Certificate, Enterprise
from tongguan.parties.queries import find
from tongguan.parties.roles import FOR_AN_ENTERPRISE

MANAGERS = {*FOR_AN_ENTERPRISE, "operator"}
PAGE = 50
LONGEST_REASON = 500
LARGEST = 64 * 1024  # bytes of a file; a certificate has some two thousand
_TONES = {"in_force": "done", "not_yet": "waiting", "expired": "draft", "revoked": "needs_you"}
_ALGORITHMS = {"sm2": "sm2-sm3", "rsa": "rsa-sha1"}


@dataclass(frozen=True, slots=True)
class Line:
    """A certificate in a list, with its state of this moment."""

    row: Certificate
    mark: Mark
    key: str
    fingerprint: str


def line(row: Certificate, at: datetime, lang: str) -> Line:
    """Return a certificate as a list shows it."""
    state = row.state(at)
    mark = Mark(_TONES[state], text(f"certificates.state.{state}", lang))
    return Line(row, mark, row.key_kind.upper(), bytes(row.fingerprint).hex())


def _trial_mark(one: Line, lang: str) -> str:
    said = text("desk.certificate.trial", lang)
    return format_html('<span class="unconfirmed">{}</span>', said) if one.row.trial else ""


def listing(lang: str) -> Listing:
    """Return the list of certificates."""
    return Listing("certificates", "desk.certificates.title", (
        Column(
            "serial", "desk.certificate.serial", lambda one: one.row.serial, "code",
            lambda one: reverse("certificate", args=[one.row.pk]),
        ),
        Column("subject", "desk.certificate.subject", lambda one: one.row.subject, lang="zh"),
        Column("key", "desk.certificate.key", lambda one: one.key),
        Column("since", "desk.certificate.since", lambda one: one.row.since, "moment"),
        Column("until", "desk.certificate.until", lambda one: one.row.until, "moment"),
        Column("state", "desk.certificate.state", lambda one: one.mark, "mark", beside=lambda one: _trial_mark(one, lang)),
        Column("issuer", "desk.certificate.issuer", lambda one: one.row.issuer, lang="zh", spare=True),
        Column("fingerprint", "desk.certificate.fingerprint", lambda one: one.fingerprint, "code", spare=True),
        Column("registered", "desk.certificate.registered", lambda one: one.row.registered_at, "moment", spare=True),
        Column("revoked", "desk.certificate.revoked", lambda one: one.row.revoked_at, "moment", spare=True),
        Column("why", "desk.certificate.why", lambda one: one.row.revoked_why, lang="zxx", spare=True),
    ), ("of",))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def certificates(request: HttpRequest) -> HttpResponseBase:
    """List the certificates of a firm, register one, or make one for trials and hand its key over, once."""
    actor = only(request, MANAGERS, machine="certificates", verb="register")
    firm, asked = _firm(request, actor)
    problem = ""
    if request.method == "POST" and firm is not None:
        if (unproven := proof_asked(request)) is not None:
            return unproven
        try:
            return _trial(firm, request, actor) if "trial" in request.POST else _registered(firm, request, actor)
        except Refused as refused:
            problem = _said(refused, request.lang)
    context: dict[str, Any] = {
        "firm": firm, "firm_name": firm and firm.name(request.lang), "asked": asked, "problem": problem,
        "chooses": actor.role == "operator", "asks": not proven(request),
        "trials": registered.trials_allowed(), "days": registered.TRIAL_DAYS,
    }  # fmt: skip
    if firm is not None:
        listed, at = listing(request.lang), timezone.now()

        def found(most: int, before: int | None = None) -> list[Line]:
            return [line(row, at, request.lang) for row in registered.certificates_of(firm.pk, before, most)]

        if request.method != "POST" and (whole := listed.answer(request, found)) is not None:
            return whole
        lines = found(PAGE + 1, place(request, "before"))
        context["list"] = listed.shown(request, lines[:PAGE])
        context["turning"] = turning(request, "before", lines[PAGE - 1].row.pk if len(lines) > PAGE else None)
    return render(request, "desk/certificates.html", context, status=409 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def certificate(request: HttpRequest, number: int) -> HttpResponse:
    """Show a certificate to those who may manage it, and revoke it for a stated reason."""
    actor = only(request, MANAGERS, machine="certificates", verb="revoke")
    row = registered.certificate(number, to=actor)
    if row is None:
        raise Http404
    why = written(request, "why", LONGEST_REASON)
    problem = ""
    if request.method == "POST":
        try:
            registered.revoke(row.pk, why, by=actor, at=timezone.now())
        except Refused as refused:
            problem = _said(refused, request.lang)
        else:
            notices.success(request, text("desk.certificate.done", request.lang, serial=row.serial))
            return redirect("certificate", number=row.pk)
    context = {
        "line": line(row, timezone.now(), request.lang), "row": row, "problem": problem, "why": why,
        "longest": LONGEST_REASON, "firm_name": row.enterprise.name(request.lang),
    }  # fmt: skip
    return render(request, "desk/certificate.html", context, status=409 if problem else 200)


def _firm(request: HttpRequest, actor: Actor) -> tuple[Enterprise | None, str]:
    """Return the firm that is spoken of and the code that was asked for: one's own, or the one the operator names."""
    if actor.role != "operator":
        return Enterprise.objects.get(pk=actor.enterprise), ""
    asked = (request.POST.get("of") or request.GET.get("of") or "").strip()[:20]
    return (find(asked) if asked else None), asked


def _registered(firm: Enterprise, request: HttpRequest, actor: Actor) -> HttpResponse:
    upload = request.FILES.get("certificate")
    data = upload.read(LARGEST) if upload else b""
    made = registered.register(firm, data, by=actor, at=timezone.now())
    notices.success(request, text("desk.certificates.done", request.lang, serial=made.serial))
    return redirect("certificate", number=made.pk)


def _trial(firm: Enterprise, request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand over a key with its certificate as a file; it is in this answer and nowhere else."""
    algorithm = _ALGORITHMS.get(request.POST["trial"], "sm2-sm3")
    card = registered.make_trial(firm, algorithm=algorithm, by=actor, at=timezone.now())
    response = HttpResponse(card.pem(), content_type="application/x-pem-file")
    response["Content-Disposition"] = f'attachment; filename="trial-{firm.code}-{card.key.kind}.pem"'
    return response


def _said(refused: Refused, lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(found.text(lang) for found in refused.findings)
