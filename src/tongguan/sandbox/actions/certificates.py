"""Certificates for trials (沙箱测试证书): issued to an enterprise with their keys, good in this sandbox and nowhere else."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction

from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.formats import signing
from tongguan.kernel import seals
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties import keys
from tongguan.parties.functions import insist_able
from tongguan.parties.models import Enterprise
from tongguan.parties.roles import FOR_AN_ENTERPRISE

from ..models import Authority, Certificate

ALGORITHMS = ("sm2-sm3", "rsa-sha1")
_ABOUT = b"sandbox authority"
_TURN = 0x73616E64  # "sand": the number of our advisory lock


@dataclass(frozen=True)
class Issued:
    """A certificate and its key, both in PEM. The key is kept nowhere: who loses it asks for another certificate."""

    certificate: Certificate
    pem: bytes
    key: bytes = field(repr=False)


@transaction.atomic
def issue(enterprise: Enterprise, *, algorithm: str = ALGORITHMS[0], by: Actor, at: datetime) -> Issued:
    """Issue a certificate for trials to an enterprise, for signatures of one algorithm.

    Raises ValueError for another algorithm, NotYours for others than its own people and the operator.
    """
    if algorithm not in ALGORITHMS:
        raise ValueError(f"algorithm is one of {', '.join(ALGORITHMS)}, not {algorithm!r}")
    if by.role != "operator" and (by.role not in FOR_AN_ENTERPRISE or by.enterprise != enterprise.pk):
        raise NotYours(machine="sandbox", verb="issue", role=by.role, roles=[*FOR_AN_ENTERPRISE, "operator"])
    insist_able(by, "certificates", machine="sandbox", verb="issue")
    until = at + timedelta(days=law("sandbox.certificate_days", on=at.astimezone(SHANGHAI).date()).value)
    key, der = signing.make_test_certificate(
        enterprise.code, enterprise.name("zh")[:60], serial=secrets.randbelow(2**64) + 1, since=at, until=until,
        algorithm=algorithm, authority=_authority(algorithm, at),
    )  # fmt: skip
    read = signing.read_certificate(der)
    made = Certificate.objects.create(
        enterprise=enterprise, fingerprint=sha256(der).digest(), serial=read.serial, algorithm=algorithm, certificate=der,
        since=read.since, until=read.until, issued_by=str(by)[:100],
    )  # fmt: skip
    return Issued(made, signing.keys.armoured("CERTIFICATE", der), key.pem())


def _authority(algorithm: str, at: datetime) -> signing.TrialAuthority:
    """Return the authority for keys of a kind, made now where there is none that outlives what it will issue."""
    kind = algorithm.partition("-")[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
    found = Authority.objects.filter(kind=kind).first()
    days = law("sandbox.certificate_days", on=at.astimezone(SHANGHAI).date()).value
    if found is None or found.until < at + timedelta(days=days):
        made = signing.make_trial_authority(algorithm, since=at, until=at + 2 * timedelta(days=days))
        sealed = seals.seal(made.key.pem(), keys.master(), _ABOUT)
        kept = {"certificate": made.certificate.der, "key": sealed, "until": made.certificate.until}
        Authority.objects.update_or_create(kind=kind, defaults=kept)
        return made
    key = signing.load_key(seals.unseal(found.key, keys.master(), _ABOUT))
    return signing.TrialAuthority(key, signing.read_certificate(bytes(found.certificate)))
