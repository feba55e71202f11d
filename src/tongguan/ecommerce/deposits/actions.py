"""What is done with deposits: guarantees are received, what is left is withdrawn, and an account is kept no longer."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch
from tongguan.parties.functions import insist_able
from tongguan.parties.queries import find

from ..models import Deposit
from . import rules
from .queries import visible
from .states import CUSTOMS, DEPOSIT


@transaction.atomic
def receive_guarantee(
    code: str, amount: Decimal | int, *, reference: str, valid_until: date | None = None, by: Actor, at: datetime
) -> Deposit:
    """Record money or a guarantee that customs received for an assurer; the first opens his account.

    ``code`` is one of the firm's; ``valid_until`` then holds for all of the deposit. The same document again is once.
    Raises NotYours, ReferenceReused, and Refused (DEPOSIT_OWNER, DEPOSIT_REFERENCE, DEPOSIT_AMOUNT, DEPOSIT_UNTIL).
    """
    if by.role not in CUSTOMS:
        raise NotYours(machine="deposit", verb="receive", role=by.role, roles=sorted(CUSTOMS))
    amount, firm = Decimal(amount), find(code.strip())
    is_known = firm is not None and firm.standing == "registered"
    insist(rules.MOVING, rules.Moving(code, is_known, amount, reference, _day(at), valid_until))
    assert firm is not None
    name = f"cbec.deposit/{firm.pk}"
    accounts = lock([name])  # of two who open it the second waits here
    row = Deposit.objects.select_for_update(of=("self",)).filter(enterprise=firm).first()
    if row is None:
        row = Deposit.objects.create(enterprise=firm, account_id=accounts[name].id, opened_at=at)
    document = f"received/{reference}"
    plan = Batch(accounts, references=[document])
    plan.credit(name, amount, reference=document)
    if plan.lines:
        row.state, row.valid_until = DEPOSIT.after(row.state, "receive", by=by), valid_until
        row.guaranteed += amount
        row.save(update_fields=["state", "valid_until", "guaranteed"])
        plan.write(by, at)
        record(
            "deposit.received", row, by=by, at=at, enterprise=f"enterprise/{firm.pk}", amount=amount, document=reference,
            until=valid_until,
        )  # fmt: skip
    return row


@transaction.atomic
def withdraw_guarantee(number: int, amount: Decimal | int, *, reference: str, by: Actor, at: datetime) -> Decimal:
    """Withdraw what secures nothing, and return what is left; the same document again is once.

    Raises NotNow, NotYours, Deposit.DoesNotExist, ReferenceReused, and Refused (DEPOSIT_REFERENCE, DEPOSIT_AMOUNT,
    DEPOSIT_TAKEN).
    """
    insist_able(by, "pay", machine="deposit", verb="withdraw")
    row = _locked(number)
    if not visible(by).filter(pk=row.pk).exists():
        raise Deposit.DoesNotExist
    DEPOSIT.after(row.state, "withdraw", by=by)
    amount, name, document = Decimal(amount), row.account.name, f"withdrawn/{reference}"
    asked = rules.Moving("", True, amount, reference, _day(at))
    insist(rules.MOVING, asked)
    plan = Batch(accounts := lock([name]), references=[document])
    plan.debit(name, amount, reference=document, floor=-amount)
    if plan.lines:
        asked.left = accounts[name].balance
        insist(rules.LEFT, asked)
        row.guaranteed -= amount
        row.save(update_fields=["guaranteed"])
        plan.write(by, at)
        record("deposit.withdrawn", row, by=by, at=at, amount=amount, document=reference)
    return plan.balances[name]


@transaction.atomic
def close_deposit(number: int, *, by: Actor, at: datetime) -> Deposit:
    """Keep the account no longer: parcels take nothing from it, what was taken comes back as it is paid.

    Raises NotNow, NotYours, Deposit.DoesNotExist.
    """
    row = _locked(number)
    row.state = DEPOSIT.after(row.state, "close", by=by)
    row.save(update_fields=["state"])
    record("deposit.closed", row, by=by, at=at)
    return row


def _locked(number: int) -> Deposit:
    return Deposit.objects.select_for_update(of=("self",)).select_related("account").get(pk=number)


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
