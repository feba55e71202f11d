"""By when something was due (舱单时限): the law of the day it was said, exact hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tongguan.kernel.law import DayLaw, law

from .manifest import ManifestFiled
from .models import Conveyance
from .states import AIR

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def law_at(at: datetime) -> DayLaw:
    """Return the law of the day of a moment."""
    return DayLaw(law, at.astimezone(SHANGHAI).date())


def main_data_due(filed: ManifestFiled, day_law: DayLaw) -> datetime:
    """Return by when the main data of a manifest are due (Order 172).

    Import: a flight of up to four hours before its take-off, a longer one four hours before its arrival; a ship with
    containers a day before they are loaded abroad, any other a day before the first port. Export: before it sets out.
    """
    if filed.direction == "E":
        return filed.departs_at
    if filed.transport_mode == AIR:
        if filed.expected_at - filed.departs_at > day_law("cargo.long_flight_hours") * HOUR:
            return filed.expected_at - day_law("cargo.long_flight_lead_hours") * HOUR
        return filed.departs_at
    if any(bill.containers for bill in filed.bills):
        return filed.departs_at - day_law("cargo.container_lead_hours") * HOUR
    return filed.expected_at - day_law("cargo.other_ship_lead_hours") * HOUR


def tally_due(of: Conveyance, day_law: DayLaw, name: str = "tally_hours") -> datetime | None:
    """Return until when a bill is counted, or with ``recount_hours`` counted again; None while goods are unloaded."""
    return of.unloaded_at and of.unloaded_at + day_law(f"cargo.{name}") * HOUR
