"""Certificates (数字证书): which ones sign for the caller's enterprise; registering, revoking, and those for trials.

A program shows its token only, so it registers nothing that would outlive a stolen one: certificates for service are
registered by people of the enterprise on the page, or by the operator.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.formats import signing
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties import certificates as registered
from tongguan.parties.models import Certificate, Enterprise
from tongguan.parties.queries import find
from tongguan.parties.roles import FOR_AN_ENTERPRISE

from . import bodies, views
from .problems import Problem
from .shapes import Shape
from .v1 import described, who, wrong

router = Router()
PAGE = 50
_ALGORITHMS = ("sm2-sm3", "rsa-sha1")
_MOST = 2**63 - 1
_OF = Query("", description="the operator only: the code of the enterprise / 仅限运营单位：企业代码")
_NUMBER = Path(description="the number of the certificate / 证书编号", ge=1, le=_MOST)
_FILE = {"application/x-pem-file": {"schema": {"type": "string", "description": "PEM or DER / PEM或DER"}}}


class RegisteredCertificate(Shape):
    """A certificate that signs for an enterprise; ``state`` is in_force, not_yet, expired or revoked."""

    number: int
    serial: str
    subject: str
    issuer: str
    key: Annotated[str, Meta(description="sm2 or rsa")]
    fingerprint: Annotated[str, Meta(description="SHA-256 of its DER, hexadecimal")]
    since: datetime
    until: datetime
    trial: bool
    state: str
    registered: datetime
    revoked: datetime | None
    why: Annotated[str, Meta(description="why it was revoked")]


class Certificates(Shape):
    """A page of certificates, newest first; ``next`` is the parameter *before* of the page that follows."""

    certificates: list[RegisteredCertificate]
    next: int | None


class TrialCard(Shape):
    """A private key with its certificate for trials, as PEM; given this once and kept nowhere."""

    certificate: RegisteredCertificate
    pem: str


@router.get("/certificates", **described("list_certificates", "certificates", Certificates, fails=(400, 403)))
def list_certificates(
    request: HttpRequest, before: int | None = Query(None, ge=1, le=_MOST), of: str = _OF
) -> Certificates:
    firm, _ = _firm(request, of)
    rows = registered.certificates_of(firm.pk, before, PAGE + 1)
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    return Certificates(certificates=[_shown(row) for row in rows[:PAGE]], next=more)


@router.post(
    "/certificates",
    **described(
        "register_certificate", "certificates", RegisteredCertificate, fails=(400, 403, 409, 413, 415), body=_FILE
    ),
)
def register_certificate(request: HttpRequest, of: str = _OF) -> RegisteredCertificate:
    firm, actor = _firm(request, of)
    try:
        data = bodies.body(request)
    except bodies.TooLarge:
        raise bodies.too_large() from None
    if actor.role != "operator" and not _for_trials(data):
        raise NotYours(machine="certificates", verb="register", role=actor.role, roles=["operator"])
    return _shown(registered.register(firm, data, by=actor, at=timezone.now()))


@router.post("/certificates/trial", **described("trial_certificate", "certificates", TrialCard, fails=(400, 403, 409)))
def trial_certificate(request: HttpRequest, algorithm: str = _ALGORITHMS[0], of: str = _OF) -> TrialCard:
    if algorithm not in _ALGORITHMS:
        raise wrong("algorithm", "other", why=" / ".join(_ALGORITHMS))
    firm, actor = _firm(request, of)
    card = registered.make_trial(firm, algorithm=algorithm, by=actor, at=timezone.now())
    row = registered.known(firm.pk, card.certificate)
    assert row is not None
    return TrialCard(certificate=_shown(row), pem=card.pem().decode())


@router.post(
    "/certificates/{number}/revoke",
    **described("revoke_certificate", "certificates", RegisteredCertificate, fails=(400, 403, 404, 409)),
)
def revoke_certificate(request: HttpRequest, number: int = _NUMBER, why: str = "") -> RegisteredCertificate:
    actor = who(request).known
    row = registered.certificate(number, to=actor)
    if row is None:
        raise Problem("NOT_FOUND")
    if "\0" in why:
        raise wrong("why", "other", why="\\0")
    return _shown(registered.revoke(row.pk, why, by=actor, at=timezone.now()))


def _firm(request: HttpRequest, of: str) -> tuple[Enterprise, Actor]:
    """Return the enterprise that is spoken of and who calls; raises NotYours for callers who manage none."""
    actor = who(request).known
    if actor.role == "operator":
        firm = find(of) if of and "\0" not in of else None
        if firm is None:
            raise wrong("of", "number")
        return firm, actor
    if actor.role not in FOR_AN_ENTERPRISE:
        raise NotYours(machine="certificates", verb="register", role=actor.role, roles=[*FOR_AN_ENTERPRISE, "operator"])
    return Enterprise.objects.get(pk=actor.enterprise), actor


def _for_trials(data: bytes) -> bool:
    """Say whether this is a certificate for trials, or nothing that could be registered at all."""
    try:
        return signing.read_certificate(data).trial
    except signing.NotCertificate:
        return True


def _shown(row: Certificate) -> RegisteredCertificate:
    return RegisteredCertificate(
        number=row.pk, serial=row.serial, subject=row.subject, issuer=row.issuer, key=row.key_kind,
        fingerprint=bytes(row.fingerprint).hex(), since=views.there(row.since), until=views.there(row.until),
        trial=row.trial, state=row.state(timezone.now()), registered=views.there(row.registered_at),
        revoked=row.revoked_at and views.there(row.revoked_at), why=row.revoked_why,
    )  # fmt: skip
