"""An assurer chooses which of its bills it pays together; the window gathers what was not chosen in two days."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from tests.ecommerce.asking import ask, bought, refund, statuses
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file_all
from tests.ecommerce.filing import told as receipts

from tongguan.ecommerce import samples, tasks
from tongguan.ecommerce.models import PaymentOrder, TaxBill
from tongguan.ecommerce.taxes import actions, lists, rules
from tongguan.kernel.rules import Refused, check
from tongguan.kernel.states import Actor, NotYours
from tongguan.ledgers.queries import check_all
from tongguan.parties.queries import find

JUNE = AT.replace(month=6, day=1)


@pytest.fixture
def bills(window, nobody_drawn) -> list[TaxBill]:
    """Three bills of the platform, released on 1 May."""
    file_all(*(bought(f"CH{n}", "500.00") for n in range(3)))
    return list(TaxBill.objects.select_related("inventory").order_by("pk"))


@pytest.fixture
def platform(window) -> Actor:
    return Actor("wang", "platform", find(samples.PLATFORM.code).pk)


def refused(numbers, by, at=JUNE) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as problem:
        actions.choose(numbers, by=by, at=at)
    assert all(problem.value.text(lang) for lang in ("zh", "en"))
    assert not PaymentOrder.objects.exists()
    return [(f.code, f.pointer) for f in problem.value.findings]


def test_two_of_three_are_paid_together(bills, platform):
    order = actions.choose([bills[2].tax_no, bills[0].tax_no, bills[0].tax_no], by=platform, at=JUNE)
    assert (order.bills_count, order.total, order.state) == (2, bills[0].total * 2, "made")
    assert [b.state for b in TaxBill.objects.order_by("pk")] == ["collected", "generated", "collected"]
    told = [one.status for one in receipts(kind="CEB818Message")]
    assert list(told) == ["2", "2"]
    assert list(check_all()) == []
    [rest] = actions.collect(at=JUNE)
    assert rest.bills_count == 1


def test_NothingChosen(bills, platform):
    assert refused([], platform) == [("NOTHING_CHOSEN", "bill")]


def test_UnknownBill(bills, platform):
    """Another firm's bill, and a number without its mark, are as unknown as none."""
    TaxBill.objects.filter(pk=bills[1].pk).update(assure_code=samples.BROKER.code)
    numbers = [bills[0].tax_no, bills[1].tax_no, "T0", bills[0].inventory.invt_no]
    assert refused(numbers, platform) == [("BILL_UNKNOWN", f"bill/{n}") for n in (2, 3, 4)]


def test_NotYetPayable(bills, platform):
    assert refused([bills[0].tax_no], platform, JUNE - timedelta(days=1)) == [("BILL_NOT_OPEN", "bill/1")]


def test_GoodsComingBack(bills, platform):
    assert statuses(ask(refund(bought("CH1", "500.00")))) == ["120"]
    assert refused([b.tax_no for b in bills], platform) == [("BILL_RETURNING", "bill/2")]


def test_BillSettled(bills, platform):
    TaxBill.objects.filter(pk=bills[0].pk).update(state="void")
    assert refused([bills[0].tax_no], platform) == [("BILL_SETTLED", "bill/1")]


def test_OfSeveralAssurers(bills):
    TaxBill.objects.filter(pk=bills[1].pk).update(assure_code=samples.BROKER.code)
    assert refused([b.tax_no for b in bills], OPERATOR) == [("BILLS_OF_SEVERAL", "bill")]


def test_TooManyChosen():
    numbers = [f"T{n}" for n in range(rules.MOST_CHOSEN + 1)]
    choice = rules.Choice(numbers, dict.fromkeys(numbers, SimpleNamespace(assure_code="1")), JUNE.date())
    assert [f.code for f in check([rules.TooManyChosen()], choice)] == ["TOO_MANY_CHOSEN"]


def test_who_may(bills):
    with pytest.raises(NotYours):
        actions.choose([bills[0].tax_no], by=OFFICER, at=JUNE)
    assert not PaymentOrder.objects.exists()


def test_the_window_gathers_on_the_third_day_what_was_not_chosen(bills, platform):
    actions.choose([bills[0].tax_no], by=platform, at=JUNE)
    tasks.collect_tax(int(AT.replace(month=6, day=2).timestamp()))
    assert PaymentOrder.objects.count() == 1
    tasks.collect_tax(int(AT.replace(month=6, day=3).timestamp()))
    assert [order.bills_count for order in PaymentOrder.objects.order_by("id")] == [1, 2]


def test_how_a_bill_stands(bills, platform):
    """The words of the list and those of a single bill are the same on every day."""
    first, second, third = bills
    actions.choose([first.tax_no], by=platform, at=JUNE)
    assert statuses(ask(refund(bought("CH1", "500.00")))) == ["120"]
    wanted = {
        date(2026, 5, 31): ("coming", "coming", "coming"),
        date(2026, 6, 1): ("ordered", "coming", "open"),
        date(2026, 6, 16): ("overdue", "coming", "overdue"),
    }
    for day, standings in wanted.items():
        rows = {bill.pk: bill for bill in lists.bills(to=platform, on=day)}
        assert tuple(lists.standing(rows[one.pk], day) for one in bills) == standings
        for of in lists.STANDINGS:
            found = {bill.pk for bill in lists.bills(to=platform, on=day, of=of)}
            assert found == {one.pk for one, has in zip(bills, standings, strict=True) if has == of}, (day, of)
    PaymentOrder.objects.update(state="paid")
    TaxBill.objects.filter(pk=third.pk).update(state="void")
    day = date(2026, 7, 1)
    assert [b.pk for b in lists.bills(to=platform, on=day, of="paid")] == [first.pk]
    assert [b.pk for b in lists.bills(to=platform, on=day, of="void")] == [third.pk]


def test_a_bill_is_found_by_any_number(bills, platform):
    order = actions.choose([bills[0].tax_no], by=platform, at=JUNE)
    for number in (bills[0].tax_no, bills[0].inventory.invt_no, "CH0", order.number):
        assert [b.pk for b in lists.bills(to=platform, on=JUNE.date(), number=number)] == [bills[0].pk]
    stranger = Actor("b", "broker", find(samples.BROKER.code).pk)
    assert not lists.bills(to=stranger, on=JUNE.date(), number="CH0").exists()


def test_chosen_by_six_at_once_a_bill_is_in_one_order(racing_window, nobody_drawn):
    file_all(*(bought(f"CR{n}", "500.00") for n in range(4)))
    numbers = [bill.tax_no for bill in TaxBill.objects.select_related("inventory")]

    def press(_):
        try:
            return actions.choose(numbers, by=OPERATOR, at=JUNE).bills_count
        except Refused as problem:
            return problem.findings[0].code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(press, range(6)))
    assert sorted(map(str, said)) == ["4", *["BILL_SETTLED"] * 5]
    assert PaymentOrder.objects.get().bills_count == 4
