"""What general trade needs: declarations sent back, bills and months to pay, guarantees and letters that end soon."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.declarations import made
from tests.revenue import relieved

from tongguan.declarations import actions
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.needs.queries import needs
from tongguan.needs.queues import queues
from tongguan.revenue.models import Guarantee, MonthBill, ReliefLetter

AT = made.AT
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _port(db, monkeypatch, settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"
    made.use_tariff(monkeypatch, made.tariff())
    made.prepare()
    made.parities("2026-02-24", "2026-03-18")
    made.ship()


def of(kind: str, who: Actor, at: datetime = AT) -> list:
    return [one for one in needs(to=who, at=at).listed if one.kind == kind]


def queue(kind: str, at: datetime = AT):
    return next(one for one in queues(to=made.OFFICER, at=at) if one.kind == kind)


def test_a_declaration_sent_back_is_told_to_who_declared_it():
    row = made.draft(made.document(made.item(), GrossWet=made.D("0.1")))
    with pytest.raises(Refused):
        actions.submit(row.pk, by=made.broker(), at=AT)
    row.refresh_from_db()
    assert row.state == "rejected"
    [one] = of("sent_back_declaration", made.broker())
    assert (one.name, one.path) == (row.pre_no, f"/declarations/{row.pk}")
    assert not of("sent_back_declaration", made.trader())


def test_a_bill_is_told_to_its_payer_until_it_is_paid():
    row = made.passed(made.submitted())
    [one] = of("unpaid_duty", made.trader())
    assert one.path == f"/duty-bills/{one.name}" and one.day > AT.date()
    assert not one.late(AT) and one.late(AT + timedelta(days=60))
    made.pay(row)
    assert not of("unpaid_duty", made.trader())


def test_a_month_that_is_due_and_a_guarantee_that_ends():
    kept = made.guarantee()
    last = kept.valid_to
    soon = datetime.combine(last - timedelta(days=3), AT.time(), SHANGHAI)
    [one] = of("ending_guarantee", made.trader(), soon)
    assert (one.name, one.path, one.day) == (kept.number, f"/guarantees/{kept.number}", last)
    assert not of("ending_guarantee", made.trader(), soon - timedelta(days=200))
    firm = made.trader()
    MonthBill.objects.create(
        number="M2026000000001", payer=made.TRADER, enterprise_id=firm.enterprise, state="due", due_on=date(2026, 3, 31),
        made_at=AT, month=date(2026, 2, 1),
    )  # fmt: skip
    [month] = of("unpaid_month", firm)
    assert (month.path, month.day) == ("/duty-bills/months/M2026000000001", date(2026, 3, 31))


def test_what_customs_decide_by_a_day_is_a_queue(monkeypatch):
    assert (queue("guarantees").number, queue("reliefs").number) == (0, 0)
    kept = made.guarantee()
    Guarantee.objects.filter(pk=kept.pk).update(state="filed", filed_at=AT, decide_by=AT.date())
    assert queue("guarantees").number == 1 and queue("guarantees").late == 0
    assert queue("guarantees", AT + timedelta(days=2)).late == 1
    relieved.use_tariff(monkeypatch)
    relieved.listed()
    relieved.applied()
    assert queue("reliefs").number == 1
    row = ReliefLetter.objects.get()
    relieved.actions.confirm_letter(row.pk, by=made.OFFICER, at=relieved.AT)
    row.refresh_from_db()
    soon = datetime.combine(row.valid_to - timedelta(days=2), AT.time(), SHANGHAI)
    [one] = of("ending_relief", made.trader(), soon)
    assert (one.name, one.path) == (row.number, f"/reliefs/{row.pk}")
