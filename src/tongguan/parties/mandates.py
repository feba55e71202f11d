"""Who may act for whom (委托): looked up by the moment, for one message or for many principals at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from tongguan.journal.statements import ask, joined
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


_WITHOUT = """
SELECT asked.agent, asked.principal
FROM unnest(string_to_array(%s, chr(31)), string_to_array(%s, chr(31))) AS asked(agent, principal)
LEFT JOIN parties_enterprise a ON a.uscc = asked.agent OR a.customs_registration = asked.agent
LEFT JOIN parties_enterprise p ON p.uscc = asked.principal OR p.customs_registration = asked.principal
WHERE (a.id = p.id) IS NOT TRUE AND NOT EXISTS (
  SELECT FROM parties_mandate m
  WHERE m.agent_id = a.id AND m.principal_id = p.id AND m.state IN ('granted', 'revoked') AND m.decided <= %s
    AND (m.ended IS NULL OR m.ended > %s) AND %s BETWEEN m.since AND m.until
    AND %s = ANY (m.abilities) AND (m.messages = '{}' OR %s = ANY (m.messages)))
"""


def without_mandate(
    pairs: Collection[tuple[str, str]], *, ability: str = "file", kind: str, at: datetime
) -> set[tuple[str, str]]:
    """Return the pairs of codes, of an agent and a principal, between which no mandate is in force at a moment.

    Codes of either kind, as they were written; two codes of one enterprise need none. One query for all, by index;
    none without pairs. Inside the transaction that is open.
    """
    if not pairs:
        return set()
    day = timezone.localdate(at, timezone.get_default_timezone())
    agents, principals = (joined(codes) for codes in zip(*sorted(pairs), strict=True))
    return set(ask(_WITHOUT, agents, principals, at, at, day, ability, kind))


def mandates_of(enterprise: int, before: int | None = None, limit: int = 50) -> list[Mandate]:
    """Return the mandates of a firm, given and held, newest first; ``before`` is the last id of the page before."""
    rows = Mandate.objects.filter(Q(agent=enterprise) | Q(principal=enterprise)).select_related("agent", "principal")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[:limit])
