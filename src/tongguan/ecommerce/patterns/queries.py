"""What officers ask of risk findings: the list by state, one with the parcels behind it, and who is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tongguan.kernel.states import Actor

from ..intake.opening import still_readable
from ..models import Inventory, Order, Payment
from ..models.patterns import RiskFinding, RiskParcel
from ..queries import SEES_ALL

PAGE = 50
SHOWN = 20
_ORDER, _PAYMENT = "CEB311Message", "CEB411Message"


def risk_findings(*, to: Actor, state: str = "", before: int | None = None, limit: int = PAGE) -> list[RiskFinding]:
    """Return risk findings, newest first, of one state when given; none to anybody but the authority. One query."""
    if to.role not in SEES_ALL:
        return []
    rows = RiskFinding.objects.order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows[:limit])


def risk_finding(number: int, *, to: Actor) -> RiskFinding | None:
    """Return a risk finding, or None when there is none that one may see."""
    return RiskFinding.objects.filter(pk=number).first() if to.role in SEES_ALL else None


def parcels_behind(finding: RiskFinding, *, before: int | None = None, limit: int = PAGE) -> list[Inventory]:
    """Return inventories behind a finding, newest first, from below the number ``before``. One query."""
    behind = RiskParcel.objects.filter(finding=finding).order_by("-inventory_id").select_related("inventory")
    if before is not None:
        behind = behind.filter(inventory_id__lt=before)
    return [one.inventory for one in behind[:limit]]


@dataclass(frozen=True, slots=True)
class Person:
    """Who bought a parcel, as its order has it, and who paid; ``forgotten`` when the data were destroyed."""

    order_no: str
    ebp_code: str
    buyer: str = ""
    identity: str = ""
    telephone: str = ""
    address: str = ""
    payer: str = ""
    payer_identity: str = ""
    forgotten: bool = False


FIELDS = ("buyerName", "buyerIdNumber", "consigneeTelephone", "consigneeAddress", "payerName", "payerIdNumber")
"""The elements that ``people_behind`` opens."""


def people_behind(finding: RiskFinding, limit: int = SHOWN) -> list[Person]:
    """Return the people of the latest parcels behind a finding, in clear: who calls has noted the look. Five queries."""
    rows = parcels_behind(finding, limit=limit)
    numbers = [row.order_no for row in rows]
    orders, payments = _opened(Order, numbers), _opened(Payment, numbers)
    return [
        _person(row, orders.get((row.ebp_code, row.order_no)), payments.get((row.ebp_code, row.order_no)))
        for row in rows
    ]


def _opened(model: type[Order] | type[Payment], numbers: list[str]) -> dict[tuple[str, str], Any]:
    found = list(model.objects.filter(order_no__in=numbers).exclude(state="deleted").order_by("id"))
    said = still_readable(row.filing_id for row in found)
    return {(row.ebp_code, row.order_no): said[row.filing_id] for row in found if row.filing_id in said}


def _person(row: Inventory, order: Any, payment: Any) -> Person:
    if order is None:
        return Person(row.order_no, row.ebp_code, forgotten=True)
    paid = (payment.payerName, payment.payerIdNumber) if payment is not None else ("", "")
    return Person(
        row.order_no, row.ebp_code, order.buyerName, order.buyerIdNumber, order.consigneeTelephone,
        order.consigneeAddress, *paid,
    )  # fmt: skip
