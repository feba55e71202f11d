"""Who signed (签名核验): the window's own check of signatures, by which only the sandbox's certificates are good here."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from tongguan.ecommerce.rules.signatures import CARD, Card
from tongguan.formats.ceb import Message
from tongguan.formats.signing import BadSignature, Unsigned, Verified
from tongguan.formats.signing.faults import NotVerified
from tongguan.kernel.rules import Finding, check
from tongguan.kernel.texts import LANGUAGES
from tongguan.parties.certificates import Signer

from .models import Certificate
from .rules import SIGNATURE

DECLARED = "2"


def signer(der: bytes) -> Signer | None:
    """Return who holds a certificate of this sandbox; None for any other certificate."""
    found = Certificate.objects.filter(fingerprint=sha256(der).digest()).first()
    return None if found is None else Signer(found.pk, found.enterprise_id, found.since, found.until, None, True)


def findings(
    message: Message, proof: Verified | BadSignature, firm: int | None, at: datetime
) -> tuple[list[Finding], list[Finding]]:
    """Return what is wrong with the signature of a message: for each document, and only for those that are declared.

    ``firm`` is the enterprise that transmits. What may go unsigned and is not signed has nothing wrong with it.
    """
    if isinstance(proof, Unsigned):
        return [], [proof.finding] if message.table.signature == "required" else []
    if isinstance(proof, BadSignature):
        return [proof.finding], []
    card = Card(proof.serial, signer(proof.certificate), firm, at, True)
    if message.kind in CARD:
        wrong = check(CARD[message.kind], card)
    else:
        wrong = [_unverified(one) for one in check(CARD["CEB621Message"], card)]
    return wrong + check(SIGNATURE, proof), []


def _unverified(found: Finding) -> Finding:
    """Return what is wrong with a card under the code of messages that have no official one for it."""
    reason = {lang: found.text(lang) for lang in LANGUAGES}
    return Finding(NotVerified.code, found.pointer, found.level, {"reason": reason})
