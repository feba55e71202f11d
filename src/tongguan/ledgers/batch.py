"""Many entries in one go: judged in memory against locked accounts, then written by one COPY and one UPDATE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tongguan.journal.copying import copy_rows
from tongguan.journal.statements import ask, joined
from tongguan.kernel.states import Actor
from tongguan.ledgers.lines import Line
from tongguan.ledgers.models import Entry
from tongguan.ledgers.refusals import NotReserved, Overdrawn, ReferenceReused

ZERO = Decimal(0)
_UNIT = Decimal("0.00001")
_COLUMNS = ("account", "reference", "kind", "amount", "by", "at", "note")
_BALANCES = (
    "UPDATE ledgers_account a SET balance = v.balance"
    " FROM unnest(string_to_array(%s, chr(31))::bigint[], string_to_array(%s, chr(31))::numeric[]) AS v (id, balance)"
    " WHERE a.id = v.id"
)


class Locked(NamedTuple):
    """An account that this transaction has locked."""

    id: int
    name: str
    balance: Decimal


class Room(NamedTuple):
    """What a debit leaves: the balance, and how much of it lies above the floor."""

    balance: Decimal
    left: Decimal


def exact(amount: Decimal | int) -> Decimal:
    """Return an amount as a ledger keeps it, five decimals.

    Raises TypeError for a float, ValueError for a negative amount or one that would have to be rounded.
    """
    if isinstance(amount, bool) or not isinstance(amount, (Decimal, int)):
        raise TypeError(f"an amount is a decimal, not {amount!r}")
    given = Decimal(amount)
    if not given.is_finite() or given < 0 or given.adjusted() > 14:
        raise ValueError(f"an amount is zero or more and has at most 15 digits before the point, not {amount}")
    kept = given.quantize(_UNIT)
    if kept != given:
        raise ValueError(f"{amount} has more than five decimals")
    return kept


class Batch:
    """Entries to be written together, on accounts that this transaction has locked.

    ``references`` are those that may stand in the accounts already: they are read once, and an entry that is there
    with the same amount is then not made again. A reference that is new for certain need not be named; if it was not
    new after all, ``write`` fails on the database's constraint.
    """

    def __init__(self, accounts: Mapping[str, Locked], references: Iterable[str] = ()):
        self.balances = {name: account.balance for name, account in accounts.items()}
        self.lines: list[Line] = []
        self._ids = {name: account.id for name, account in accounts.items()}
        self._booked = _entries_under(self._ids, sorted(set(references)))
        self._written = False

    def debit(
        self,
        name: str,
        amount: Decimal | int,
        *,
        reference: str,
        floor: Decimal | int = ZERO,
        down_to: Decimal | int | None = None,
        note: str = "",
    ) -> Room:
        """Lower a balance; raises Overdrawn when it would come below the floor.

        With ``down_to`` a last batch may go below the floor as far as that, if the balance stood above the floor.
        Raises ReferenceReused, TypeError, ValueError, KeyError for an account that is not locked.
        """
        return self._lower("debit", name, amount, reference, Decimal(floor), down_to, note)

    def reserve(
        self, name: str, amount: Decimal | int, *, reference: str, floor: Decimal | int = ZERO, note: str = ""
    ) -> Room:
        """Lower a balance for what is not yet certain; ``confirm`` or ``release`` follows; raises as ``debit``."""
        return self._lower("reserve", name, amount, reference, Decimal(floor), None, note)

    def credit(self, name: str, amount: Decimal | int, *, reference: str, note: str = "") -> None:
        """Raise a balance; raises ReferenceReused, TypeError, ValueError, KeyError."""
        self._book(Line(name, reference, "credit", exact(amount), note))

    def confirm(self, name: str, *, reference: str, note: str = "") -> None:
        """Turn an open reservation into a debit; raises NotReserved."""
        self._reserved(name, reference, unless="release")
        self._book(Line(name, reference, "confirm", ZERO, note))

    def release(self, name: str, *, reference: str, note: str = "") -> None:
        """Give an open reservation back; raises NotReserved."""
        held = self._reserved(name, reference, unless="confirm")
        self._book(Line(name, reference, "release", ZERO - held, note))

    def write(self, by: Actor, at: datetime) -> None:
        """Write every entry and every changed balance; once."""
        if self._written:
            raise RuntimeError("this batch is written already")
        self._written = True
        if not self.lines:
            return
        ids = self._ids
        copy_rows(
            Entry,
            _COLUMNS,
            [
                (ids[line.account], line.reference, line.kind, line.amount, by.name, at, line.note)
                for line in self.lines
            ],
        )
        changed = sorted({line.account for line in self.lines})
        ask(_BALANCES, joined(str(ids[name]) for name in changed), joined(str(self.balances[name]) for name in changed))

    def _lower(
        self,
        kind: str,
        name: str,
        amount: Decimal | int,
        reference: str,
        floor: Decimal,
        down_to: Decimal | int | None,
        note: str,
    ) -> Room:
        asked, balance = exact(amount), self.balances[name]
        line = Line(name, reference, kind, ZERO - asked, note)  # zero minus, for -0 would be written otherwise
        if not self._is_booked(line):
            left = balance - asked
            last_batch = down_to is not None and balance > floor and left >= down_to
            if left < floor and not last_batch:
                raise Overdrawn(name, balance, floor, asked)
            self._book(line)
        return Room(self.balances[name], self.balances[name] - floor)

    def _is_booked(self, line: Line) -> bool:
        booked = self._booked.get(line[:3])
        if booked is not None and booked != line.amount:
            raise ReferenceReused(line.account, line.reference, booked, line.amount)
        return booked is not None

    def _book(self, line: Line) -> None:
        if self._is_booked(line):
            return
        self.balances[line.account] += line.amount
        self._booked[line[:3]] = line.amount
        self.lines.append(line)

    def _reserved(self, name: str, reference: str, *, unless: str) -> Decimal:
        held = self._booked.get((name, reference, "reserve"))
        if held is None or (name, reference, unless) in self._booked:
            raise NotReserved(name, reference)
        return held


def _entries_under(ids: Mapping[str, int], references: list[str]) -> dict[tuple[str, str, str], Decimal]:
    if not references:
        return {}
    names = {number: name for name, number in ids.items()}
    rows = Entry.objects.filter(account__in=list(names), reference__in=references)
    return {
        (names[account], reference, kind): amount
        for account, reference, kind, amount in rows.values_list("account_id", "reference", "kind", "amount")
    }
