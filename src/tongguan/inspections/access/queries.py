"""Asking of access in two stages: may the goods of a declaration leave, may they be used, and why not; open orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from tongguan.cargo.queries import Known
from tongguan.cargo.queries import bill as bill_of
from tongguan.declarations.models import Declaration
from tongguan.holds.models import Hold
from tongguan.holds.queries import standing
from tongguan.kernel.states import Actor

from .deciding import MOVED, SAMPLED, Decision
from .models import Access
from .wishes import wish

PAGE = 50
SEES_ALL = frozenset({"officer", "operator", "auditor"})
UNRELEASED, NOT_ENTERED, NOT_LIFTED = "unreleased", "not_entered", "not_lifted"
"""Reasons that are no hold: the declaration is not released, its conveyance has not come, the goods have not left."""

_LEFT = ("lifted", "released", "closed")


def of(row: Declaration) -> Access | None:
    """Return the access of a declaration; None where nothing was asked and nothing ordered."""
    return Access.objects.filter(subject=str(row)).first()


def asked(row: Declaration, doc: Any) -> Access | None:
    """Return the access of a declaration as a page shows it: with what only ``doc``, which it says, asks; an order keeps that."""
    found = of(row) or Access(subject=str(row))
    return found if wish(found, doc) or found.pk is not None else None


def stands(row: Declaration) -> Decision:
    """Return whether the goods of a declaration may leave the port area and be used, by the holds that stand.

    Reasons are those of holds, and *unreleased*, *not_entered*, *not_lifted*.
    """
    bill = bill_of(row.direction, row.transport_mode, row.bill_no) if row.bill_no and row.transport_mode else None
    return decided(row, bill, standing([str(row), *([bill.subject] if bill is not None else [])]), of(row))


def decided(row: Declaration, bill: Known | None, found: Sequence[Hold], order: Access | None) -> Decision:
    """Return the same for who has read the bill, the holds on the declaration and on it, and the access."""
    lift = [one.reason for one in found if "lift_off" in one.stops]
    use = [one.reason for one in found if "use" in one.stops]
    entered = row.entered_on is not None or bill is None or bill.entry_declared is not None
    if not entered:
        lift.append(NOT_ENTERED)
    if not lift and row.state not in _LEFT and not (row.state != "summary" and _leaves(row, order)):
        lift.append(UNRELEASED if row.state != "summary" else NOT_LIFTED)
    if lift and not use:
        use = [NOT_LIFTED]
    return Decision(not lift, not lift and not use, tuple(dict.fromkeys(lift)), tuple(dict.fromkeys(use)))


def _leaves(row: Declaration, found: Access | None) -> bool:
    """Say whether goods that are not released were let go to another place, or while a sample is examined."""
    return row.lifted_at is not None or (found is not None and found.port in (MOVED, SAMPLED))


def concerns(order: Access | None, to: Actor) -> bool:
    """Say whether an order is one that an officer may act on: his district has one of its checks, or he is of none."""
    if order is None or not order.issued_at or not to.office:
        return True
    return to.office[:2] in (order.port_customs[:2], order.destination_customs[:2])


def open_orders(*, to: Actor, before: int | None = None, limit: int = PAGE) -> list[Access]:
    """Return the orders whose checks are not all done, the newest first; customs see them, an office those of its district."""
    if to.role not in SEES_ALL:
        return []
    rows = Access.objects.filter(concluded_at=None, issued_at__isnull=False)
    if to.office:
        own = to.office[:2]
        rows = rows.filter(Q(port_customs__startswith=own) | Q(destination_customs__startswith=own))
    return list((rows.filter(pk__lt=before) if before is not None else rows).order_by("-pk")[:limit])
