"""Mail about one's account (账户安全提醒): sent at once to the address that was confirmed, in the person's language."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.kernel.texts import text
from tongguan.parties.actions.notices import begin_telling, told
from tongguan.parties.models import AccountNotice, Person

from .models import Digest
from .ports import mail
from .writing import Letter

AT_ONCE = 100
_log = logging.getLogger("tongguan.needs")


def letter(person: Person, what: str, at: datetime, site: str, device: str = "") -> Letter:
    """Return the mail that tells somebody what changed; it holds no link that changes anything."""
    lang = person.language
    said = text(f"account_notice.{what}", lang)
    when = at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    body = text("needs.mail.account.body", lang, name=str(person), said=said, at=when, device=device or "–", site=site)
    return Letter(text("needs.mail.account.subject", lang, said=said), body)


def carry(to: str, written: Letter) -> bool:
    """Hand a mail over, whatever becomes of it; returns whether it was taken."""
    carrier = mail()
    try:
        if carrier is None:
            return False
        carrier.send(to, *written, {"Auto-Submitted": "auto-generated"})
    except Exception as problem:
        _log.warning("account.not_told", extra={"problem": type(problem).__name__})
        return False
    return True


def tell_accounts(*, limit: int = AT_ONCE) -> int:
    """Tell people what changed about their accounts; returns how many notices were looked at, at most ``limit``.

    Begun is committed before a mail goes out, so that nobody has one twice. One that fails stops no other.
    """
    with transaction.atomic():
        rows = begin_telling(limit)
    of = {one.person_id: one for one in Digest.objects.filter(person__in=[row.person_id for row in rows])}
    for row in rows:
        told(row, _outcome(row, of.get(row.person_id)))
    return len(rows)


def _outcome(row: AccountNotice, digest: Digest | None) -> str:
    from .actions import address_of

    if digest is None or digest.confirmed is None or digest.ended is not None or mail() is None:
        return "unsent"
    written = letter(row.person, row.what, row.at, digest.site, row.device)
    return "sent" if carry(address_of(digest), written) else "failed"
