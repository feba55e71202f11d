"""Signing in tests: an enterprise with its key and its certificate, and what the door says of a message."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake.signatures import judge_signature
from tongguan.formats import ceb, signing
from tongguan.kernel.rules import Finding
from tongguan.parties import certificates
from tongguan.parties.models import Certificate, Enterprise
from tongguan.parties.queries import find

YEAR = timedelta(days=365)


class Signer:
    """An enterprise's key with its certificate, which is registered unless it shall not be."""

    def __init__(
        self,
        firm: samples.Firm = samples.BROKER,
        algorithm: str = "sm2-sm3",
        *,
        serial: int = 0xCDE6F,
        since: datetime = AT - YEAR,
        until: datetime = AT + YEAR,
        registered: bool = True,
    ):
        self.key, self.certificate = signing.make_test_certificate(
            firm.code, firm.name, serial=serial, since=since, until=until, algorithm=algorithm
        )
        self.row: Certificate | None = None
        if registered:
            self.row = certificates.register(enterprise(firm), self.certificate, by=OPERATOR, at=max(since, AT - YEAR))

    def sign(self, data: bytes, algorithm: str = "") -> bytes:
        return signing.sign(data, self.key, self.certificate, algorithm=algorithm)


def enterprise(firm: samples.Firm) -> Enterprise:
    found = find(firm.code)
    assert found is not None
    return found


def judged(data: bytes, *, firm: samples.Firm = samples.BROKER, at: datetime = AT) -> Finding | None:
    """Ask about a signature as the door does."""
    return judge_signature(data, ceb.read(data), firm=enterprise(firm).pk, at=at)


def said(finding: Finding | None) -> tuple[str, str, str] | None:
    return finding and (finding.code, finding.alias, finding.level)
