"""Signing for who tries the program out: what is unsigned and has to be signed, by the card of the demonstration."""

from __future__ import annotations

from datetime import datetime

from tongguan.formats import ceb, signing
from tongguan.kernel.states import Actor
from tongguan.parties.certificates import may_manage, trials_allowed
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find
from tongguan.parties.roles import SYSTEM
from tongguan.parties.trial import card_of

from .rules.signatures import CARD


def sign_unsigned(data: bytes, *, by: Actor | None, at: datetime) -> bytes:
    """Return a message signed by the trial certificate of the enterprise that transmits it (copCode).

    ``by`` is who files, None at the open door of a demonstration. What needs no signature, has one, cannot be read or
    is transmitted by an enterprise that is not his comes back as it was; so does everything outside a demonstration.
    """
    if not trials_allowed():
        return data
    try:
        read = ceb.read(data)
    except ceb.Unreadable:
        return data
    if read.kind not in CARD or read.signature_xml is not None:
        return data
    firm = _transmitting(read)
    if firm is None or not may_manage(by or SYSTEM, firm.pk):
        return data
    card = card_of(firm, by=by or SYSTEM, at=at)
    try:
        return signing.sign(data, card.key, card.certificate)
    except ValueError:  # it has a signature that is not where it should be
        return data


def _transmitting(read: ceb.Message) -> Enterprise | None:
    code = (read.transfer.copCode or "").strip() if read.transfer else ""
    return find(code) if code else None
