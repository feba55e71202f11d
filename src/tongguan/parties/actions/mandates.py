"""Asking for mandates, granting, refusing, withdrawing and revoking them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tongguan.formats.ceb import TABLES
from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.models import Enterprise, Mandate
from tongguan.parties.queries import administrators, find, insist_may
from tongguan.parties.rules.mandates import MANDATING, MandateCase
from tongguan.parties.states import MANDATE

SIDES = {"grant": "principal", "refuse": "principal", "revoke": "", "withdraw": "agent"}
"""Whose the decision is; either's where none is named."""

_LONGEST_REASON = 500


@transaction.atomic
def ask_mandate(
    principal: str,
    abilities: Iterable[str],
    messages: Iterable[str] = (),
    *,
    since: date | None,
    until: date | None,
    by: Actor,
    at: datetime,
) -> Mandate:
    """Ask a principal, by its code, for a mandate for one's own firm.

    Raises Refused, NotYours for anybody but the agent's administrator.
    """
    insist_may(by, "mandates", verb="ask_mandate")
    day = timezone.localdate(at, timezone.get_default_timezone())
    agent = Enterprise.objects.select_for_update().get(pk=by.enterprise)  # so that nothing is asked for twice at once
    found = find(principal) if principal.strip() else None
    known = found if found is not None and administrators(found.pk) else None
    longest = law("parties.mandate_days", on=day).value
    given, kinds = tuple(sorted(set(abilities))), tuple(sorted(set(messages)))
    insist(MANDATING, MandateCase(agent, known, given, kinds, since, until, day, longest, frozenset(TABLES)))
    row = Mandate.objects.create(
        principal=known, agent=agent, abilities=list(given), messages=list(kinds), since=since, until=until, asked=at,
        asked_by=str(by),
    )  # fmt: skip
    told = {"agent": agent.pk, "principal": row.principal_id, "abilities": list(given), "messages": list(kinds)}
    record("mandate.asked", row, by=by, at=at, since=since, until=until, **told)
    return row


@transaction.atomic
def decide_mandate(number: int, verb: str, *, reason: str = "", by: Actor, at: datetime) -> Mandate:
    """Grant, refuse, revoke or withdraw a mandate, by the administrator of the side whose decision it is.

    Raises NotYours, NotNow, KeyError for another verb, Mandate.DoesNotExist.
    """
    row = Mandate.objects.select_for_update().get(pk=number)
    side = SIDES[verb]
    insist_may(by, "mandates", verb=verb)
    allowed = {"principal": {row.principal_id}, "agent": {row.agent_id}}.get(side, {row.principal_id, row.agent_id})
    if by.enterprise not in allowed:
        raise NotYours(machine="mandate", verb=verb, role=by.role, roles=["administrator"])
    row.state = MANDATE.after(row.state, verb, by=by)
    if verb in ("grant", "refuse"):
        row.decided, row.decided_by = at, str(by)
    else:
        row.ended, row.ended_by = at, str(by)
    row.reason = reason.strip()[:_LONGEST_REASON] or row.reason
    row.save()
    told = {"agent": row.agent_id, "principal": row.principal_id, "reason": row.reason}
    record(f"mandate.{row.state}", row, by=by, at=at, **told)
    return row
