"""Who signed a message, and whether he may (报关单报文验签): asked of what is declared; of a draft it is only told.

The card is one that the firm that files has registered here. Whether that firm may declare for its principal, its mandate says,
as for every declaration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings

from tongguan.formats import dec
from tongguan.formats.signing import read_certificate
from tongguan.kernel.rules import Break, Finding, Rule, check
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.parties import certificates
from tongguan.parties.certificates import Signer

from .rules import DECLARE

_SECOND = timedelta(seconds=1)  # a certificate is good for the whole of its last second


@dataclass(frozen=True, slots=True)
class Signed:
    """A message and its signature: the card it names, who registered that, whether the value is made by it over the message."""

    sign: dec.Sign
    at: datetime
    signer: Signer | None = None
    verifies: bool = False

    @property
    def card(self) -> str:
        """The serial number of the certificate that is named."""
        return (self.sign.Certificate or "").strip()


class Unsigned(Rule):
    """What is declared has to be signed: DecSign holds the value (Sign) and the certificate of the card (Certificate)."""

    code = "DEC_SIGN_MISSING"

    def broken_by(self, doc: Signed, ctx):
        for name in ("Sign", "Certificate"):
            if not getattr(doc.sign, name):
                yield Break(f"sign/{name}")


class UnknownCard(Rule):
    """Your enterprise has registered no certificate with the serial number {card} here."""

    code = "DEC_SIGN_CARD"

    def broken_by(self, doc: Signed, ctx):
        if doc.sign.Sign and doc.card and doc.signer is None:
            yield Break("sign/Certificate", card=doc.card[:40])


class CardEnded(Rule):
    """The certificate {card} may not sign now: {reason}"""

    code = "DEC_SIGN_NOT_NOW"

    def broken_by(self, doc: Signed, ctx):
        if doc.signer is not None and (why := _ended(doc.signer, doc.at)):
            said = {lang: text(f"declarations.signature.{why}", lang) for lang in LANGUAGES}
            yield Break("sign/Certificate", card=doc.card, reason=said)


def _ended(signer: Signer, at: datetime) -> str:
    if signer.revoked_at is not None:
        return "revoked"
    if signer.trial and not certificates.trials_allowed():
        return "trial"
    if at < signer.since:
        return "not_yet"
    return "expired" if at >= signer.until + _SECOND else ""


class WrongSignature(Rule):
    """The signature is not that of {card} over this message: it was changed after it was signed, or signed otherwise."""

    code = "DEC_SIGN_WRONG"

    def broken_by(self, doc: Signed, ctx):
        if doc.signer is not None and not doc.verifies:
            yield Break("sign/Sign", card=doc.card)


SIGNATURE = (Unsigned(), UnknownCard(), CardEnded(), WrongSignature())


def judged(data: bytes, message: dec.Message, *, firm: int, at: datetime) -> list[Finding]:
    """Return what is wrong with the signature of a message that a firm files; ask in the transaction that files it.

    It keeps nothing from being saved as a draft, and where signatures are optional an unsigned message is only warned.
    """
    found, declares = list(_wrong(data, message, firm, at)), message.sign.OperType in DECLARE
    unsigned = not message.sign.Sign
    if unsigned and not declares:
        return []
    lenient = not declares or (unsigned and settings.SIGNATURES == "optional")
    return [replace(one, level="warn") for one in found] if lenient else found


def _wrong(data: bytes, message: dec.Message, firm: int, at: datetime) -> Iterator[Finding]:
    doc = Signed(message.sign, at)
    der = certificates.named(doc.card, firm) if message.sign.Sign and doc.card else None
    if der is not None:
        doc = replace(
            doc, signer=certificates.find_signer(der, firm), verifies=dec.verifies(data, read_certificate(der))
        )
    yield from check(SIGNATURE, doc)


__all__ = ["SIGNATURE", "Signed", "judged"]
