"""What changed the stock of an item of an account book: which checklist, which inventory, which return, when and how much.

The ledger knows references; here they become the documents that people know.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tongguan.kernel.states import Actor
from tongguan.zones import queries as books
from tongguan.zones.models import BookItem

from .models import Inventory, Return
from .queries import visible


class Use(NamedTuple):
    """One change of a stock; ``quantity`` is in the unit of the record, negative where goods left.

    ``what`` is *received* (入区), *drawn* (出区核减), *given_back* (返还), *returned* (退货入区), *shown* (展示调出) or
    *taken_back* (展示调回); ``number`` is that of the document: a checklist, an inventory, a request to return, or a shop
    with the document of its firm. ``items`` are those of the inventory, by their gnum.
    ``order_no`` leads to the parcel, with ``ebp_code``; both are empty for a reader who may not open it.
    """

    entry: int
    at: datetime
    what: str
    quantity: Decimal
    number: str
    items: tuple[int, ...] = ()
    ebp_code: str = ""
    order_no: str = ""


def uses(of: BookItem, *, to: Actor, before: int | None = None, limit: int = books.PAGE) -> list[Use]:
    """Return what changed the stock of an item, the latest first, from below the entry ``before``. Five queries at most."""
    entries = books.entries(of, before=before, limit=limit)
    named = {entry.reference: entry.reference.split("/") for entry in entries}
    requests = Return.objects.in_bulk([int(part[1]) for part in named.values() if part[0] == "return"])
    wanted = {int(part[1]) for part in named.values() if part[0] == "inventory"}
    wanted |= {request.inventory_id for request in requests.values()}
    inventories = Inventory.objects.in_bulk(wanted)
    open_to_reader = set(visible(Inventory, to).filter(pk__in=wanted).values_list("pk", flat=True))
    found = []
    for entry in entries:
        noun, number, *rest = named[entry.reference]
        what, request = _KINDS[noun, bool(rest[1:])], requests.get(int(number)) if noun == "return" else None
        row = inventories.get(request.inventory_id if request else int(number)) if noun in _OF_PARCELS else None
        if row is None:
            found.append(Use(entry.pk, entry.at, what, entry.amount, entry.reference.partition("/")[2]))
            continue
        shown = request.pre_no if request else row.invt_no or row.pre_no
        address = (row.ebp_code, row.order_no) if row.pk in open_to_reader else ("", "")
        items = tuple(int(gnum) for gnum in entry.note.split())
        found.append(Use(entry.pk, entry.at, what, entry.amount, shown, items, *address))
    return found


_OF_PARCELS = ("inventory", "return")
_KINDS = {
    ("received", False): "received",
    ("received", True): "received",
    ("shown", False): "shown",
    ("unshown", False): "taken_back",
    ("inventory", False): "drawn",
    ("inventory", True): "given_back",
    ("return", False): "returned",
}
