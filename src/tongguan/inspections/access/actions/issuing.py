"""What a firm asks for before its goods are checked, and the order of customs: one for both checks and both districts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.declarations import actions as declarations
from tongguan.declarations.actions.keeping import document
from tongguan.declarations.actions.selecting import INSPECT, PASS
from tongguan.declarations.days import day_of
from tongguan.declarations.models import Declaration
from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import check, insist
from tongguan.kernel.states import Actor, NotNow

from ..deciding import DUE, NONE
from ..models import Access
from ..rules import ORDERING, WISHING, Asked, NothingDue, NotOnList, NotShared
from ..wishes import said
from .keeping import acting, behind, hold, insist_customs


@transaction.atomic
def ask(
    number: int, *, combined: bool = False, conditional: bool = False, place: str = "", storage: str = "", by: Actor,
    at: datetime,
) -> Access:  # fmt: skip
    """Ask, at a declaration, for both checks at the port, for lift-off under conditions, or for a check elsewhere.

    ``storage`` is where goods are kept until the laboratory has answered, ``place`` the code of the site the check shall be
    moved to. Raises NotNow once an order was issued, NotYours, Declaration.DoesNotExist, Refused (ACCESS_PLACE,
    ACCESS_STORAGE_UNNAMED, ACCESS_NOT_LISTED).
    """
    row, of = behind(number, by=by)
    if of.issued_at is not None:
        raise NotNow(machine="access", state="issued", verb="ask", open=[])
    of.combined, of.conditional, of.asked_at = combined, conditional, at
    of.place, of.storage = place.strip()[:11], storage.strip()[:200]
    day = day_of(at)
    insist(WISHING, Asked(of, place=of.place, places=law("inspections.transfer_places", on=day).value))
    if combined:
        insist([NotOnList()], _goods(row, "combined_goods", of, at))
    if conditional:
        insist([NotOnList()], _goods(row, "conditional_goods", of, at))
    of.save()
    record("access.asked", row, by=by, at=at, combined=combined, conditional=conditional, place=of.place)
    return of


def _goods(row: Declaration, name: str, of: Access, at: datetime) -> Asked:
    codes = [one.CodeTS or "" for one in document(row).items]
    return Asked(of, codes=codes, listed=law(f"inspections.{name}", on=day_of(at)).value)


@transaction.atomic
def assess(number: int, *, by: Actor, at: datetime) -> Access:
    """Say that the place of storage is escape-proof. Raises NotYours, NotNow where none was named, Refused (ACCESS_OFFICE)."""
    insist_customs(by, "assess")
    row, of = behind(number, by=by)
    if not of.storage:
        raise NotNow(machine="access", state="asked", verb="assess", open=[])
    write_offices(row, of, at)
    insist(ORDERING, Asked(of, "assess", acting(by)))
    of.assessed_at, of.assessed_by = at, by.name
    of.save(update_fields=["assessed_at", "assessed_by"])
    record("access.assessed", row, by=by, at=at, storage=of.storage)
    return of


@transaction.atomic
def issue(number: int, *, port: bool, destination: bool, by: Actor, at: datetime) -> Access:
    """Decide the selection of a declaration by an order: a check at the port, at the destination, or both.

    Raises NotNow, NotYours, Declaration.DoesNotExist, Refused (ACCESS_NOTHING_DUE, ACCESS_OFFICE,
    NO_HOLD).
    """
    checks = [name for name, due in (("port", port), ("destination", destination)) if due]
    row, of = behind(number, by=by)
    insist([NothingDue()], Asked(of, checks=checks))
    order(row, of, port=port, destination=destination, by=by, at=at)
    hold_for(row, of, by=by, at=at)
    declarations.select(number, INSPECT if port else PASS, by=by, at=at)
    return of


def order(row: Declaration, of: Access, *, port: bool, destination: bool, by: Actor, at: datetime) -> None:
    """Write an order into the access of a declaration: which checks, which offices, and whether these share it."""
    of.port, of.destination = DUE if port else NONE, DUE if destination else NONE
    write_offices(row, of, at)
    insist(ORDERING, Asked(of, "order", acting(by)))
    if not (port and destination) or check([NotShared()], Asked(of)):
        of.combined = False
    of.issued_at, of.issued_by, of.conclusion, of.concluded_at = at, by.name, "", None
    of.save()
    record(
        "access.ordered", row, by=by, at=at, port=of.port, destination=of.destination, combined=of.combined,
        offices=[of.port_customs, of.destination_customs], shared=of.shared,
    )  # fmt: skip


def write_offices(row: Declaration, of: Access, at: datetime) -> None:
    """Write which offices do the checks: those the declaration names, else the one it is declared at."""
    doc = said(row)
    of.port_customs = ((doc and doc.IEPort) or row.customs or "")[:4]
    of.destination_customs = ((doc and doc.PurpOrgCode) or row.customs or "")[:4]
    shared = law("inspections.shared_districts", on=day_of(at)).value
    of.shared = {of.port_customs[:2], of.destination_customs[:2]} <= set(shared)


def hold_for(row: Declaration, of: Access, *, by: Actor, at: datetime) -> None:
    """Place the holds of an order that was just written, before the selection is lifted."""
    hold(row, of, by=by, at=at)


__all__ = ["ask", "assess", "hold_for", "issue", "order", "write_offices"]
