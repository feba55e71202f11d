"""The money of a declaration: secured by a guarantee, or billed; changed when it changes, given back when it is withdrawn.

    payment                         a bill of taxes and fee, paid before release
    guarantee, collected by month   the guarantee is debited; at release the taxes enter the firm's month
    guarantee otherwise             the guarantee is debited, and a bill of the taxes is paid after release

A fee for declaring late is paid before release in every case; beside a guarantee it has a bill of its own. Every account is
locked by ``accounts`` before anything here touches one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from tongguan.formats.dec import family
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.licences.queries import accounts_of
from tongguan.revenue.guarantees import actions as guarantees
from tongguan.revenue.guarantees import queries as secured
from tongguan.revenue.payments import actions as payments
from tongguan.revenue.payments import queries as bills
from tongguan.revenue.payments.months import actions as months
from tongguan.revenue.payments.terms import due_on

from ..models import Declaration
from ..reading import COLLECTED

CONSOLIDATED, DEFERRED = "consolidated", "time_limit"
LATE_FEE = "late_fee"
_NOTHING = Decimal("0.00")


def accounts(row: Declaration) -> list[str]:
    """Return the ledger account of the guarantee that a declaration names."""
    return [secured.account(row.guarantee)] if row.settlement == "guarantee" and row.guarantee else []


def lock_accounts(row: Declaration, *more: str) -> None:
    """Lock every account that a declaration draws on, and more: before any other row of another part."""
    lock([*accounts_of(str(row)), *accounts(row), *more])


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

    ``on`` is the day from which the time to pay runs. Raises Refused where the guarantee cannot secure it, NotNow while the
    bank is paying; nothing has changed then.
    """
    kind = _secure(row, of, sum(kinds.values(), _NOTHING), on=on, by=by, at=at)
    fee = {LATE_FEE: row.late_fee} if row.late_fee else {}
    by_guarantee = row.settlement == "guarantee"
    due = due_on(on, secured_by=kind)
    taxes = {} if by_guarantee and is_consolidated(of) else dict(kinds)
    if by_guarantee:
        for reference, owed in ((fee_reference(row), fee), (str(row), taxes)):
            payments.bill(reference, payer=payer(row), kinds=owed, due=due, by=by, at=at)
    else:
        payments.bill(str(row), payer=payer(row), kinds=taxes | fee, due=due, by=by, at=at)


def _secure(row: Declaration, of: object, tax: Decimal, *, on: date, by: Actor, at: datetime) -> str:
    """Let the guarantee secure the tax, and return its kind; empty where none secures anything."""
    if row.settlement != "guarantee":
        return ""
    known = secured.entry(str(row))
    if known is not None and known.closed_at is None:
        if known.amount != tax:
            known = guarantees.adjust(str(row), tax, by=by, at=at)
    elif tax and known is None:
        scope = CONSOLIDATED if is_consolidated(of) else DEFERRED
        known = guarantees.debit(
            row.guarantee, tax, reference=str(row), holder=payer(row), scope=scope, on=on, by=by, at=at
        )  # fmt: skip
    return known.guarantee.kind if known is not None and known.closed_at is None else ""


def before_release(row: Declaration) -> Decimal:
    """Return what has to be paid before release, paid or not: everything, or beside a guarantee the fee."""
    return row.late_fee + (_NOTHING if row.settlement == "guarantee" else row.tax or _NOTHING)


def lacking(row: Declaration) -> Decimal:
    """Return what has to be paid before release and is not, in yuan."""
    owed = before_release(row)
    return _NOTHING if not owed or bills.state(fee_reference(row)) == "paid" else owed


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
    if row.settlement == "guarantee" and secured.entry(str(row)) is not None:
        guarantees.restore(str(row), by=by, at=at)
    for reference in {str(row), fee_reference(row)}:
        payments.cancel(reference, by=by, at=at)


def kinds_of(row: Declaration) -> dict[str, Decimal]:
    """Return the sum of each tax a declaration owes, as its present version has it."""
    from ..queries import sheet_of

    found = sheet_of(row)
    return {kind: amount for kind, amount in found.totals().items() if amount} if found is not None else {}
