"""The mail of a digest (摘要邮件): what needs a person, in his language, without anything a document says of a buyer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from django.core import signing

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.kernel.texts import text
from tongguan.parties.models import Person
from tongguan.parties.queries import Capacity, capacities

from .matters import Need, Needs
from .models import Digest
from .queries import needs
from .queues import Queue, queues

_SIGNER = "tongguan.digest"


class Letter(NamedTuple):
    """A mail: its subject and what it says."""

    subject: str
    body: str


def stamp(row: Digest) -> str:
    """Return when a digest was asked for, as links say it."""
    return row.asked.astimezone(UTC).isoformat()


def token(row: Digest) -> str:
    """Return what a link names a digest by; asked for anew, it has another."""
    return signing.Signer(salt=_SIGNER).sign_object([row.pk, stamp(row)])


def named(given: str) -> tuple[int, str] | None:
    """Return the digest that a link names, and when it was asked for; None for a link that is not ours."""
    try:
        number, asked = signing.Signer(salt=_SIGNER).unsign_object(given)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return number, asked


def confirmation(row: Digest, lang: str) -> Letter:
    """Return the mail by which an address is confirmed."""
    link = f"{row.site}/account/digest/confirm/{token(row)}"
    body = text("needs.mail.confirm.body", lang, name=str(row.person), link=link)
    return Letter(text("needs.mail.confirm.subject", lang), body)


def digest(row: Digest, *, at: datetime) -> Letter | None:
    """Return the mail of a digest as of a moment, None when nothing needs the person."""
    person: Person = row.person
    lang = person.language
    parts, number, late = [], 0, 0
    for one in capacities(person):
        found, waiting = needs(to=one.actor, at=at), [q for q in queues(to=one.actor, at=at) if q.number]
        if found.listed or waiting:
            number += sum(count.number for count in found.counts) + sum(queue.number for queue in waiting)
            late += found.late + sum(queue.late for queue in waiting)
            parts.append(_part(one, found, waiting, row.site, lang, at))
    if not parts:
        return None
    day = at.astimezone(SHANGHAI).date().isoformat()
    subject = text("needs.mail.subject", lang, number=number, late=late, day=day)
    foot = text("needs.mail.foot", lang, site=row.site, stop=stop_link(row))
    return Letter(subject, "\n\n".join([text("needs.mail.head", lang, name=str(person)), *parts, foot]) + "\n")


def stop_link(row: Digest) -> str:
    """Return the link by which a digest is ended."""
    return f"{row.site}/account/digest/stop/{token(row)}"


def _part(one: Capacity, found: Needs, waiting: list[Queue], site: str, lang: str, at: datetime) -> str:
    head = text(f"role.{one.actor.role}", lang)
    lines = [f"== {one.firm.name(lang)} ({head})" if one.firm else f"== {head}"]
    lines += [_line(need, site, lang, at) for need in found.listed]
    listed = {count.kind: 0 for count in found.counts}
    for need in found.listed:
        listed[need.kind] += need.number
    for count in found.counts:
        if count.many or count.number > listed[count.kind]:
            number = f"{count.number}+" if count.many else str(count.number)
            lines.append(text("needs.mail.all", lang, title=count.title(lang), number=number, href=site + count.href))
    for queue in waiting:
        number = f"{queue.number}+" if queue.many else str(queue.number)
        values = {"title": queue.title(lang), "number": number, "late": queue.late, "href": site + queue.href}
        lines.append(text("needs.mail.queue", lang, **values))
    return "\n\n".join(lines)


def _line(need: Need, site: str, lang: str, at: datetime) -> str:
    mark = text("needs.mail.late", lang) if need.late(at) else ""
    by = text("needs.mail.by", lang, day=need.last_day) if need.last_day else ""
    first = " ".join(part for part in ("-", mark, need.title(lang), need.name, by) if part)
    return f"{first}\n  {need.reason(lang)}\n  {need.next(lang, at)}: {site}{need.path}"
