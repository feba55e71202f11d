"""Stories of several parts: a consignment by sea under consolidated collection, and a licence of several batches."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations import made
from tests.declarations.made import (
    AT,
    OFFICER,
    D,
    again,
    amended,
    broker,
    changed,
    document,
    guarantee,
    item,
    licence,
    licensed,
    moment,
    passed,
    refused,
    submitted,
    trader,
)  # fmt: skip

from tongguan.cargo.models import Bill
from tongguan.declarations import actions, queries, tasks
from tongguan.declarations.actions import releasing
from tongguan.declarations.models import DeclarationFollowing
from tongguan.holds.queries import standing
from tongguan.journal.actions import sequence
from tongguan.ledgers.queries import balance
from tongguan.licences.models import LicenceUse
from tongguan.revenue.models import DutyBill, MonthBill
from tongguan.revenue.payments.actions import pay
from tongguan.revenue.payments.months.actions import turn


@pytest.mark.measure("M0-15.1")
def test_s1_a_consignment_by_sea_whose_tax_is_collected_by_the_month(window):
    """Declared on day 14 after entry, released against the guarantee; the month of March is due on 8 April 2026."""
    made.ship()
    of = guarantee("5000000")
    row = submitted(document(Type="CL0   "), at=moment("2026-03-16"), settlement="guarantee", guarantee=of.number)
    assert (str(row.value), str(row.tax), row.late_fee, row.state) == ("747736.50", "164801.12", 0, "accepted")
    assert again(of).left == D("5000000") - D("164801.12")
    row = passed(row, moment("2026-03-16", 15))
    assert again(row).state == "released"
    assert turn(date(2026, 4, 1), at=moment("2026-04-01")) == 1
    turn(date(2026, 4, 3), at=moment("2026-04-03"))
    month = MonthBill.objects.get()
    assert (month.due_on, month.total) == (date(2026, 4, 8), D("164801.12"))
    pay(month.number, by=trader(), at=moment("2026-04-07"))
    assert again(month).state == "paid" and again(of).left == D("5000000")
    assert made.events(row)[-1] == "declaration.released"


def test_what_is_withdrawn_gives_its_licence_back(port):
    """What was drawn can be drawn again, and no more than that; S5 itself is in test_licence_examples."""
    licence("10000")
    first = submitted(licensed("6000"))
    assert LicenceUse.objects.get().quantity == 6000
    actions.grant(
        actions.ask(first.pk, "withdraw", grounds="clerical", evidence=["proof: 1"], reason="错", by=broker(), at=AT).pk,
        by=OFFICER, at=AT,
    )  # fmt: skip
    line = LicenceUse.objects.select_related("line__account").get().line
    assert balance(line.account.name) == 10000
    assert refused(submitted, licensed("10001")) == [("LICENCE_QUANTITY_SHORT", "licence/1/LicWrtofQty")]
    assert submitted(licensed("10000")).state == "due"


def test_a_declaration_of_another_bill_lets_the_first_go(window):
    made.ship("COSU600101", "COSU600102")
    row = submitted()
    row = amended(row, changed(queries.document(row), BillNo="COSU600102"))
    assert row.bill_no == "COSU600102"
    held = dict(Bill.objects.values_list("number", "declared_by"))
    assert held == {"COSU600101": [], "COSU600102": [str(row)]}


def test_the_timer_hears_of_what_was_paid(port):
    row = submitted()
    passed(row)
    made.pay(row)
    sequence()
    tasks.hear_of_others(int(AT.timestamp()))
    assert again(row).state == "released"
    heard = DeclarationFollowing.objects.get().heard
    tasks.hear_of_others(int(AT.timestamp()))
    assert DeclarationFollowing.objects.get().heard == heard > 0


def test_what_is_wrong_with_one_holds_up_no_other(window, monkeypatch):
    made.ship("COSU600101", "COSU600102")
    rows = [submitted(document(BillNo=one)) for one in ("COSU600101", "COSU600102")]
    for row in rows:
        passed(row)
        made.pay(row)
    real = releasing.settle

    def settle(number, *, at):
        if number == rows[0].pk:
            raise RuntimeError("this one is broken")
        return real(number, at=at)

    monkeypatch.setattr(releasing, "settle", settle)
    sequence()
    tasks.hear_of_others(int(AT.timestamp()))
    assert [again(row).state for row in rows] == ["due", "released"]


def test_an_advance_declaration_that_owes_more_waits_for_the_rest(window, monkeypatch):
    """Duty rises between the declaration and the entry: the bill follows, and what was paid before is not enough."""
    steps = [(date(2004, 1, 1), made.share("8")), (date(2026, 4, 1), made.share("10"))]
    made.use_tariff(monkeypatch, made.tariff(mfn=steps))
    at_sea = made.ship(entry=None, arrived=None, expected_at=moment("2026-04-02", 14))
    row = submitted(at=moment("2026-03-30"), mode="advance")
    made.pay(row, moment("2026-03-30"))
    made.enter(at_sea, "2026-04-02", "2026-04-02")
    passed(row, moment("2026-04-02", 12))
    assert (again(row).state, str(row.tax)) == ("due", "181699.97")
    assert sum(one.total for one in DutyBill.objects.all()) == again(row).tax
    assert [one.reason for one in standing(str(row))] == []
    made.pay(row, moment("2026-04-03"))
    assert actions.release(row.pk, by=OFFICER, at=moment("2026-04-03")).state == "released"


def test_twenty_lines_are_one_declaration(port):
    goods = [item(DeclTotal=D(5000), DeclPrice=D(500)) for _ in range(20)]
    row = submitted(document(*goods))
    assert (row.lines, str(row.value)) == (20, "747736.60"), "each line is rounded by itself"
