"""Who may act for whom (委托): looked up by the moment, for one message or for many principals at once."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from tongguan.parties.models import Mandate


def _in_force(agent: int, ability: str, kind: str, at: datetime) -> QuerySet[Mandate]:
    day = timezone.localdate(at, timezone.get_default_timezone())
    rows = Mandate.objects.filter(
        Q(ended=None) | Q(ended__gt=at), agent=agent, state__in=("granted", "revoked"), decided__lte=at,
        abilities__contains=[ability], since__lte=day, until__gte=day,
    )  # fmt: skip
    return rows.filter(Q(messages=[]) | Q(messages__contains=[kind])) if kind else rows


def mandate(agent: int, principal: int, *, ability: str = "file", kind: str = "", at: datetime) -> Mandate | None:
    """Return the mandate by which an agent may do something for a principal at a moment, or None.

    ``ability`` is see, file or pay; ``kind`` a message as CEB621Message, empty where none is meant. One query, by index.
    """
    return _in_force(agent, ability, kind, at).filter(principal=principal).order_by("id").first()


def principals(agent: int, *, ability: str = "file", kind: str = "", at: datetime) -> set[int]:
    """Return for whom an agent may do something at a moment, in one query."""
    return set(_in_force(agent, ability, kind, at).values_list("principal", flat=True))


def mandates_of(enterprise: int, before: int | None = None, limit: int = 50) -> list[Mandate]:
    """Return the mandates of a firm, given and held, newest first; ``before`` is the last id of the page before."""
    rows = Mandate.objects.filter(Q(agent=enterprise) | Q(principal=enterprise)).select_related("agent", "principal")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[:limit])
