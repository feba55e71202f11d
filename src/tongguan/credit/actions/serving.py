"""What firms of trust are given by name: a coordinator, a place in the pilot with its liaison, and anchored documents."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongguan.journal import actions as journal
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor

from .. import queries
from ..models import Anchor, CreditFile
from ..rules import certifying as rules
from .files import day_of, insist_customs, insist_own, locked


@transaction.atomic
def name_coordinator(uscc: str, name: str, reach: str, *, by: Actor, at: datetime) -> CreditFile:
    """Name the officer a certified firm turns to, and how. Raises NotYours, Refused (COORDINATOR_NAME, COORDINATOR_GRADE)."""
    insist_customs(by, machine="credit", verb="coordinator")
    gives = queries.benefits(uscc, day_of(at))
    insist(rules.COORDINATING, rules.Coordinating(name, reach, gives))
    of = locked(uscc, at)
    of.coordinator, of.coordinator_reach = name.strip(), reach.strip()
    of.save(update_fields=["coordinator", "coordinator_reach"])
    journal.record("credit.coordinator_named", of, by=by, at=at, name=of.coordinator)
    return of


@transaction.atomic
def set_pilot(
    uscc: str, liaison: str, *, since: date, until: date | None = None, by: Actor, at: datetime
) -> CreditFile:
    """Let a firm take part in the blockchain pilot from a day on, and name its liaison; with ``until`` it ends then.

    Raises NotYours.
    """
    insist_customs(by, machine="credit", verb="pilot")
    of = locked(uscc, at)
    of.liaison, of.pilot_since, of.pilot_until = liaison.strip()[:100], since, until
    of.save(update_fields=["liaison", "pilot_since", "pilot_until"])
    journal.record("credit.pilot_set", of, by=by, at=at, since=since, until=until, liaison=of.liaison)
    return of


@transaction.atomic
def anchor(uscc: str, kind: str, reference: str, digest: str, *, by: Actor, at: datetime) -> Anchor:
    """Keep the SHA-256 of a document of one's own firm, here and in the journal; the same again changes nothing.

    Raises NotYours, Refused (ANCHOR_PILOT, ANCHOR_KIND, ANCHOR_DOCUMENT).
    """
    insist_own(uscc, by=by, machine="credit", verb="anchor")
    day, digest, reference = day_of(at), digest.strip().lower(), reference.strip()
    pilot = queries.standing(uscc, day).pilot
    insist(rules.ANCHORING, rules.Anchoring(kind, reference, digest, day, pilot))
    of = locked(uscc, at)
    named = {"uscc": uscc, "kind": kind, "reference": reference, "digest": digest}
    row = Anchor.objects.filter(**named).first()
    if row is None:
        told = {"kind": kind, "reference": reference, "digest": digest}
        event = journal.record("credit.anchored", of, by=by, at=at, **told)
        row = Anchor.objects.create(**named, event=event, anchored_at=at, anchored_by=by.name[:100])
    return row
