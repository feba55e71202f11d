"""What may be asked for an inventory, before anybody asks (办理条件): the rules of the intake, applied to a draft.

Nothing is locked and nothing is promised: the intake judges again when the request comes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce

from tongguan.holds.queries import stopped
from tongguan.kernel.rules import Finding, check
from tongguan.kernel.states import Actor
from tongguan.parties.queries import codes_of

from ..context import Context
from ..intake.opening import still_readable
from ..models import Inventory, ReturnItem, TaxBill, Withdrawal
from . import rules
from .deadlines import Deadlines, deadlines
from .intake.named import may_ask
from .intake.returns import NOT_YOURS as RETURN_NOT_YOURS
from .intake.returns import TAKING, may_come_back_elsewhere
from .intake.withdrawals import NOT_YOURS as WITHDRAWAL_NOT_YOURS


@dataclass(frozen=True, slots=True)
class Line:
    """An item of an inventory: how much was bought, and how much of it other requests have taken."""

    gnum: int
    gcode: str
    name: str
    unit: str
    bought: Decimal
    taken: Decimal

    @property
    def left(self) -> Decimal:
        """How much may still come back."""
        return self.bought - self.taken


@dataclass(slots=True)
class Possible:
    """What stands in the way of a request, empty when nothing does; ``decided`` says that an officer will decide."""

    findings: list[Finding]
    decided: bool = False
    lines: list[Line] = field(default_factory=list)
    days: Deadlines | None = None


@dataclass(slots=True)
class _Asked:
    """The part of a request that the rules about its inventory read."""

    invtNo: str


def number_of(row: Inventory) -> str:
    """Return the number by which a request names an inventory: its own, the pre-entry number while it has none."""
    return row.invt_no or row.pre_no


def declared_by(row: Inventory) -> Any | None:
    """Return the document of an inventory, None when it is forgotten."""
    return still_readable([row.filing_id]).get(row.filing_id)


def to_withdraw(row: Inventory, *, by: Actor, at: date) -> Possible:
    """Return whether an inventory may be withdrawn. Four queries."""
    number = number_of(row)
    if not _is_theirs(row, by):
        return Possible([Finding(WITHDRAWAL_NOT_YOURS, "invtNo", values={"number": number})])
    before = Withdrawal.objects.filter(inventory=row).exclude(state="refused").first()
    case = rules.WithdrawalCase(_Asked(number), row, before, bytes(row.buyer_match))
    findings = check(rules.WITHDRAWAL_STANDING, case, Context(at))
    return Possible(findings, bool(stopped([row.version_subject], "withdraw")))


def to_return(row: Inventory, said: Any, *, by: Actor, at: date) -> Possible:
    """Return whether goods of an inventory may be returned, and how much of each item. Four queries.

    ``said`` is the document of the inventory, None when it is forgotten.
    """
    found = Possible([], lines=_lines(row, said), days=deadlines(row))
    if not _is_theirs(row, by):
        found.findings = [Finding(RETURN_NOT_YOURS, "invtNo", values={"number": number_of(row)})]
        return found
    ctx = Context(at)
    case = rules.ReturnCase(
        _Asked(number_of(row)), row, at, bytes(row.buyer_match), bill=TaxBill.objects.filter(pk=row.pk).first()
    )
    if found.days is not None:
        case.released_on, case.ask_by = found.days.released_on, found.days.ask_by
    found.findings = check(rules.RETURN_STANDING, case, ctx)
    return found


def offices(row: Inventory, at: date) -> bool:
    """Say whether the law of the day lets these goods come back in a district that is not theirs."""
    ctx = Context(at)
    districts = ctx.law("ecommerce.return_districts").get(row.trade_mode, ())
    return any(
        may_come_back_elsewhere(ctx, row, district) for district in districts if district != row.customs_code[:2]
    )


def _is_theirs(row: Inventory, by: Actor) -> bool:
    return may_ask(row, by.role, by.enterprise, set(codes_of(by)))


def _lines(row: Inventory, said: Any) -> list[Line]:
    """Return the items that an inventory declared, with what of them other requests have taken."""
    taking = ReturnItem.objects.filter(request__inventory=row, request__state__in=TAKING)
    taken = dict(taking.values_list("gnum").annotate(qty=Sum(Coalesce("tallied", "qty"))))
    return [
        Line(item.gnum, item.gcode, item.gname, item.unit, item.qty, taken.get(item.gnum, Decimal(0)))
        for item in (said.items if said is not None else ())
    ]
