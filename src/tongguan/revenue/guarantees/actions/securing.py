"""A guarantee secures taxes: debit, restore, adjust, claim, and secure anew by another.

Each locks the ledger account before anything else, and is idempotent by its reference. What is left never comes below
nothing; the sum of the open entries is what is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch, Locked
from tongguan.ledgers.lines import entries_root
from tongguan.parties.roles import SYSTEM

from ...models import Guarantee, Secured
from .. import rules, terms
from ..queries import account, accounts_of
from ..states import GUARANTEE, SECURED
from .filing import day_of

_HELD = ("open", "demanded")
_NOTHING = Decimal(0)


@transaction.atomic
def debit(
    number: str, amount: Decimal, *, reference: str, holder: str, scope: str, on: date, by: Actor, at: datetime
) -> Secured:
    """Let a guarantee secure an amount, in yuan; the same again changes nothing. ``holder`` is a code of the consignee.

    Raises Refused (GUARANTEE_UNKNOWN, _NOT_HOLDERS, _EXPIRED, _NOT_ACTIVE, _SCOPE, _OTHER, _SHORT).
    """
    name = account(number)
    accounts = lock([name])
    of = Guarantee.objects.select_related("holder").filter(number=number).first()
    entry = _entry(reference)
    held = entry is not None and entry.state in _HELD
    if held and of is not None and (entry.guarantee_id, entry.amount) == (of.pk, amount):
        return entry
    left = accounts[name].balance
    insist(rules.SECURING, rules.Securing(number, of, amount, reference, holder, scope, on, left, entry))
    assert of is not None
    row = entry or Secured(reference=reference, turn=0)
    row.guarantee, row.scope, row.amount, row.day, row.at = of, scope, amount, on, at
    row.state = "open" if entry is None else SECURED.after(entry.state, "debit", by=SYSTEM)
    row.turn, row.closed_at, row.demand_until = row.turn + 1, None, None
    plan = Batch(accounts)
    plan.debit(name, amount, reference=row.entry)
    row.save()
    plan.write(by, at)
    _level(of, plan.balances[name], at)
    record("guarantee.debited", of, by=by, at=at, reference=reference, amount=amount, left=plan.balances[name])
    return row


def restore(reference: str, *, by: Actor, at: datetime) -> Secured | None:
    """Give back what secures a reference, when it is paid or withdrawn; None, and nothing done, when nothing does."""
    return next(iter(restore_many([reference], by=by, at=at)), None)


@transaction.atomic
def restore_many(references: Sequence[str], *, by: Actor, at: datetime) -> list[Secured]:
    """Give back what secures any of these references, and return it; one event for each guarantee."""
    accounts = lock(accounts_of(references))
    plan = Batch(accounts)
    back: dict[int, list[Secured]] = {}
    held = Secured.objects.filter(reference__in=references, state__in=_HELD).select_related("guarantee__holder")
    for row in held.order_by("pk"):
        plan.credit(account(row.guarantee.number), row.amount, reference=row.entry)
        row.state, row.closed_at = SECURED.after(row.state, "restore", by=SYSTEM), at
        back.setdefault(row.guarantee_id, []).append(row)
    rows = [row for theirs in back.values() for row in theirs]
    Secured.objects.bulk_update(rows, ["state", "closed_at"], batch_size=500)
    plan.write(by, at)
    for theirs in back.values():
        of = theirs[0].guarantee
        left, total = plan.balances[account(of.number)], sum((row.amount for row in theirs), Decimal(0))
        _level(of, left, at)
        if of.state == "expired" and left == of.total and of.kind != "exemption":
            of.release_by = terms.release_by(day_of(at))
            of.save(update_fields=["release_by"])
        record(
            "guarantee.restored", of, by=by, at=at, reference=theirs[0].reference if len(theirs) == 1 else "",
            entries=len(theirs), amount=total, left=left, root=entries_root(plan.lines),
        )  # fmt: skip
    return rows


@transaction.atomic
def adjust(reference: str, amount: Decimal, *, by: Actor, at: datetime) -> Secured:
    """Let a guarantee secure another amount for the same reference, after an amendment; all of it or nothing.

    Raises Refused (GUARANTEE_ENTRY; for more than before also _EXPIRED, _NOT_ACTIVE, _SHORT): the old debit stands.
    """
    found = _held(reference)
    row, accounts = found if found is not None else (_entry(reference), {})
    of = row.guarantee if row is not None else None
    asked = rules.Securing(
        of.number if of else "", of, amount, reference, of.holder.code if of else "", row.scope if row else "",
        day_of(at), Decimal(0), row,
    )  # fmt: skip
    insist(rules.OPEN, asked)
    assert row is not None and of is not None
    name = account(of.number)
    asked.left = accounts[name].balance + row.amount
    if amount == row.amount:
        return row
    if amount > row.amount:
        insist([*rules.SECURES, rules.GuaranteeShort()], asked)
    _resize(row, accounts, amount, by=by, at=at)
    return row


def _resize(row: Secured, accounts: dict[str, Locked], amount: Decimal, *, by: Actor, at: datetime) -> None:
    """Let what is secured now come to another amount, which the guarantee reaches; its account is locked."""
    of, plan, before = row.guarantee, Batch(accounts), row.amount
    name = account(of.number)
    plan.credit(name, before, reference=row.entry)
    row.state, row.amount, row.turn = SECURED.after(row.state, "adjust", by=SYSTEM), amount, row.turn + 1
    plan.debit(name, amount, reference=row.entry)
    row.save(update_fields=["state", "amount", "turn"])
    plan.write(by, at)
    _level(of, left := plan.balances[name], at)
    record("guarantee.adjusted", of, by=by, at=at, reference=row.reference, before=before, amount=amount, left=left)


@transaction.atomic
def claim(reference: str, *, more: Decimal = _NOTHING, by: Actor, at: datetime) -> Secured:
    """Claim what was not paid in time: a deposit is turned into tax, any other guarantor is asked to pay.

    ``more`` is what is owed beside what is secured, in yuan, as the surcharge: it is claimed as far as the guarantee reaches.
    What a guarantor was asked for stays secured until he has paid (``restore``); the demand lies within the law's months
    and the validity of the letter. The same again changes nothing. Raises Refused (GUARANTEE_ENTRY).
    """
    found = _held(reference)
    row, accounts = found if found is not None else (_entry(reference), {})
    if row is not None and row.state in ("demanded", "claimed"):
        return row
    asked = rules.Securing("", None, Decimal(0), reference, "", "", day_of(at), Decimal(0), row)
    insist(rules.OPEN, asked)
    assert row is not None
    of, day = row.guarantee, day_of(at)
    if extra := min(more, accounts[account(of.number)].balance):
        _resize(row, accounts, row.amount + extra, by=by, at=at)
    if of.kind == "deposit":
        row.state, row.closed_at = SECURED.after(row.state, "convert", by=SYSTEM), at
        of.total -= row.amount
        of.save(update_fields=["total"])
        if not of.total:
            _move(of, "consume")
    else:
        row.state = SECURED.after(row.state, "demand", by=SYSTEM)
        months = law("revenue.guarantee_claim_months", on=day).value
        row.demand_until = min(add_months(day, months), max(of.valid_to, day))
    row.save(update_fields=["state", "closed_at", "demand_until"])
    record(
        "guarantee.claimed", of, by=by, at=at, reference=reference, amount=row.amount, kind=of.kind,
        until=row.demand_until,
    )  # fmt: skip
    return row


@transaction.atomic
def resecure(reference: str, number: str, *, by: Actor, at: datetime) -> Secured:
    """Let another guarantee of the same firm secure what one that has ended does; all of it or nothing.

    Raises Refused (GUARANTEE_ENTRY, and those of ``debit``).
    """
    name = account(number)
    found = _held(reference, also=[name])
    row, accounts = found if found is not None else (_entry(reference), {})
    of = Guarantee.objects.select_related("holder").filter(number=number).first()
    left = accounts[name].balance if accounts else Decimal(0)
    holder, scope = (row.guarantee.holder.code, row.scope) if row else ("", "")
    asked = rules.Securing(
        number, of, row.amount if row else Decimal(0), reference, holder, scope, day_of(at), left, row
    )
    insist(rules.OPEN, asked)
    assert row is not None
    old = row.guarantee
    if of is not None and of.pk == old.pk:
        return row
    insist([*rules.SECURES, rules.GuaranteeShort()], asked)
    assert of is not None
    plan = Batch(accounts)
    plan.credit(account(old.number), row.amount, reference=row.entry)
    row.guarantee, row.turn, row.state = of, row.turn + 1, "open"
    plan.debit(name, row.amount, reference=row.entry)
    row.save(update_fields=["guarantee", "turn", "state"])
    plan.write(by, at)
    for one in (old, of):
        _level(one, plan.balances[account(one.number)], at)
    record("guarantee.resecured", of, by=by, at=at, reference=reference, amount=row.amount, before=old.number)
    return row


def _entry(reference: str) -> Secured | None:
    return Secured.objects.select_related("guarantee__holder").filter(reference=reference).first()


def _held(reference: str, also: Iterable[str] = ()) -> tuple[Secured, dict[str, Locked]] | None:
    """Return what secures a reference now, with its account locked; read again after the lock. None when nothing does."""
    found = _entry(reference)
    if found is None:
        return None
    accounts = lock([account(found.guarantee.number), *also])
    row = _entry(reference)
    assert row is not None
    return (row, accounts) if row.state in _HELD else None


def _level(of: Guarantee, left: Decimal, at: datetime) -> None:
    """Let a guarantee be exhausted when nothing of it is left, and active again when something is."""
    if of.state == "active" and not left:
        _move(of, "exhaust")
        record("guarantee.exhausted", of, by=SYSTEM, at=at, total=of.total)
    elif of.state == "exhausted" and left:
        _move(of, "replenish")


def _move(of: Guarantee, verb: str) -> None:
    of.state = GUARANTEE.after(of.state, verb, by=SYSTEM)
    of.save(update_fields=["state"])
