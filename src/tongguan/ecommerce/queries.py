"""What people ask: find a parcel by any number, see one whole, page through lists and receipts.

Every query is bounded, and shows an enterprise only the parcels that name it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from tongguan.holds.queries import standing_with, with_standing
from tongguan.kernel.states import Actor
from tongguan.parties import vault
from tongguan.parties.queries import codes_of
from tongguan.revenue.parcel import assess_parcel
from tongguan.revenue.sheet import Sheet

from .arrivals.queries import Milestone, milestones
from .context import Context
from .intake.answers import SHANGHAI
from .intake.opening import still_readable
from .models import NODES_OF_A_MESSAGE, Document, Filing, Inventory, Message, Order, Payment, Receipt, Told, Waybill
from .returns.lists import Brief, requested, with_requests

SEES_ALL = {"officer", "operator", "auditor"}
PAGE = 50
VERSION = ("inventory", "id", "version")
"""What the subject of a version is made of: a noun, and columns of the inventory (``Inventory.version_subject``)."""
Place = tuple[int, int, int]
"""Up to where receipts were read: transaction, row, and how many of the row (0: all)."""
_CODES = {
    Inventory: ("ebp_code", "ebc_code", "agent_code", "logistics_code", "assure_code"),
    Order: ("ebp_code", "ebc_code"),
    Payment: ("pay_code", "ebp_code"),
    Waybill: ("logistics_code",),
}


def visible(model: type[Document], to: Actor, codes: list[str] | None = None) -> QuerySet:
    """Return the records that somebody may see: all for the authority, else those that name or were filed by his firm.

    ``codes`` are those of his firm, for a caller that asks several times.
    """
    rows = model.objects.all()
    if to.role in SEES_ALL:
        return rows
    if to.enterprise is None:
        return rows.none()
    codes, named = codes_of(to) if codes is None else codes, Q(enterprise_id=to.enterprise)
    for column in _CODES[model]:
        named |= Q(**{f"{column}__in": codes})
    return rows.filter(named)


@dataclass(slots=True)
class Hit:
    """One line of a search: what was found, and the parcel it leads to."""

    noun: str
    record: Document
    ebp_code: str
    order_no: str


def find(number: str, *, to: Actor, limit: int = PAGE) -> list[Hit]:
    """Find parcels by any number of theirs: order, payment, waybill, inventory, pre-entry, own or bill number.

    An officer may also give a buyer's identity number, which is compared without being stored.
    """
    number = number.strip()
    if not number:
        return []
    codes = codes_of(to)
    inventories = visible(Inventory, to, codes)
    asked = (
        Q(order_no=number)
        | Q(logistics_no=number)
        | Q(pre_no=number)
        | Q(cop_no=number)
        | Q(bill_no=number)
        | Q(invt_no=number)
    )
    if to.role == "officer" and len(number) == 18:
        asked |= Q(buyer_match=vault.match("id", number))
    hits = [
        Hit("inventory", row, row.ebp_code, row.order_no) for row in inventories.filter(asked).order_by("-id")[:limit]
    ]
    seen = {(hit.ebp_code, hit.order_no) for hit in hits}
    for noun, model, columns in (
        ("order", Order, ("order_no", "pay_transaction_id")),
        ("payment", Payment, ("order_no", "pay_transaction_id")),
    ):
        wanted = Q()
        for column in columns:
            wanted |= Q(**{column: number})
        for row in visible(model, to, codes).filter(wanted).order_by("-id")[:limit]:
            if (row.ebp_code, row.order_no) not in seen:
                seen.add((row.ebp_code, row.order_no))
                hits.append(Hit(noun, row, row.ebp_code, row.order_no))
    for row in visible(Waybill, to, codes).filter(Q(logistics_no=number) | Q(order_no=number)).order_by("-id")[:limit]:
        if not any(hit.order_no == row.order_no for hit in hits):
            hits.append(Hit("waybill", row, "", row.order_no))
    return hits[:limit]


@dataclass(slots=True)
class Parcel:
    """A parcel with everything that is known of it; documents are opened, ``None`` where one is missing or forgotten."""

    order_no: str
    inventory: Inventory | None = None
    order: Order | None = None
    payments: list[Payment] = field(default_factory=list)
    waybill: Waybill | None = None
    documents: dict[str, Any] = field(default_factory=dict)
    receipts: list[Told] = field(default_factory=list)
    holds: list = field(default_factory=list)
    requested: list[Brief] = field(default_factory=list)
    refused_filings: list[Filing] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)


def parcel(order_no: str, *, to: Actor, ebp_code: str = "") -> Parcel | None:
    """Return a parcel by its order number, or None when there is none that one may see.

    Eight queries at most, and one a key of a month that is not at hand.
    """
    by_order = {"order_no": order_no, **({"ebp_code": ebp_code} if ebp_code else {})}
    codes = codes_of(to)
    known = with_standing(with_requests(visible(Inventory, to, codes)), *VERSION)
    inventory = known.filter(**by_order).order_by("-id").first()

    def seen(model: type[Document]) -> QuerySet:  # who may see the inventory may see what it was matched with
        return model.objects.all() if inventory is not None else visible(model, to, codes)

    if inventory is not None:
        by_order["ebp_code"] = inventory.ebp_code
    order = seen(Order).filter(**by_order).order_by("-id").first()
    payments = list(seen(Payment).filter(**by_order).exclude(state="deleted").order_by("id"))
    if inventory is not None:
        of_waybill = {"logistics_code": inventory.logistics_code, "logistics_no": inventory.logistics_no}
    else:
        of_waybill = {"order_no": order_no}
    waybill = seen(Waybill).filter(**of_waybill).order_by("-id").first()
    if inventory is None and order is None and not payments and waybill is None:
        return None
    found = Parcel(order_no, inventory, order, payments, waybill)
    shown = {"inventory": inventory, "order": order, "payment": payments[0] if payments else None, "waybill": waybill}
    said = still_readable(row.filing_id for row in shown.values() if row is not None)
    found.documents = {noun: said.get(row.filing_id) for noun, row in shown.items() if row is not None}
    subjects = [str(row) for row in (inventory, order, waybill, *payments) if row is not None]
    answered = Receipt.objects.filter(subject__in=subjects).order_by("id")[:200]
    found.receipts = [told for row in answered for told in row.each()]
    found.milestones = milestones(waybill, inventory)
    found.requested = requested(inventory) if inventory is not None else []
    found.holds = standing_with(inventory) if inventory is not None else []
    if inventory is None:
        found.refused_filings = _refused(order_no, to)
    return found


def _refused(number: str, to: Actor) -> list[Filing]:
    """Return the latest filings under a number that were refused at once; of others' messages only to the authority."""
    rows = Filing.objects.filter(number=number, status__startswith="-")
    if to.role not in SEES_ALL:
        rows = rows.filter(message__enterprise_id=to.enterprise)
    return list(rows.order_by("-id")[:20])


def sheet(found: Parcel) -> Sheet | None:
    """Work out the tax sheet of an accepted inventory again, by the law of its own day; None before assessment."""
    inventory, doc = found.inventory, found.documents.get("inventory")
    if inventory is None or inventory.judged_at is None or not inventory.plan or doc is None:
        return None
    ctx = Context(inventory.judged_at.astimezone(SHANGHAI).date())
    return assess_parcel(
        doc.items, freight=doc.freight, insurance=doc.insuredFee, book=ctx.book, day_law=ctx.law, plan=inventory.plan
    )


def recent_messages(*, to: Actor, before: int | None = None, limit: int = PAGE) -> list[Message]:
    """Return the latest messages one may see, newest first, from below the number ``before``."""
    rows = Message.objects.defer("sealed", "documents").order_by("-id")
    if to.role not in SEES_ALL:
        rows = rows.filter(enterprise_id=to.enterprise) if to.enterprise else rows.none()
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows[:limit])


def message_filings(number: int, *, to: Actor) -> tuple[Message, list[Filing]] | None:
    """Return a message and its filings, or None when there is none that one may see."""
    rows = Message.objects.defer("sealed", "documents").filter(pk=number)
    if to.role not in SEES_ALL:
        rows = rows.filter(enterprise_id=to.enterprise) if to.enterprise else rows.none()
    message = rows.first()
    if message is None:
        return None
    first = number * NODES_OF_A_MESSAGE
    filings = Filing.objects.filter(pk__gte=first, pk__lt=first + NODES_OF_A_MESSAGE)
    return message, list(filings.order_by("pk"))


def inventories(*, to: Actor, state: str = "", before: int | None = None, limit: int = PAGE) -> list[Inventory]:
    """Return inventories one may see, newest first, of one state when given."""
    rows = visible(Inventory, to).order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows[:limit])


def receipts(
    *,
    to: Actor,
    after: Place = (0, 0, 0),
    kind: str = "",
    dxp_id: str = "",
    since: datetime | None = None,
    limit: int = PAGE,
    below: int | None = None,
) -> list[Told]:
    """Return receipts for the caller's enterprise after a place, so that a client reads each exactly once.

    ``below`` ends them before a transaction, for who reads from two places and must stop at the same one in both.
    """
    rows = Receipt.objects.extra(where=["tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"])
    rows = rows.filter(beyond(after)).order_by("tx", "id")
    if to.role not in SEES_ALL:
        rows = rows.filter(enterprise_id=to.enterprise) if to.enterprise else rows.none()
    if kind:
        rows = rows.filter(kind=kind)
    if dxp_id:
        rows = rows.filter(dxp_id=dxp_id)
    if since:
        rows = rows.filter(at__gte=since)
    if below is not None:
        rows = rows.filter(tx__lt=below)
    return unread(rows[:limit], after)[:limit]


def beyond(after: Place) -> Q:
    """Return which rows of receipts hold something after a place."""
    tx, row, read = after
    return Q(tx__gt=tx) | (Q(tx=tx, pk__gte=row) if read else Q(tx=tx, pk__gt=row))


def unread(rows: Iterable[Receipt], after: Place) -> list[Told]:
    """Return the receipts of rows one by one, but those of the first row that were read already."""
    told = [one for row in rows for one in row.each()]
    return told[after[2] :] if told and told[0].place[:2] == after[:2] else told
