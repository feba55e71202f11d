"""Who saw whose personal data, which fields, when and what for (个人信息查阅留痕)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.models import PersonalAccess
from tongguan.parties.rules import ACCESS


def look(subject: str, fields: Iterable[str], purpose: str, *, by: Actor, at: datetime) -> PersonalAccess:
    """Note that somebody looks at fields of a subject in clear; call it before showing them.

    Raises Refused without a purpose.
    """
    insist(ACCESS, {"purpose": purpose})
    return PersonalAccess.objects.create(
        at=at, by=by.name, role=by.role, subject=subject, fields=sorted(set(fields)), purpose=purpose.strip()
    )


def looks_at(subject: str, before: int | None = None, limit: int = 50) -> list[PersonalAccess]:
    """Return who looked at a subject, newest first; ``before`` is the last id of the page before."""
    return _page(PersonalAccess.objects.filter(subject=subject), before, limit)


def looks_by(name: str, before: int | None = None, limit: int = 50) -> list[PersonalAccess]:
    """Return what a person looked at, newest first; ``before`` is the last id of the page before."""
    return _page(PersonalAccess.objects.filter(by=name), before, limit)


def _page(found, before: int | None, limit: int) -> list[PersonalAccess]:
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id")[:limit])
