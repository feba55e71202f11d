"""What can be done about patterns of re-sale: look for them, and decide on one that was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from tongguan.holds.actions import lift_many, place_many
from tongguan.inspections.actions import STOPS
from tongguan.journal.actions import Entry, record, record_many
from tongguan.journal.copying import update_rows
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.actions.work import decide_held

from ..intake.answers import SHANGHAI
from ..intake.batch import lock
from ..intake.candidates import SYSTEM
from ..models.documents import Inventory
from ..models.patterns import RiskFinding, RiskParcel
from .counting import Group, Window, find_patterns, windows
from .rules import DECISION
from .states import RISK_FINDING, STANDING

HOLD = "resale"
OWNER = "risk"
UNRELEASED = ("waiting", "selection", "check", "suspended")


@transaction.atomic
def look_for_patterns(*, at: datetime) -> list[RiskFinding]:
    """Record every group that is unusual now, hold its parcels that are not released, and return what is new.

    A group that is open already is brought up to date. One that was dismissed, or confirmed, is not raised again for as
    long as the law says. The number of queries does not grow with the parcels. Raises NotConfigured.
    """
    lock({("patterns",)})
    groups = find_patterns(at)
    if not groups:
        return []
    known = _known(groups, at)
    new = [_made(group, windows(at)[group.pattern], at) for group in groups if group.key not in known]
    RiskFinding.objects.bulk_create(new)
    findings = known | {_key(row): row for row in new}
    still_open = [(findings[group.key], group) for group in groups if findings[group.key].state == "open"]
    _bring_up_to_date([(row, group) for row, group in still_open if group.key in known], at)
    _remember(still_open)
    _hold({number for _, group in still_open for number in group.inventories}, at)
    record_many(Entry("risk.found", str(row), SYSTEM, at, _told(row)) for row in new)
    return new


def _known(groups: list[Group], at: datetime) -> dict[tuple, RiskFinding]:
    """Return the finding by which each group is known and need not be raised: open, or decided not long ago."""
    day = at.astimezone(SHANGHAI).date()
    silent = at - timedelta(days=law("ecommerce.resale_silence_days", on=day).value)
    watched = at - timedelta(days=law("ecommerce.resale_watch_days", on=day).value)
    since = {"dismissed": silent, "confirmed": watched}
    known = {}
    digests = list({group.digest for group in groups})
    for row in RiskFinding.objects.filter(digest__in=digests).order_by("id").select_for_update():
        if row.state == "open" or row.decided_at > since[row.state]:
            known[_key(row)] = row
    return known


def _key(row: RiskFinding) -> tuple[str, bytes, str]:
    return row.pattern, bytes(row.digest), row.gcode


def _made(group: Group, window: Window, at: datetime) -> RiskFinding:
    return RiskFinding(
        pattern=group.pattern, digest=group.digest, gcode=group.gcode, first_day=window.first, last_day=window.last,
        most=window.most, count=group.counted, parcels=len(group.inventories), found_at=at, seen_at=at,
    )  # fmt: skip


def _bring_up_to_date(seen: list[tuple[RiskFinding, Group]], at: datetime) -> None:
    day = at.astimezone(SHANGHAI).date()
    rows = [(row.pk, day, group.counted, len(group.inventories), at) for row, group in seen]
    update_rows(RiskFinding, ("last_day", "count", "parcels", "seen_at"), rows)


def _remember(seen: list[tuple[RiskFinding, Group]]) -> None:
    """Put the parcels behind each finding; those that are there stay."""
    behind = [(row.pk, number) for row, group in seen for number in group.inventories]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ecommerce_riskparcel (finding_id, inventory_id)"
            " SELECT * FROM unnest(%s::bigint[], %s::bigint[]) ON CONFLICT DO NOTHING",
            [[finding for finding, _ in behind], [number for _, number in behind]],
        )


def _hold(numbers: Iterable[int], at: datetime) -> None:
    """Hold the inventories among these that are not released; their rows are locked, so that none is released meanwhile."""
    waiting = Inventory.objects.filter(pk__in=list(numbers), state__in=UNRELEASED).only("id", "version", "state")
    rows = list(waiting.select_for_update(of=("self",)).order_by("id"))
    place_many([row.version_subject for row in rows], HOLD, owner=OWNER, stops=STOPS, by=SYSTEM, at=at)


def _told(row: RiskFinding) -> dict:
    return {"pattern": row.pattern, "gcode": row.gcode, "count": row.count, "most": row.most, "parcels": row.parcels,
            "first_day": row.first_day, "last_day": row.last_day}  # fmt: skip


@transaction.atomic
def confirm(number: int, *, by: Actor, at: datetime, reason: str) -> RiskFinding:
    """Confirm that a group re-sells: its held parcels stay held, and later ones are checked for a time.

    Raises NotNow, NotYours, Refused without a reason, RiskFinding.DoesNotExist.
    """
    return _decided(number, "confirm", by, at, reason)


@transaction.atomic
def dismiss(number: int, *, by: Actor, at: datetime, reason: str) -> RiskFinding:
    """Dismiss a finding: its parcels go on, unless another finding holds them, and it is not raised again for a time.

    Raises NotNow, NotYours, Refused without a reason, RiskFinding.DoesNotExist.
    """
    row = _decided(number, "dismiss", by, at, reason)
    behind = RiskParcel.objects.filter(finding=row)
    others = RiskParcel.objects.filter(finding__state__in=STANDING).exclude(finding=row)
    free = Inventory.objects.filter(pk__in=behind.values("inventory")).exclude(pk__in=others.values("inventory"))
    subjects = [
        f"inventory/{pk}/{version}"
        for pk, latest in free.values_list("pk", "version")
        for version in range(1, latest + 1)
    ]
    lift_many(subjects, HOLD, "dismissed", by=replace(by, role=OWNER), at=at)
    return row


def _decided(number: int, verb: str, by: Actor, at: datetime, reason: str) -> RiskFinding:
    row = RiskFinding.objects.select_for_update().get(pk=number)
    row.state = RISK_FINDING.after(row.state, verb, by=by)
    decide_held(row, by=by, at=at)
    insist(DECISION, {"reason": reason})
    row.reason, row.decided_by, row.decided_at = reason.strip()[:500], by.name[:100], at
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record(f"risk.{row.state}", str(row), by=by, at=at, reason=row.reason)
    return row
