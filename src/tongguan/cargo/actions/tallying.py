"""Bills are counted (理货); what differs from the manifest holds the goods until customs have settled it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tongguan.holds.actions import lift_many, place
from tongguan.journal.actions import record
from tongguan.kernel.law import DayLaw
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.roles import SYSTEM

from ..clocks import law_at, tally_due
from ..models import Bill, Conveyance, Tally
from ..rules import RECOUNTING, TALLYING, Counting
from ..states import BILL, CONVEYANCE, DIFFERENCES, reason
from .owning import able, locked

STOPS = ("release", "lift_off")


@transaction.atomic
def tally(
    conveyance: int,
    number: str,
    *,
    pieces: int,
    gross: Decimal,
    damaged: int = 0,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Tally:
    """Keep what was counted of a bill; where it differs, hold the goods, and where a new count agrees, let them go.

    A bill that differed may be counted again, with a reason and in time. ``gross`` is in kilograms. Raises NotNow,
    NotYours, Conveyance.DoesNotExist, Bill.DoesNotExist, and Refused by the rules ``TALLYING`` or ``RECOUNTING``.
    """
    ship = locked(conveyance, by=by)
    able(by, "tally")
    CONVEYANCE.after(ship.state, "tally", by=by)
    bill = ship.bills.select_for_update().get(number=number)
    day_law, again, differences = law_at(at), bill.state == "differing", []
    due = tally_due(ship, day_law, "recount_hours" if again else "tally_hours")
    insist(RECOUNTING if again else TALLYING, Counting(bill, pieces, gross, damaged, at, due, note))
    differences = found_different(bill, pieces, gross, damaged, day_law)
    verbs = ("recount", "recount_alike") if again else ("differ", "agree")
    bill.state = BILL.after(bill.state, verbs[0] if differences else verbs[1], by=by)
    bill.save(update_fields=["state"])
    counted = Tally.objects.create(
        bill=bill, at=at, by=by.name, pieces=pieces, gross=gross, damaged=damaged, differences=differences,
        late=due is not None and at > due, note=note[:200],
    )  # fmt: skip
    record(
        "bill_of_lading.tallied", bill, by=by, at=at, pieces=pieces, gross=gross, damaged=damaged,
        differences=differences, late=counted.late,
    )  # fmt: skip
    _hold(bill, counted, at)
    close(ship, at=at)
    return counted


def found_different(bill: Bill, pieces: int, gross: Decimal, damaged: int, day_law: DayLaw) -> list[str]:
    """Return how a count differs from the manifest: short, over, weight, damaged; weight by a share of the manifest's."""
    allowed = bill.gross * day_law("cargo.tally_weight_tolerance")
    differs = {
        "short": pieces < bill.pieces, "over": pieces > bill.pieces, "weight": abs(gross - bill.gross) > allowed,
        "damaged": damaged > 0,
    }  # fmt: skip
    return [name for name in DIFFERENCES if differs[name]]


def _hold(bill: Bill, counted: Tally, at: datetime) -> None:
    note = f"{counted.pieces}/{bill.pieces}"
    for one in DIFFERENCES:
        if one in counted.differences:
            place(str(bill), reason(one), owner="officer", stops=STOPS, note=note, by=SYSTEM, at=at)
        else:
            lift_many([str(bill)], reason(one), "recounted", by=SYSTEM, at=at)


def close(ship: Conveyance, *, at: datetime) -> Conveyance:
    """Note that every bill of an unloaded conveyance is counted, where it is so; for actions that hold its lock."""
    if ship.state == "unloaded" and not ship.bills.filter(state="expected").exists():
        ship.state = CONVEYANCE.after(ship.state, "close", by=SYSTEM)
        ship.save(update_fields=["state"])
        record("conveyance.tallied", ship, by=SYSTEM, at=at)
    return ship


@transaction.atomic
def settle(bill: int, note: str, *, by: Actor, at: datetime) -> Bill:
    """Settle how a bill differs (处理差异), and lift what held it; ``note`` says what was found.

    Raises NotNow, NotYours, Bill.DoesNotExist.
    """
    row = Bill.objects.select_for_update().get(pk=bill)
    row.state = BILL.after(row.state, "settle", by=by)
    row.save(update_fields=["state"])
    for one in DIFFERENCES:
        lift_many([str(row)], reason(one), "settled", by=by if by.role == "officer" else SYSTEM, at=at)
    record("bill_of_lading.settled", row, by=by, at=at, note=note[:200])
    return row
