"""What a tax bill (电子税单) is made of, and when it is to be paid; nothing is written here."""

from __future__ import annotations

from datetime import date
from typing import Any

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.kernel.calendar import within
from tongguan.kernel.law import DayLaw, law

from ..models import Inventory, TaxBill

COLUMNS = (
    "inventory_id", "assure_code", "state", "duty", "consumption_tax", "vat", "opens_on", "due_on",
)  # fmt: skip


def window(released: date, day_law: DayLaw | None = None) -> tuple[date, date]:
    """Return the first and the last day on which the tax of a parcel is paid (缴税期), counted from its release.

    海关总署公告2018年第194号. The days are calendar days; none is moved off a day of rest.

    >>> [day.isoformat() for day in window(date(2026, 5, 1))]
    ['2026-06-01', '2026-06-15']
    """
    days = (day_law or law.on(released))("ecommerce.payment_window")
    return within(days["first"], of=released), within(days["last"], of=released)


def row(inventory: Inventory, days: tuple[date, date]) -> tuple[Any, ...]:
    """Return the bill of an inventory as a row in the order of ``COLUMNS``."""
    return (
        inventory.id, inventory.assure_code, "generated", inventory.duty, inventory.consumption_tax, inventory.vat, *days,
    )  # fmt: skip


def goods_are_coming_back(bill: TaxBill, on: date) -> None:
    """Note on a bill that a return was asked for: until it is settled nothing is collected."""
    bill.open_returns += 1


def goods_came_no_more(bill: TaxBill, on: date) -> None:
    """Note on a bill that a return is settled, one way or the other.

    When its days of payment have begun meanwhile, and no other return is open, they begin anew on the next day and are
    as many as they were.
    """
    bill.open_returns -= 1
    if not bill.open_returns and on >= bill.opens_on:
        days = law("ecommerce.payment_window", on=bill.inventory.released_at.astimezone(SHANGHAI).date()).value
        bill.opens_on = within(1, of=on)
        bill.due_on = within(days["last"] - days["first"] + 1, of=on)
