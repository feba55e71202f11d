"""Rules of asking for a digest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tongguan.kernel.rules import Break, Rule

from .models import DAYS

_LONGEST = 254


@dataclass(frozen=True)
class DigestCase:
    """A digest that is asked for; ``asked`` is when it was asked for last, ``wait`` how long one waits between two."""

    address: str
    days: str
    at: datetime
    asked: datetime | None
    wait: timedelta
    carried: bool


class DigestAddress(Rule):
    """This is no address of e-mail; write it as name@host."""

    code = "DIGEST_ADDRESS"

    def broken_by(self, doc: DigestCase, ctx: object) -> Iterable[Break]:
        try:
            validate_email(doc.address)
        except ValidationError:
            yield Break("address")
        else:
            if len(doc.address) > _LONGEST or not doc.address.isascii():
                yield Break("address")


class DigestDays(Rule):
    """A digest comes every day, on working days or never; an address for never serves for notices about your account."""

    code = "DIGEST_DAYS"

    def broken_by(self, doc: DigestCase, ctx: object) -> Iterable[Break]:
        if doc.days not in DAYS:
            yield Break("days")


class DigestTooSoon(Rule):
    """A link was sent less than {minutes} minutes ago; look for it, or ask again later."""

    code = "DIGEST_TOO_SOON"

    def broken_by(self, doc: DigestCase, ctx: object) -> Iterable[Break]:
        if doc.asked is not None and doc.at < doc.asked + doc.wait:
            yield Break("address", minutes=doc.wait // timedelta(minutes=1))


class NoMail(Rule):
    """This window sends no mail; its operator can set a way to send it."""

    code = "NO_MAIL"

    def broken_by(self, doc: DigestCase, ctx: object) -> Iterable[Break]:
        if not doc.carried:
            yield Break("address")


DIGEST = (NoMail(), DigestAddress(), DigestDays(), DigestTooSoon())
