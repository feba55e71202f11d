"""The journal is heard: what was amended or withdrawn may be an error, and a paid bill settles a disclosure."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from tongguan.declarations.models import Declaration, DeclarationRequest
from tongguan.journal.models import Event
from tongguan.journal.queries import follow
from tongguan.parties.roles import SYSTEM

from ..counting import AMENDED, WITHDRAWN, Change
from ..models import ComplianceFollowing
from .disclosures import settle
from .errors import note

log = structlog.get_logger("tongguan.compliance")
HEARD_AT_ONCE = 500
CHANGES = {"declaration.amended": AMENDED, "declaration.withdrawn": WITHDRAWN}
PAID = "duty_bill.paid"
_DISCLOSURE = "disclosure/"


@transaction.atomic
def hear(*, at: datetime, limit: int = HEARD_AT_ONCE) -> int:
    """Hear what has happened since last time, note the errors in it, and return how much was heard."""
    ComplianceFollowing.objects.get_or_create(pk=1)
    place = ComplianceFollowing.objects.select_for_update().get(pk=1)
    events = follow(place.heard, limit)
    for event in events:
        if event.what in CHANGES or event.what == PAID:
            _heard_alone(event, at=at)
    if events:
        place.heard = events[-1].seq or place.heard
        place.save()
    return len(events)


def _heard_alone(event: Event, *, at: datetime) -> None:
    """Deal with one event; what is wrong with one holds up no other."""
    try:
        with transaction.atomic():
            _heard(event, at=at)
    except Exception as error:
        log.error("event not heard", event=event.pk, what=event.what, error=type(error).__name__, exc_info=error)


def _heard(event: Event, *, at: datetime) -> None:
    if event.what == PAID:
        reference = str(event.details.get("reference") or "")
        if reference.startswith(_DISCLOSURE):
            settle(int(reference.removeprefix(_DISCLOSURE)), at=at)
        return
    key = event.subject.partition("/")[2]
    of = Declaration.objects.select_related("agent", "trader").filter(pk=int(key)).first() if key.isdecimal() else None
    if of is not None and not event.details.get("required"):
        note(of, _change(of, event), event=event.pk, by=SYSTEM, at=event.at)


def _change(of: Declaration, event: Event) -> Change:
    """Return what an event says was changed; the grounds of a withdrawal stand in its request."""
    kind, told = CHANGES[event.what], event.details
    grounds = str(told.get("grounds") or "")
    if kind == WITHDRAWN:
        asked = DeclarationRequest.objects.filter(declaration=of, kind="withdraw", state="granted").order_by("-pk")
        grounds = asked.values_list("grounds", flat=True).first() or ""
    return Change(kind, grounds, [str(one) for one in told.get("changed") or ()], of.mode)
