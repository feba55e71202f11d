"""Returns at once: of one thing by many, one request many times, one acceptance many times."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from tests.ecommerce.asking import ask, bought, refund, statuses, used
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file_all

from tongguan.ecommerce.models import Return, TaxBill
from tongguan.ecommerce.returns.actions import accept_return, confirm_arrival
from tongguan.kernel.states import NotNow

D = Decimal
pytestmark = pytest.mark.usefixtures("racing_window", "nobody_drawn")


def at_once(work, things, threads: int = 8) -> list:
    def one(thing):
        try:
            return work(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, things))


def test_eight_returns_of_one_thing():
    """Four were bought: whoever comes, four requests for one stand and four ask for more than is left."""
    parcel = bought("RACE1", "250.00", 4)
    file_all(parcel)
    requests = [refund(parcel, 1, copNo=f"R{n}") for n in range(8)]
    said = at_once(lambda document: statuses(ask(document))[0], requests)
    assert sorted(said) == ["-625004"] * 4 + ["120"] * 4
    assert TaxBill.objects.get().open_returns == 4


def test_one_return_filed_by_eight_stands_once():
    parcel = bought("RACE2", "250.00", 4)
    file_all(parcel)
    document = refund(parcel, 1)
    said = at_once(lambda _: statuses(ask(document))[0], range(8))
    assert sorted(said) == ["-625022"] * 7 + ["120"]


def test_one_return_accepted_by_eight_gives_back_once():
    parcel = bought("RACE3", "250.00", 4)
    file_all(parcel)
    ask(refund(parcel, 2))
    row = Return.objects.get()
    confirm_arrival(row.pre_no, by=OPERATOR, at=AT)

    def accept(_):
        try:
            return accept_return(row.pre_no, by=OFFICER, at=AT).state
        except NotNow:
            return "late"

    assert sorted(at_once(accept, range(8))) == ["accepted"] + ["late"] * 7
    assert used(parcel) == D(500)
    assert TaxBill.objects.get().total == D("45.50")
