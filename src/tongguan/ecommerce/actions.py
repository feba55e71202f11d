"""What an officer does with an inventory that chance placed before him: pass, suspend or refuse it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.inspections.actions import conclude
from tongguan.inspections.models import Check
from tongguan.journal.actions import record
from tongguan.journal.copying import copy_rows
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, insist
from tongguan.kernel.states import Actor
from tongguan.parties.actions.seconding import insist_second
from tongguan.parties.actions.work import decide_held, insist_holder

from .arrivals.gate import hold_until_arrival
from .context import Context
from .intake import answers, undoing
from .intake.batch import Batch, keep
from .intake.candidates import KIND, SYSTEM, Candidate
from .intake.drawing import SELECTION, draw_held
from .intake.opening import opened
from .models import Inventory, Receipt, TaxBill
from .returns.actions import end_withdrawals
from .rules.release import RELEASE
from .states import INVENTORY
from .taxes import bills


@transaction.atomic
def pass_check(number: str, *, by: Actor, at: datetime, reason: str = "") -> Inventory:
    """Pass a checked inventory: its hold is lifted, the review closes (399) and the goods are released (800).

    Raises NotNow, NotYours, Refused while something else holds the parcel, NeedsSecond for one that was suspended, and
    Inventory.DoesNotExist.
    """
    row = _locked(number)
    state = INVENTORY.after(row.state, "pass", by=by)
    decide_held(row, by=by, at=at)
    day = at.astimezone(answers.SHANGHAI).date()
    if row.state in law("ecommerce.pass_by_two", on=day).value:
        insist_second("inventory.pass", row, {"number": number, "words": reason.strip()}, by=by, at=at)
    conclude(_check(row), "pass", by=by, at=at, reason=reason)
    insist(RELEASE, row.version_subject)
    row.state, row.released_at = state, at
    _answered(row, ("399", "800"), at)
    row.save(update_fields=["state", "status", "released_at"])
    end_withdrawals([row], "released", at=at)
    record("inventory.released", str(row), by=by, at=at, number=row.invt_no, value=row.customs_value, tax=row.tax)
    if row.tax:
        copy_rows(TaxBill, bills.COLUMNS, [bills.row(row, bills.window(day))])
    return row


@transaction.atomic
def suspend(number: str, *, by: Actor, at: datetime, reason: str) -> Inventory:
    """Suspend a checked inventory (600 挂起) until something is settled; the hold stays.

    Raises NotNow, NotYours, Refused without a reason, and Inventory.DoesNotExist.
    """
    row = _locked(number)
    row.state = INVENTORY.after(row.state, "suspend", by=by)
    insist_holder(row, by=by, at=at)
    conclude(_check(row), "suspend", by=by, at=at, reason=reason)
    _answered(row, ("600",), at, reason=reason)
    row.save(update_fields=["state", "status"])
    record("inventory.suspended", str(row), by=by, at=at, number=row.invt_no)
    return row


@transaction.atomic
def refuse(number: str, *, by: Actor, at: datetime, reason: str) -> Inventory:
    """Send a checked inventory back (100 海关退单): the buyer's allowance is given back and the documents are free again.

    Raises NotNow, NotYours, Refused without a reason, and Inventory.DoesNotExist.
    """
    row = _locked(number)
    row.state = INVENTORY.after(row.state, "refuse", by=by)
    decide_held(row, by=by, at=at)
    conclude(_check(row), "refuse", by=by, at=at, reason=reason)
    undoing.give_back([row], "refused", by=by, at=at)
    row.items.all().delete()
    row.findings = [*row.findings, Finding("OFFICER-REFUSED", values={"reason": reason}).as_dict()]
    _answered(row, ("100",), at, reason=reason)
    row.save(update_fields=["state", "status", "findings"])
    end_withdrawals([row], "refused", at=at)
    record("inventory.refused", str(row), by=by, at=at, number=row.invt_no, status="100", codes=["OFFICER-REFUSED"])
    return row


@transaction.atomic
def draw_for_held(*, at: datetime, limit: int = 500) -> int:
    """Draw for inventories held for selection, oldest first, and return how many went on. Nothing moves without a key."""
    held = Inventory.objects.filter(state=SELECTION).select_for_update(skip_locked=True, of=("self",))
    rows = list(held.order_by("id")[:limit])
    if not rows:
        return 0
    said = opened(row.filing_id for row in rows)
    candidates = [Candidate(row, said[row.filing_id], [Finding.from_dict(f) for f in row.findings]) for row in rows]
    batch = Batch(None, SYSTEM, at, Context(at.astimezone(answers.SHANGHAI).date()))
    draw_held(batch, candidates)
    hold_until_arrival(batch)
    batch.write()
    keep(Inventory, [], [c.row for c in candidates])
    end_withdrawals([row for row in rows if row.state == "released"], "released", at=at)
    return sum(row.state != SELECTION for row in rows)


def _check(row: Inventory) -> Check:
    return Check.objects.get(subject=row.version_subject)


def _locked(number: str) -> Inventory:
    return Inventory.objects.select_for_update().get(invt_no=number)


def _answered(row: Inventory, statuses: tuple[str, ...], at: datetime, **values: str) -> None:
    named = answers.keys(KIND, opened([row.filing_id])[row.filing_id], preNo=row.pre_no, invtNo=row.invt_no)
    course = answers.Course(KIND, str(row), row.filing_id, row.enterprise_id, row.dxp_id, named, [])
    for status in statuses:
        course.add(status, answers.worded(status if status != "100" else "100.officer", **values))
    row.status = statuses[-1]
    copy_rows(Receipt, answers.COLUMNS, [course.row(at)])
