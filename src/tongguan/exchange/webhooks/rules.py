"""What must be so before a firm is told something at an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Break, Rule

from ..models.webhooks import LONGEST_DESCRIPTION, LONGEST_URL
from .events import RECEIPTS, REFUSED

LONGEST_STATUS = 10
MOST_STATUSES = 50


@dataclass(slots=True)
class Wanted:
    """An address as somebody wants it. ``objection`` is what ``guard`` has against it, ``most`` how many a firm may have."""

    url: str
    description: str
    kinds: Sequence[str]
    statuses: Sequence[str]
    objection: str
    others: int
    most: int
    taken: bool


class WebhookAddress(Rule):
    """This is no address that could be called: https://, a host, a path, plain characters, {most} of them at most."""

    code = "WEBHOOK_ADDRESS"

    def broken_by(self, doc, ctx):
        if doc.objection == "ADDRESS" or len(doc.url) > LONGEST_URL:
            yield Break("url", most=LONGEST_URL)


class WebhookLogin(Rule):
    """The address must hold no user, no password and no part after #; who sends is shown by the signature."""

    code = "WEBHOOK_LOGIN"

    def broken_by(self, doc, ctx):
        if doc.objection == "LOGIN":
            yield Break("url")


class WebhookNotHttps(Rule):
    """The address must begin with https://, so that nobody on the way reads or changes what is sent."""

    code = "WEBHOOK_NOT_HTTPS"

    def broken_by(self, doc, ctx):
        if doc.objection == "https":
            yield Break("url")


class WebhookUnresolved(Rule):
    """The name service knows no host of this name; check the spelling."""

    code = "WEBHOOK_UNRESOLVED"

    def broken_by(self, doc, ctx):
        if doc.objection == "unresolved":
            yield Break("url")


class WebhookNotPublic(Rule):
    """The host is not on the public network: addresses of private networks and of this machine are not called."""

    code = "WEBHOOK_NOT_PUBLIC"

    def broken_by(self, doc, ctx):
        if doc.objection == "not_public":
            yield Break("url")


class WebhookTaken(Rule):
    """Your enterprise has this address already; change that one instead."""

    code = "WEBHOOK_TAKEN"

    def broken_by(self, doc, ctx):
        if doc.taken:
            yield Break("url")


class WebhookDescription(Rule):
    """The description has more than {most} characters, or some that cannot be shown."""

    code = "WEBHOOK_DESCRIPTION"

    def broken_by(self, doc, ctx):
        if len(doc.description) > LONGEST_DESCRIPTION or not doc.description.isprintable():
            yield Break("description", most=LONGEST_DESCRIPTION)


class WebhookKind(Rule):
    """{kind} is no kind of receipt; these are: {kinds}."""

    code = "WEBHOOK_KIND"

    def broken_by(self, doc, ctx):
        for kind in doc.kinds:
            if kind not in RECEIPTS:
                yield Break("kinds", kind=kind[:LONGEST_DESCRIPTION], kinds=list(RECEIPTS))
                return


class WebhookStatus(Rule):
    """{status} is no status of a receipt: a number as 800 or -621018, a code as P, or the word refused; {most} of them at most."""

    code = "WEBHOOK_STATUS"

    def broken_by(self, doc, ctx):
        wrong = [one for one in doc.statuses if not _is_status(one)] + list(doc.statuses[MOST_STATUSES:])
        if wrong:
            yield Break("statuses", status=wrong[0][:LONGEST_DESCRIPTION], most=MOST_STATUSES)


class WebhooksTooMany(Rule):
    """Your enterprise has {most} addresses already, as many as it may; remove one first."""

    code = "WEBHOOKS_TOO_MANY"

    def broken_by(self, doc, ctx):
        if doc.others >= doc.most:
            yield Break("", most=doc.most)


class WebhookOff(Rule):
    """The address is switched off, so that nothing is sent there; switch it on first."""

    code = "WEBHOOK_OFF"

    def broken_by(self, doc, ctx):
        if doc.off_why:
            yield Break("")


ADDING = [
    WebhookAddress(), WebhookLogin(), WebhookNotHttps(), WebhookUnresolved(), WebhookNotPublic(), WebhookTaken(),
    WebhookDescription(), WebhookKind(), WebhookStatus(), WebhooksTooMany(),
]  # fmt: skip
SENDING = [WebhookOff()]


def _is_status(written: str) -> bool:
    digits = written.removeprefix("-")
    return (
        written == REFUSED
        or written in codes("declaration_channels")
        or (digits.isascii() and digits.isdigit() and len(written) <= LONGEST_STATUS)
    )
