"""Verbs of measures: seat a member, plan, move, attach evidence; and the daily reading of the indicators."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, Refused, insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.models import Person
from tongguan.parties.roles import SYSTEM

from ..figures import SOURCES
from ..models import Evidence, Measure, Reading, Seat
from ..register import register
from ..rules import EVIDENCE, MOVE, OWNER, PLAN, PlannedOnce
from ..seats import for_conference, for_measure, insist_seat
from ..states import CONFERENCE, LEAD, MEASURE

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(at: datetime) -> date:
    """Return the day a moment has in Beijing."""
    return at.astimezone(SHANGHAI).date()


@transaction.atomic
def seat(username: str, body: str, *, by: Actor, at: datetime) -> Seat:
    """Let a person speak for a body; one who had a seat changes it. For the window's operator and the program.

    Raises NotYours, Refused (BODY_UNKNOWN), Person.DoesNotExist.
    """
    if by.role not in ("operator", SYSTEM.role):
        raise NotYours(machine="measure", verb="plan", role=by.role, roles=["operator"])
    insist(OWNER, {"bodies": [("body", body)]}, register())
    person = Person.objects.get(username=username)
    made, _ = Seat.objects.update_or_create(person=person, defaults={"body": body})
    record("conference.seated", f"person/{person.pk}", by=by, at=at, body=body)
    return made


@transaction.atomic
def plan(
    seed: str, *, lead: str, units: Iterable[str] = (), due: date | None = None, by: Actor, at: datetime
) -> Measure:
    """Follow a clause or an item of the register, with its lead, the units that take part, and its last day.

    For the bodies that lead the conference. Raises NotYours, Refused.
    """
    on, body = day_of(at), insist_seat(by, machine="measure", verb="plan")
    acting = for_conference(by, body, on)
    if acting.role != CONFERENCE:
        raise NotYours(machine="measure", verb="plan", role=acting.role, roles=[CONFERENCE])
    taking_part = [one for one in dict.fromkeys(units) if one != lead]
    bodies = [("lead", lead), *(("units", one) for one in taking_part)]
    known = Measure.objects.filter(seed=seed).exists()
    insist(PLAN, {"seed": seed, "bodies": bodies, "known": known, "due": due, "on": on}, register())
    try:
        with transaction.atomic():
            row = Measure.objects.create(seed=seed, lead=lead, units=taking_part, due=due)
    except IntegrityError:  # planned by somebody else meanwhile
        raise Refused([Finding(PlannedOnce.code, "seed", "refuse", {"seed": seed})]) from None
    record("measure.planned", str(row), by=by, at=at, lead=lead, units=taking_part, due=due, body=body)
    return row


@transaction.atomic
def move(number: int, verb: str, *, by: Actor, at: datetime, reason: str = "") -> Measure:
    """Start, finish, block, resume or replicate a measure. Nothing is finished without dated evidence.

    Raises NotNow, NotYours, Refused, Measure.DoesNotExist.
    """
    on, body = day_of(at), insist_seat(by, machine="measure", verb=verb)
    row = Measure.objects.select_for_update().get(pk=number)
    row.state = MEASURE.after(row.state, verb, by=for_measure(by, body, row, on))
    dated = list(row.evidence.values_list("dated", flat=True))
    insist(MOVE, {"verb": verb, "measure": row.seed, "dated": dated, "on": on, "reason": reason})
    if verb == "start" or (verb == "resume" and row.started_on is None):
        row.started_on = on
    if verb == "finish":
        row.done_on = on
    row.reason = reason.strip() if verb == "block" else ""
    row.save(update_fields=["state", "started_on", "done_on", "reason"])
    record(f"measure.{row.state}", str(row), by=by, at=at, body=body, reason=row.reason)
    return row


@transaction.atomic
def attach(number: int, *, title: str, name: str, content: bytes, dated: date, by: Actor, at: datetime) -> Evidence:
    """Keep a dated file as evidence of a measure, by its SHA-256, for a body that leads it or takes part in it.

    Raises NotYours, Refused, Measure.DoesNotExist.
    """
    on, body = day_of(at), insist_seat(by, machine="measure", verb="attach")
    row = Measure.objects.select_for_update().get(pk=number)
    acting = for_measure(by, body, row, on)
    if acting.role not in (LEAD, CONFERENCE):
        raise NotYours(machine="measure", verb="attach", role=acting.role, roles=[LEAD, CONFERENCE])
    digest = hashlib.sha256(content).digest()
    insist(
        EVIDENCE,
        {
            "measure": row.seed,
            "size": len(content),
            "most": law("governance.evidence_most", on=on).value,
            "dated": dated,
            "on": on,
            "digest": digest.hex(),
            "known": row.evidence.filter(digest=digest).exists(),
            "words": [("title", title, {"zh": "材料名称", "en": "what the file shows"})],
        },
    )
    made = Evidence.objects.create(
        measure=row, dated=dated, title=title.strip(), name=name.strip(), size=len(content), digest=digest,
        content=content, body=body, by=by.name, at=at,
    )  # fmt: skip
    record("measure.evidence", str(row), by=by, at=at, dated=dated, digest=digest.hex(), size=len(content), body=body)
    return made


@transaction.atomic
def read_indicators(*, at: datetime) -> int:
    """Keep today's figure of every indicator that can be measured, once a day; returns how many are new."""
    on = day_of(at)
    found = {name: source(at) for name, source in SOURCES.items()}
    known = set(Reading.objects.filter(day=on).values_list("indicator", flat=True))
    rows = [
        Reading(indicator=name, day=on, value=figure.value, count=figure.count)
        for name, figure in found.items()
        if figure is not None and name not in known
    ]
    return len(Reading.objects.bulk_create(rows, ignore_conflicts=True))
