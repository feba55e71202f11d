"""The money of a declaration: secured by a guarantee, or billed; changed when it changes, given back when it is withdrawn.

    payment                         a bill of taxes and fee, paid before release
    guarantee, collected by month   the guarantee is debited; at release the taxes enter the firm's month
    guarantee otherwise             the guarantee is debited, and a bill of the taxes is paid after release
    levied against security         the guarantee is debited; billed when customs settle the tax, or the guarantee ends

A fee for declaring late is paid before release in every case; beside a guarantee it has a bill of its own. Every account is
locked by ``accounts`` before anything here touches one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from tongguan.formats.dec import family
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.licences.queries import accounts_of
from tongguan.parties.roles import SYSTEM
from tongguan.revenue.deferrals.queries import is_deferred
from tongguan.revenue.guarantees import actions as guarantees
from tongguan.revenue.guarantees import queries as secured
from tongguan.revenue.payments import actions as payments
from tongguan.revenue.payments import queries as bills
from tongguan.revenue.payments.months import actions as months
from tongguan.revenue.payments.terms import due_on

from ..days import day_of
from ..levying import on_security
from ..models import Declaration
from ..reading import COLLECTED
from ..states import SUMMARIES

CONSOLIDATED, DEFERRED, ELEMENTS = "consolidated", "time_limit", "elements"
LATE_FEE = "late_fee"
_NOTHING = Decimal("0.00")


def accounts(row: Declaration) -> list[str]:
    """Return the ledger account of the guarantee that a declaration names."""
    return [secured.account(row.guarantee)] if row.settlement == "guarantee" and row.guarantee else []


def lock_accounts(row: Declaration, *more: str) -> None:
    """Lock every account that a declaration draws on, and more: before any other row of another part."""
    named = accounts(row)
    now = secured.accounts_of([str(row)]) if named else []  # it may be secured anew by another guarantee
    lock([*accounts_of(str(row)), *named, *now, *more])


def is_consolidated(of: object) -> bool:
    """Return whether the taxes are collected by the month (汇总征税): the kind of document is CL or EC."""
    return family(of) in COLLECTED


def fee_reference(row: Declaration) -> str:
    """Return the reference of the bill that is paid before release: that of the taxes, or beside a guarantee of the fee."""
    return f"{row}/fee" if row.settlement == "guarantee" else str(row)


def payer(row: Declaration) -> str:
    """Return the code of who pays: the consignee or consignor."""
    assert row.trader is not None
    return row.trader.code


def settle(row: Declaration, of: object, kinds: Mapping[str, Decimal], *, on: date, by: Actor, at: datetime) -> None:
    """Secure and bill what a declaration owes, or bring both to what it owes now.

    ``on`` is the day from which the time to pay runs. Of a summary only the estimate is secured. Raises Refused where the
    guarantee cannot secure it, NotNow while the bank is paying; nothing has changed then.
    """
    if row.state in SUMMARIES:
        from ..two_steps.actions.summaries import secure_again

        secure_again(row, of, sum(kinds.values(), _NOTHING), by=by, at=at)
        return
    secure(row, of, sum(kinds.values(), _NOTHING), on=on, by=by, at=at)
    if not on_security(of) and _was_on_security(row):
        on = day_of(at)  # the time to pay runs from the day the tax is settled (税额确认)
    bill_many([(row, of, kinds)], on=on, by=by, at=at)
    _follow_deferred(row, by=by, at=at)


def _follow_deferred(row: Declaration, *, by: Actor, at: datetime) -> None:
    """Let the guarantee by which a declaration is paid later secure what its bill comes to now; raises Refused as ``adjust``."""
    known = secured.entry(str(row)) if row.settlement != "guarantee" and is_deferred(str(row)) else None
    if known is not None and known.closed_at is None:
        owing = sum((one.open for one in bills.bills_of(str(row)) if one.state not in ("paid", "cancelled")), _NOTHING)
        guarantees.adjust(str(row), owing, by=by, at=at)


def bill_many(
    owing: Sequence[tuple[Declaration, object, Mapping[str, Decimal]]], *, on: date, by: Actor, at: datetime
) -> None:
    """Bill what declarations owe, each with its document and its taxes by kind; what is secured is secured already.

    Raises NotNow while the bank is paying one of them.
    """
    payments.bill_many([one for row, of, kinds in owing for one in _owing(row, of, kinds, on)], by=by, at=at)


def _owing(row: Declaration, of: object, kinds: Mapping[str, Decimal], on: date) -> Iterator[payments.Owing]:
    by_guarantee = row.settlement == "guarantee"
    fee = {LATE_FEE: row.late_fee} if row.late_fee else {}
    if not by_guarantee:
        yield payments.Owing(str(row), payer(row), {**kinds, **fee}, due_on(on))
        return
    due = due_on(on, secured_by=_secured_by(row))
    yield payments.Owing(fee_reference(row), payer(row), fee, due)
    later = is_consolidated(of) or on_security(of)
    yield payments.Owing(str(row), payer(row), {} if later else dict(kinds), due)


def _was_on_security(row: Declaration) -> bool:
    known = secured.entry(str(row))
    return known is not None and known.scope == ELEMENTS and bills.state(str(row)) == "none"


def call_ended(on: date, *, at: datetime) -> int:
    """Bill the taxes of goods levied against security whose guarantee has ended, as the timer does; returns how many.

    They were to be paid by the last day of the guarantee: they are overdue, and claimed of it.
    """
    held = [one for one in secured.ended(ELEMENTS, on) if one.reference.startswith("declaration/")]
    rows = Declaration.objects.select_related("trader").in_bulk([int(one.reference.partition("/")[2]) for one in held])
    for one in held:
        row = rows[int(one.reference.partition("/")[2])]
        payments.bill(str(row), payer=payer(row), kinds=kinds_of(row), due=one.guarantee.valid_to, by=SYSTEM, at=at)
    return len(held)


def _secured_by(row: Declaration) -> str:
    """Return the kind of the guarantee that secures a declaration; empty where none does."""
    known = secured.entry(str(row))
    return known.guarantee.kind if known is not None and known.closed_at is None else ""


def secure(row: Declaration, of: object, tax: Decimal, *, on: date, by: Actor, at: datetime) -> None:
    """Let the guarantee that a declaration names secure its tax; raises Refused where it cannot."""
    if row.settlement != "guarantee":
        return
    known = secured.entry(str(row))
    if known is not None and known.closed_at is None:
        if known.amount != tax:
            guarantees.adjust(str(row), tax, by=by, at=at)
    elif tax and known is None:
        scope = CONSOLIDATED if is_consolidated(of) else ELEMENTS if on_security(of) else DEFERRED
        guarantees.debit(row.guarantee, tax, reference=str(row), holder=payer(row), scope=scope, on=on, by=by, at=at)


def before_release(row: Declaration) -> Decimal:
    """Return what has to be paid before release, paid or not: everything, or beside a guarantee the fee."""
    return row.late_fee + (_NOTHING if row.settlement == "guarantee" else row.tax or _NOTHING)


def lacking(row: Declaration) -> Decimal:
    """Return what has to be paid before release and is not, in yuan; what is deferred is secured, and paid later."""
    owed, reference = before_release(row), fee_reference(row)
    return _NOTHING if not owed or bills.state(reference) == "paid" or is_deferred(reference) else owed


def secures(row: Declaration) -> bool:
    """Return whether the guarantee a declaration names secures its taxes now; true where none is named."""
    if row.settlement != "guarantee" or not row.tax:
        return True
    known = secured.entry(str(row))
    return known is not None and (known.closed_at is None or bills.state(str(row)) == "paid")


def collect(row: Declaration, of: object, *, on: date, by: Actor, at: datetime) -> None:
    """Let the taxes of a declaration that is released enter its firm's month, where they are collected by the month."""
    if row.settlement == "guarantee" and is_consolidated(of) and row.tax:
        months.collect(str(row), payer(row), row.guarantee, kinds_of(row), on=on, by=by, at=at)


def collect_again(row: Declaration, of: object, *, by: Actor, at: datetime) -> None:
    """Let the firm's month follow an amendment of a declaration that was released; raises Refused once it is summed."""
    if row.settlement == "guarantee" and is_consolidated(of):
        months.change(str(row), kinds_of(row), by=by, at=at)


def give_back(row: Declaration, *, by: Actor, at: datetime) -> None:
    """Give the guarantee back and take the bills away, for a declaration that is withdrawn."""
    if secured.entry(str(row)) is not None:  # named by the declaration, or by who pays later
        guarantees.restore(str(row), by=by, at=at)
    for reference in {str(row), fee_reference(row)}:
        payments.cancel(reference, by=by, at=at)


def kinds_of(row: Declaration) -> dict[str, Decimal]:
    """Return the sum of each tax a declaration owes, as its present version has it."""
    from ..queries import sheet_of

    found = sheet_of(row)
    return {kind: amount for kind, amount in found.totals().items() if amount} if found is not None else {}
