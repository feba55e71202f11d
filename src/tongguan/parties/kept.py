"""What is kept about a person who signs in, gathered for himself: never a secret, nor what proves one."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

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
_SESSION = ("device", "address", "began", "seen", "ended", "why")


def kept_of(person: Person) -> dict[str, Section]:
    """Return what is kept about a person, in parts; of those he worked with, their names as he saw them."""
    basics = {"username": person.username, "name": person.name, "language": person.language, "active": person.is_active}
    roles = Membership.objects.filter(person=person).order_by("id")
    factor = SecondFactor.objects.filter(person=person, confirmed__isnull=False)
    left = RecoveryCode.objects.filter(person=person, used=None).count()
    return {
        "person": [basics | {"last_login": person.last_login}],
        "roles": list(roles.values("role", "enterprise__uscc", "enterprise__name_zh", "functions", "ended")),
        "sessions": list(PortalSession.objects.filter(person=person).order_by("-id").values(*_SESSION)),
        "passkeys": list(Passkey.objects.filter(person=person).order_by("id").values("name", "made", "used")),
        "second_factor": [one | {"recovery_codes_left": left} for one in factor.values("made", "confirmed")],
        "notices": list(AccountNotice.objects.filter(person=person).order_by("-id").values("what", "device", "at", "outcome")),
        "applications": list(_applications(person)),
        "work": _work(person),
    }  # fmt: skip


def _applications(person: Person) -> Section:
    rows = Application.objects.filter(person=person).order_by("id")
    return list(rows.values("uscc", "role", "name", "state", "asked", "decided", "reason"))


def _work(person: Person) -> Section:
    """Return what he has taken, handed over, been handed, who stood in for whom, and what he proposed or confirmed."""
    taken = Assignment.objects.filter(holder=person).order_by("id").values("subject", "since", "ended", "why")
    either = Q(giver=person)
    given = Handover.objects.filter(either | Q(taker=person)).order_by("id")
    stood = Delegation.objects.filter(either | Q(deputy=person)).order_by("id")
    acts = TwoPersonAct.objects.filter(Q(proposer=person) | Q(second=person)).order_by("id")
    parts = {
        "taken": taken,
        "handed_over": given.values("giver__name", "taker__name", "subjects", "note", "at"),
        "delegation": stood.values("giver__name", "deputy__name", "since", "until", "reason", "made", "ended"),
        "two_officers": acts.values("act", "subject", "reason", "state", "proposed", "decided", "words"),
    }
    return [{"kind": kind, **one} for kind, rows in parts.items() for one in rows]
