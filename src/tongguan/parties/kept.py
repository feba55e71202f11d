"""What is kept about a person who signs in, gathered for himself: never a secret, nor what proves one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from tongguan.parties.models import (
    AccountNotice,
    Application,
    Assignment,
    Delegation,
    Handover,
    Membership,
    Passkey,
    Person,
    PortalSession,
    RecoveryCode,
    SecondFactor,
    TwoPersonAct,
)

Section = list[dict[str, Any]]
_SELF = OuterRef("pk")
_MOMENTS = {"at", "asked", "began", "confirmed", "decided", "ended", "made", "proposed", "seen", "since", "used"}


def kept_of(person: Person) -> dict[str, Section]:
    """Return what is kept about a person, in parts; of those he worked with, their names as he saw them. One query."""
    basics = {"username": person.username, "name": person.name, "language": person.language, "active": person.is_active}
    found = Person.objects.filter(pk=person.pk).values_list(*(_OWN | _WORK).values()).get()
    told = {name: [_with_moments(row) for row in rows] for name, rows in zip(_OWN | _WORK, found, strict=True)}
    left = len(told.pop("codes_left"))
    return {
        "person": [basics | {"last_login": person.last_login}],
        **{name: told[name] for name in _OWN if name in told},
        "second_factor": [one | {"recovery_codes_left": left} for one in told["second_factor"]],
        "work": [{"kind": kind, **one} for kind in _WORK for one in told[kind]],
    }


def _listed(rows: QuerySet, *columns: str, by: str = "pk") -> ArraySubquery:
    """Return columns of somebody's rows as one value of the query for him."""
    return ArraySubquery(rows.order_by(by).values(told=JSONObject(**{name: F(name) for name in columns})))


def _with_moments(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row whose moments, which came as texts, are moments again; days stay as they are written."""
    return {
        name: datetime.fromisoformat(value) if name in _MOMENTS and value and "T" in value else value
        for name, value in row.items()
    }


_OWN = {
    "roles": _listed(
        Membership.objects.filter(person=_SELF), "role", "enterprise__uscc", "enterprise__name_zh", "functions", "ended"
    ),
    "sessions": _listed(
        PortalSession.objects.filter(person=_SELF), "device", "address", "began", "seen", "ended", "why", by="-pk"
    ),
    "passkeys": _listed(Passkey.objects.filter(person=_SELF), "name", "made", "used"),
    "second_factor": _listed(SecondFactor.objects.filter(person=_SELF, confirmed__isnull=False), "made", "confirmed"),
    "codes_left": _listed(RecoveryCode.objects.filter(person=_SELF, used=None), "used"),
    "notices": _listed(AccountNotice.objects.filter(person=_SELF), "what", "device", "at", "outcome", by="-pk"),
    "applications": _listed(
        Application.objects.filter(person=_SELF), "uscc", "role", "name", "state", "asked", "decided", "reason"
    ),
}
_WORK = {
    "taken": _listed(Assignment.objects.filter(holder=_SELF), "subject", "since", "ended", "why"),
    "handed_over": _listed(
        Handover.objects.filter(Q(giver=_SELF) | Q(taker=_SELF)), "giver__name", "taker__name", "subjects", "note", "at"
    ),
    "delegation": _listed(
        Delegation.objects.filter(Q(giver=_SELF) | Q(deputy=_SELF)),
        "giver__name", "deputy__name", "since", "until", "reason", "made", "ended",
    ),
    "two_officers": _listed(
        TwoPersonAct.objects.filter(Q(proposer=_SELF) | Q(second=_SELF)),
        "act", "subject", "reason", "state", "proposed", "decided", "words",
    ),
}  # fmt: skip
"""What he has, and what he has taken, handed over, been handed, who stood in for whom, what he proposed or confirmed."""
