"""What an officer does with an inventory that chance placed before him: pass, suspend or refuse it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan import inspections
from tongguan.journal.actions import record
from tongguan.kernel.rules import Break, Finding, Rule, insist
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import credit
from tongguan.ledgers.models import Entry

from .intake import answers
from .intake.inventories import reopened
from .intake.judge import KIND, allowance_account
from .models import Inventory, Order, Payment, Receipt, Waybill
from .states import INVENTORY


class ReasonGiven(Rule):
    """A reason must be given, so that the trader knows what to mend."""

    code = "OFFICER-REASON"

    def broken_by(self, doc, ctx):
        if not doc.strip():
            yield Break("reason")


REASON = [ReasonGiven()]


@transaction.atomic
def pass_check(number: str, *, by: Actor, at: datetime, reason: str = "") -> Inventory:
    """Pass a checked inventory: its hold is lifted, the review closes (399) and the goods are released (800).

    Raises NotNow or NotYours, and Inventory.DoesNotExist.
    """
    row = _locked(number)
    state = INVENTORY.after(row.state, "pass", by=by)
    inspections.conclude(str(row), "pass", by=by, at=at, reason=reason)
    row.state, row.released_at = state, at
    _answered(row, "399", at)
    _answered(row, "800", at)
    row.save(update_fields=["state", "status", "released_at"])
    record("inventory.released", str(row), by=by, at=at, number=row.invt_no, value=row.customs_value, tax=row.tax)
    return row


@transaction.atomic
def suspend(number: str, *, by: Actor, at: datetime, reason: str) -> Inventory:
    """Suspend a checked inventory (600 挂起) until something is settled; the hold stays.

    Raises NotNow, NotYours, Refused without a reason, and Inventory.DoesNotExist.
    """
    insist(REASON, reason)
    row = _locked(number)
    row.state = INVENTORY.after(row.state, "suspend", by=by)
    inspections.conclude(str(row), "suspend", by=by, at=at, reason=reason)
    _answered(row, "600", at, reason=reason)
    row.save(update_fields=["state", "status"])
    record("inventory.suspended", str(row), by=by, at=at, number=row.invt_no)
    return row


@transaction.atomic
def refuse(number: str, *, by: Actor, at: datetime, reason: str) -> Inventory:
    """Send a checked inventory back (100 海关退单): the buyer's allowance is given back and the documents are free again.

    Raises NotNow, NotYours, Refused without a reason, and Inventory.DoesNotExist.
    """
    insist(REASON, reason)
    row = _locked(number)
    row.state = INVENTORY.after(row.state, "refuse", by=by)
    inspections.conclude(str(row), "refuse", by=by, at=at, reason=reason)
    year = row.judged_at.astimezone(answers.SHANGHAI).year
    credit(
        allowance_account(row.buyer_match, year), counted(row), reference=f"{row}/{row.version}/refused", by=by, at=at
    )
    _unbind(row)
    row.items.all().delete()
    row.findings = [*row.findings, Finding("OFFICER-REFUSED", values={"reason": reason}).as_dict()]
    _answered(row, "100", at, reason=reason)
    row.save(update_fields=["state", "status", "findings"])
    record("inventory.refused", str(row), by=by, at=at, number=row.invt_no, status="100", codes=["OFFICER-REFUSED"])
    return row


def counted(row: Inventory):
    """Return what the inventory took from the buyer's yearly allowance, in yuan, as the ledger has it."""
    year = row.judged_at.astimezone(answers.SHANGHAI).year
    account = allowance_account(row.buyer_match, year)
    return -Entry.objects.get(account__name=account, reference=f"{row}/{row.version}", kind="debit").amount


def _locked(number: str) -> Inventory:
    return Inventory.objects.select_for_update().get(invt_no=number)


def _unbind(row: Inventory) -> None:
    Order.objects.filter(ebp_code=row.ebp_code, order_no=row.order_no, state="bound").update(state="filed")
    Payment.objects.filter(ebp_code=row.ebp_code, order_no=row.order_no, state="bound").update(state="filed")
    Waybill.objects.filter(
        logistics_code=row.logistics_code, logistics_no=row.logistics_no, order_no=row.order_no, state="bound"
    ).update(state="filed")


def _answered(row: Inventory, status: str, at: datetime, **values: str) -> None:
    doc = reopened(KIND, row.filing.sealed)
    row.status = status
    answer = answers.build(
        KIND, doc, status, answers.worded(status if status != "100" else "100.officer", **values), at,
        preNo=row.pre_no, invtNo=row.invt_no,
    )  # fmt: skip
    Receipt.objects.create(
        kind=answers.ANSWERS[KIND].kind, subject=str(row), message_id=row.filing.message_id, position=0, enterprise_id=row.enterprise_id,
        dxp_id=row.dxp_id, guid=answer.guid, status=status, at=at, info=answer.returnInfo, keys=answers.keys_of(answer),
    )  # fmt: skip
