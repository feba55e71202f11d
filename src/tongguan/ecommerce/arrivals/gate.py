"""Parcels that have not arrived may not leave (未运抵不得出卡): the hold *arrival*, which stops the gate and nothing else.

Which supervision modes it is for, the law says (``ecommerce.arrival_before_gate``); where it names none, nothing is asked
and nothing is held. The hold is placed when a parcel is cleared or drawn, and lifted when a list names its waybill.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tongguan.holds.actions import lift_many, place_many
from tongguan.kernel.law import law

from ..intake.answers import SHANGHAI
from ..intake.batch import Batch, among
from ..intake.candidates import SYSTEM
from ..models import BillTally, Inventory, TalliedParcel
from .parcels import COLUMNS, UNDECLARED

REASON = "arrival"
STOPS = ("gate",)
LAW = "ecommerce.arrival_before_gate"
CLEARED = {"inventory.released", "inventory.drawn"}
"""The events after which an inventory is accepted. One that is held for selection may not pass the gate anyway."""


def hold_until_arrival(batch: Batch) -> None:
    """Hold what this transaction has cleared or put under check and what has not arrived yet."""
    modes = batch.ctx.law(LAW)
    if not modes:
        return
    cleared = [int(event.subject.rpartition("/")[2]) for event in batch.events if event.what in CLEARED]
    if cleared:
        rows = Inventory.objects.filter(pk__in=cleared, trade_mode__in=modes)
        _hold_those_away(rows.values_list(*COLUMNS, named=True), batch.at)


def _hold_those_away(rows: Iterable[Any], at: datetime) -> None:
    parcels = {(row.logistics_code, row.logistics_no): row for row in rows}
    came = among(TalliedParcel.objects.exclude(arrival=None), "logistics_no", {number for _, number in parcels})
    for key in came.values_list("logistics_code", "logistics_no"):
        parcels.pop(key, None)
    _place(parcels.values(), at)


def settle(tally: BillTally, *, at: datetime) -> None:
    """Lift the holds of what has arrived, and hold what is awaited."""
    modes = law(LAW, on=at.astimezone(SHANGHAI).date()).value
    if not modes:
        return
    found = dict(TalliedParcel.objects.filter(tally=tally).exclude(inventory=None).values_list("inventory_id", "found"))
    rows = among(Inventory.objects.exclude(state__in=UNDECLARED), "id", found).values_list(*COLUMNS, named=True)
    here = [row for row in rows if found[row.id] == "arrived"]
    lift_many([_subject(row) for row in here], REASON, "arrived", by=SYSTEM, at=at)
    away = [row for row in rows if found[row.id] != "arrived" and row.trade_mode in modes and row.state != "waiting"]
    _place(away, at)


def _place(rows: Iterable[Any], at: datetime) -> None:
    if subjects := [_subject(row) for row in rows]:
        place_many(subjects, REASON, owner=SYSTEM.role, stops=STOPS, by=SYSTEM, at=at)


def _subject(row: Any) -> str:
    """Return the name under which this version of an inventory is held; see ``Inventory.version_subject``."""
    return f"inventory/{row.id}/{row.version}"
