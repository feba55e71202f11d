"""Whose certificate may sign a message (卡信息匹配): -621015, -623021 and -625020, [*]与卡信息[*]不匹配，没有权限进行操作.

One pattern a reason; each message that must be signed answers it by its own official code. A list of arrivals (711) has
none but -800001, 校验不通过.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tongguan.kernel.rules import Break, Rule
from tongguan.parties.certificates import Signer

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Card:
    """The certificate that signed a message, with what it is judged by.

    ``signer`` is who registered it, None for one that nobody did. ``firm`` is the enterprise that transmits (copCode).
    """

    serial: str
    signer: Signer | None
    firm: int | None
    at: datetime
    trials: bool


class CardRule(Rule, abstract=True):
    """A certificate may not sign for the enterprise that transmits."""

    def broken_by(self, doc: Card, ctx: object) -> Iterable[Break]:
        if doc.signer is not None and (values := self._wrong(doc, doc.signer)) is not None:
            yield Break("Signature", serial=doc.serial, **values)

    def _wrong(self, doc: Card, signer: Signer) -> dict[str, str] | None:
        """Return what the message names besides the certificate, or None when nothing is wrong."""
        raise NotImplementedError


class Unregistered(CardRule, abstract=True):
    """The certificate {serial} is not registered here for any enterprise; register it before it signs."""

    alias = "UNREGISTERED"

    def broken_by(self, doc: Card, ctx: object) -> Iterable[Break]:
        if doc.signer is None:
            yield Break("Signature", serial=doc.serial)


class OfAnother(CardRule, abstract=True):
    """The certificate {serial} is registered for another enterprise than the one that transmits (copCode)."""

    alias = "OF_ANOTHER"

    def _wrong(self, doc, signer):
        return {} if signer.enterprise != doc.firm else None


class CardForTrials(CardRule, abstract=True):
    """The certificate {serial} is for trials; only a demonstration takes it."""

    alias = "TRIAL"

    def _wrong(self, doc, signer):
        return {} if signer.trial and not doc.trials else None


class RevokedCard(CardRule, abstract=True):
    """The certificate {serial} was revoked on {moment}."""

    alias = "REVOKED"

    def _wrong(self, doc, signer):
        return {"moment": _written(signer.revoked_at)} if signer.revoked_at is not None else None


class CardNotYet(CardRule, abstract=True):
    """The certificate {serial} is valid from {moment}, not before."""

    alias = "NOT_YET"

    def _wrong(self, doc, signer):
        return {"moment": _written(signer.since)} if doc.at < signer.since else None


class ExpiredCard(CardRule, abstract=True):
    """The certificate {serial} was valid until {moment}."""

    alias = "EXPIRED"

    def _wrong(self, doc, signer):
        # It is good for the whole of its last second.
        return {"moment": _written(signer.until)} if doc.at >= signer.until + timedelta(seconds=1) else None


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _under(official: str) -> list[Rule]:
    """Return the rules of one message, each under its official code."""
    patterns = (Unregistered, OfAnother, CardForTrials, RevokedCard, CardNotYet, ExpiredCard)
    own = {"code": official, "family": official, "__module__": __name__}
    return [type(pattern.__name__, (pattern,), own)() for pattern in patterns]


CARD = {
    "CEB621Message": _under("-621015"),
    "CEB623Message": _under("-623021"),
    "CEB625Message": _under("-625020"),
    "CEB711Message": _under("-800001"),
}
"""What the certificate of each message that must be signed must satisfy, in the order in which it is said."""
