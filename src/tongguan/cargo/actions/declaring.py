"""Declarations rest on bills (舱单核注): while they do, the manifest says what it says.

A bill is locked after the declaration and its ledger accounts, in the order of the bills' numbers with us.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import Entry, record_many
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor

from ..models import Bill
from ..queries import Key, among


def lock(keys: Collection[Key]) -> list[Bill]:
    """Lock the bills there are of these keys until the transaction ends; who releases asks for holds after this."""
    return list(among(keys).select_for_update(of=("self",)).order_by("pk"))


@transaction.atomic
def match(keys: Collection[Key], *, reference: str, by: Actor, at: datetime) -> list[Bill]:
    """Let a declaration rest on its bills; the same again changes nothing.

    Raises Refused (BILL_UNKNOWN) for a bill that no manifest has, with the place of its key in the pointer.
    """
    rows = lock(keys)
    there = {Key(row.direction, row.transport_mode, row.number) for row in rows}
    lacking = [
        Finding("BILL_UNKNOWN", f"bills/{place}", values={"number": key.number})
        for place, key in enumerate(keys, 1)
        if Key(*key).tidy() not in there
    ]
    if lacking:
        raise Refused(lacking)
    fresh = [row for row in rows if reference not in row.declared_by]
    for row in fresh:
        row.declared_by.append(reference)
    Bill.objects.bulk_update(fresh, ["declared_by"])
    record_many([Entry("bill_of_lading.declared", str(row), by, at, {"declaration": reference}) for row in fresh])
    return rows


@transaction.atomic
def unmatch(reference: str, *, by: Actor, at: datetime) -> list[Bill]:
    """Let go of the bills a declaration rested on; without any, nothing changes."""
    rows = list(Bill.objects.filter(declared_by__contains=[reference]).select_for_update().order_by("pk"))
    for row in rows:
        row.declared_by.remove(reference)
    Bill.objects.bulk_update(rows, ["declared_by"])
    record_many([Entry("bill_of_lading.undeclared", str(row), by, at, {"declaration": reference}) for row in rows])
    return rows
