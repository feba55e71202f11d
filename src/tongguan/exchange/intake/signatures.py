"""The signature of an envelope itself (传输报文签名): verified where it is written as those of messages are, its outcome kept.

The published schema has a place for it (ds:Signature, at most one, last) and codes for one that is wrong (1001, 1002, 1004).
How it is made, and by whose certificate, it does not say. So one in the form of the messages is held to what it says: made
over something else, a wrong value, a certificate of the sender's that has ended. Any other is let be, and said to be unread
or a stranger's; strict refuses it. That an envelope is not signed is no fault.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from tongguan.ecommerce.rules.signatures import CARD, Card
from tongguan.formats import dxp, signing
from tongguan.formats.ceb import Unreadable
from tongguan.formats.signing import BadSignature, Verified
from tongguan.kernel.rules import check
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.parties import certificates
from tongguan.parties.models import MachineClient

from ..faults import not_taken

ABSENT, VERIFIED, STRANGE, UNREAD = "", "verified", "strange", "unread"
"""Not signed; signed by a certificate that the sender registered; by another's; in a form that is not known here."""

_BROKEN = {"differs": "signature_differs", "unverified": "signature_wrong"}
_CARD = CARD["CEB621Message"]
_ENDED = {"REVOKED", "NOT_YET", "EXPIRED"}


class Seal(NamedTuple):
    """What came of the signature of an envelope, and the serial of the certificate, where one was read."""

    outcome: str
    serial: str = ""


def judge(data: bytes, envelope: dxp.Envelope, *, firm: int | None, at: datetime) -> Seal:
    """Return what the signature of an envelope proves for the enterprise it comes from; raises NotTaken."""
    if envelope.signature_xml is None:
        return Seal(ABSENT)
    if envelope.numbers is not None:  # signed before a node of the platform put it in another
        return Seal(UNREAD)
    try:
        proof = _proof(data, firm)
    except BadSignature as problem:
        reason = {"zh": problem.info_zh, "en": problem.info_en}
        if problem.case in _BROKEN:
            raise not_taken(_BROKEN[problem.case], reason=reason) from None
        return _let_be(Seal(UNREAD), reason)
    except Unreadable:
        return Seal(UNREAD)
    return _by_whom(proof, firm, at)


def firm_of(sender: str) -> int | None:
    """Return the enterprise whose machine client has an exchange number, None for a number of nobody or of several."""
    clients = MachineClient.objects.filter(dxp_id=sender, revoked=None, enterprise__isnull=False)
    firms = list(clients.values_list("enterprise_id", flat=True).distinct()[:2])
    return firms[0] if len(firms) == 1 else None


def words(outcome: str, serial: str) -> str:
    """Return what the answer to an envelope says of its signature, in both languages; nothing of one that is absent."""
    if not outcome:
        return ""
    return " ".join(text(f"dxp.signature.{outcome}", lang, serial=serial) for lang in LANGUAGES)


def _proof(data: bytes, firm: int | None) -> Verified:
    try:
        return signing.verify(data, mode=settings.SIGNATURE_MODE)
    except BadSignature as problem:
        der = certificates.named(problem.key_name, firm) if problem.key_name and firm is not None else None
        if der is None:
            raise
    return signing.verify(data, mode=settings.SIGNATURE_MODE, certificate=der)


def _by_whom(proof: Verified, firm: int | None, at: datetime) -> Seal:
    """Judge the certificate as that of a message is judged, in the same words."""
    signer = certificates.find_signer(proof.certificate, firm)
    wrong = check(_CARD, Card(proof.serial, signer, firm, at, certificates.trials_allowed()))
    if not wrong:
        return Seal(VERIFIED, proof.serial)
    reason = {lang: wrong[0].text(lang) for lang in LANGUAGES}
    if wrong[0].alias in _ENDED:
        raise not_taken("signature_ended", reason=reason)
    return _let_be(Seal(STRANGE, proof.serial), reason)


def _let_be(seal: Seal, reason: dict[str, str]) -> Seal:
    if settings.SIGNATURE_MODE == "strict":
        raise not_taken("signature_unproven", reason=reason)
    return seal
