"""A window in which something was asked for and tax is due, for the tests of those pages."""

from __future__ import annotations

import random
from datetime import datetime

import pytest
from tests.desk.conftest import Window
from tests.ecommerce.asking import ask, inventory_of, refund, statuses, withdrawal
from tests.ecommerce.conftest import drawn_share
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import PaymentOrder, Return, TaxBill, Withdrawal
from tongguan.ecommerce.returns.actions import accept_return, confirm_arrival
from tongguan.ecommerce.taxes.actions import collect, tell_new


def on(month: int, day: int, hour: int = 9) -> datetime:
    """Return an hour of a day of 2026 in Beijing."""
    return AT.replace(month=month, day=day, hour=hour)


def requests_of(window: Window) -> dict[str, str]:
    """Ask for what the window holds; return the pre-entry numbers by what became of each.

    The released parcel comes back in part, the checked one is to be withdrawn, the waiting one is withdrawn. Two more
    parcels are released: goods of one are back, those of the other were accepted.
    """
    more = {fate: parcel_of(f"P-{fate.upper()}") for fate in ("arrived", "accepted")}
    released(*more.values())
    asked = [refund(window.released, 1, copNo="asked"), *(refund(p, copNo=fate) for fate, p in more.items())]
    for one in asked:
        assert statuses(ask(one)) == ["120"]
    assert statuses(ask(withdrawal(window.checked, copNo="to-decide"))) == ["120"]
    assert statuses(ask(withdrawal(window.waiting, copNo="withdrawn"))) == ["399"]
    made = {row.number: row.pre_no for model in (Return, Withdrawal) for row in model.objects.all()}
    for fate in more:
        confirm_arrival(made[fate], by=OPERATOR, at=on(5, 4))
    accept_return(made["accepted"], by=OFFICER, at=on(5, 5))
    tell_new(at=on(5, 5))
    return made


def released(*parcels: samples.Parcel) -> None:
    """File parcels of which chance draws none."""
    with pytest.MonkeyPatch.context() as draws:
        drawn_share(draws, "0")
        assert set(statuses(file_all(*parcels))) == {"800"}


def parcel_of(order_no: str, price: str = "268.00") -> samples.Parcel:
    """Return a parcel of two creams."""
    chance = random.Random(order_no)
    goods = [(samples.GOODS[2]._replace(price=price), 2)]
    return samples.parcel(order_no, samples.buyer(chance), goods, at=AT, chance=chance)


def bill_of(parcel: samples.Parcel) -> TaxBill:
    """Return the tax bill of a parcel."""
    return TaxBill.objects.select_related("inventory").get(pk=inventory_of(parcel).pk)


def late_order(count: int = 4) -> PaymentOrder:
    """Release parcels on 1 May whose taxes are so high that a surcharge of some months is collected."""
    released(*(parcel_of(f"LATE-{n}", "2400.00") for n in range(count)))
    collect(at=on(6, 3))
    return PaymentOrder.objects.latest("id")
