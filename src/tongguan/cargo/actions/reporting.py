"""What is reported of a conveyance: that it declared entry, arrived, is unloaded; that export goods came to the site."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.roles import only

from ..manifest import compact
from ..models import Bill, Conveyance
from ..rules import REPORTING, Report
from ..states import CONVEYANCE, SITES
from .owning import able, is_theirs, locked

IMPORT, EXPORT = "I", "E"


def _reported(
    number: int, verb: str, field: str, after: str, moment: datetime, *, by: Actor, at: datetime
) -> Conveyance:
    row = locked(number, by=by)
    able(by, verb)
    if row.direction != IMPORT:
        raise Conveyance.DoesNotExist
    row.state = CONVEYANCE.after(row.state, verb, by=by)
    insist(REPORTING, Report(moment, at, getattr(row, after) if after else None))
    setattr(row, field, moment)
    if verb == "unload" and row.site_id is None and by.role == "site":
        row.site_id = by.enterprise
    row.save(update_fields=["state", field, "site"])
    record(f"conveyance.{row.state}", row, by=by, at=at, moment=moment)
    return row


@transaction.atomic
def declare_entry(number: int, moment: datetime, *, by: Actor, at: datetime) -> Conveyance:
    """Declare that a conveyance enters (申报进境); what is declared late is counted from this day.

    Raises NotNow, NotYours, Conveyance.DoesNotExist, and Refused (REPORT_AHEAD, REPORT_ORDER).
    """
    return _reported(number, "declare_entry", "entry_declared_at", "", moment, by=by, at=at)


@transaction.atomic
def arrive(number: int, moment: datetime, *, by: Actor, at: datetime) -> Conveyance:
    """Report that a conveyance arrived (抵港); raises as ``declare_entry``."""
    return _reported(number, "arrive", "arrived_at", "entry_declared_at", moment, by=by, at=at)


@transaction.atomic
def unload(number: int, moment: datetime, *, by: Actor, at: datetime) -> Conveyance:
    """Report that unloading begins (开始卸货), by the site that unloads; raises as ``declare_entry``."""
    return _reported(number, "unload", "unloading_at", "arrived_at", moment, by=by, at=at)


@transaction.atomic
def finish(number: int, moment: datetime, *, by: Actor, at: datetime) -> Conveyance:
    """Report that unloading has ended (卸货完毕): the clock of the tally runs from then; raises as ``declare_entry``."""
    from .tallying import close

    row = _reported(number, "finish", "unloaded_at", "unloading_at", moment, by=by, at=at)
    return close(row, at=at)


@transaction.atomic
def deliver(transport_mode: str, number: str, moment: datetime, *, by: Actor, at: datetime) -> Bill:
    """Report that the export goods of a bill came to the supervised site (运抵).

    The same again changes nothing. Raises NotYours, Bill.DoesNotExist, and Refused (REPORT_AHEAD).
    """
    only(by, *SITES, verb="deliver")
    able(by, "arrive")
    found = Bill.objects.select_for_update(of=("self",)).select_related("conveyance")
    wanted = compact(transport_mode, number)
    row = found.get(direction=EXPORT, transport_mode=transport_mode, number=wanted, current=True)
    if not is_theirs(row.conveyance, by):
        raise Bill.DoesNotExist
    insist(REPORTING, Report(moment, at))
    if row.delivered_at is None:
        row.delivered_at = moment
        row.save(update_fields=["delivered_at"])
        record("bill_of_lading.delivered", row, by=by, at=at, moment=moment)
    return row
