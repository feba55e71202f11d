"""Declarations rest on bills (舱单核注): while they do, the manifest says what it says.

A bill is locked after the declaration and its ledger accounts, in the order of the bills' numbers with us.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from tongguan.journal.actions import Entry, record_many
from tongguan.journal.statements import ask, joined
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor

from ..models import Bill
from ..queries import Key, among


class Rests(NamedTuple):
    """That a declaration, by its reference, rests on the bill of a key."""

    key: Key
    reference: str


def lock(keys: Collection[Key]) -> list[Bill]:
    """Lock the bills there are of these keys until the transaction ends; who releases asks for holds after this."""
    return list(among(keys).select_for_update(of=("self",)).order_by("pk"))


_ASKED = (
    "SELECT b.id, b.direction, b.transport_mode, b.number FROM unnest(string_to_array(%s, chr(31)),"
    " string_to_array(%s, chr(31)), string_to_array(%s, chr(31))) AS a(direction, mode, number)"
    " JOIN cargo_bill b ON b.direction = a.direction AND b.transport_mode = a.mode AND b.number = a.number AND b.current"
    " ORDER BY b.id FOR UPDATE OF b"
)


def lock_many(keys: Iterable[Key]) -> dict[Key, int]:
    """Lock the bills there are of these keys until the transaction ends, and return their ids; one prepared statement."""
    wanted = sorted({Key(*key).tidy() for key in keys})
    if not wanted:
        return {}
    return {Key(*rest): pk for pk, *rest in ask(_ASKED, *(joined(part) for part in zip(*wanted, strict=True)))}


_REST = (
    "UPDATE cargo_bill b SET declared_by = array_append(b.declared_by, a.reference)"
    " FROM unnest(string_to_array(%s, chr(31))::bigint[], string_to_array(%s, chr(31))::varchar[]) AS a(id, reference)"
    " WHERE b.id = a.id AND a.reference <> ALL (b.declared_by) RETURNING b.id, a.reference"
)


def match_many(pairs: Sequence[Rests], *, by: Actor, at: datetime, locked: Mapping[Key, int] | None = None) -> set[str]:
    """Let declarations rest each on a bill, no bill twice; the same again changes nothing.

    ``locked`` are the bills, where they were locked before. Returns the references whose bill no manifest has any more.
    """
    there = locked if locked is not None else lock_many(pair.key for pair in pairs)
    found = [(pk, pair.reference) for pair in pairs if (pk := there.get(Key(*pair.key).tidy())) is not None]
    if found:
        ids, references = (joined(str(value) for value in part) for part in zip(*found, strict=True))
        fresh = ask(_REST, ids, references)
        record_many(
            [Entry("bill_of_lading.declared", f"bill_of_lading/{pk}", by, at, {"declaration": of}) for pk, of in fresh]
        )
    return {pair.reference for pair in pairs} - {reference for _, reference in found}


@transaction.atomic
def match(keys: Collection[Key], *, reference: str, by: Actor, at: datetime) -> None:
    """Let a declaration rest on its bills; the same again changes nothing.

    Raises Refused (BILL_UNKNOWN) for a bill that no manifest has, with the place of its key in the pointer.
    """
    there = lock_many(keys)
    lacking = [
        Finding("BILL_UNKNOWN", f"bills/{place}", values={"number": key.number})
        for place, key in enumerate(keys, 1)
        if Key(*key).tidy() not in there
    ]
    if lacking:
        raise Refused(lacking)
    match_many([Rests(key, reference) for key in keys], by=by, at=at)


@transaction.atomic
def unmatch(reference: str, *, by: Actor, at: datetime) -> list[Bill]:
    """Let go of the bills a declaration rested on; without any, nothing changes."""
    rows = list(Bill.objects.filter(declared_by__contains=[reference]).select_for_update().order_by("pk"))
    for row in rows:
        row.declared_by.remove(reference)
    Bill.objects.bulk_update(rows, ["declared_by"])
    record_many([Entry("bill_of_lading.undeclared", str(row), by, at, {"declaration": reference}) for row in rows])
    return rows
