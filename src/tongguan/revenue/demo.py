"""What the demo shows of guarantees, bills, months and exchange rates, for one importer; nothing of it is real.

The rates are invented and say so: nobody published them.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings

from tongguan.kernel.calendar import Uncountable, add_months, within
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.states import Actor
from tongguan.parties.models import Enterprise

from .exchange.actions import publish
from .exchange.queries import day_for
from .exchange.reading import read
from .guarantees import actions as guarantees
from .models import Guarantee, MonthBill, PublishedRate
from .numbering import SHANGHAI
from .payments import actions as payments
from .payments.months.actions import collect, turn

OPERATOR, OFFICER, SYSTEM = Actor("window", "operator"), Actor("officer", "officer"), Actor("tongguan", "system")
RATES = "502,7.1000,1 300,7.8000,1 303,9.0000,1 116,4.6500,100 110,0.9100,1 132,5.3000,1 601,4.6000,1 133,5.2000,1000"
MONTHS = range(-2, 2)
REFERENCE = "DEMO-{}"


def invented_rates(at: datetime) -> None:
    """Keep invented rates for the months around a day, marked as such; doing it twice changes nothing."""
    month = at.astimezone(SHANGHAI).date().replace(day=1)
    for step in MONTHS:
        try:
            day = day_for(add_months(month, step))
        except (NotConfigured, Uncountable):
            continue
        if not PublishedRate.objects.filter(day=day, withdrawn_at=None).exists():
            lines = "\n".join(f"{day},{one}" for one in RATES.split())
            title = "演示用自拟汇率，并非公布的汇率"
            publish(read(f"day,currency,yuan,per\n{lines}"), title=title, standing="design", by=OPERATOR, at=at)


def show_payments(importer: Enterprise, *, at: datetime) -> None:
    """Let an importer have guarantees, bills and months of every kind; doing it twice changes nothing."""
    invented_rates(at)
    by = Actor("demo", "trader", importer.pk)
    if importer.uscc is None or Guarantee.objects.filter(holder=importer).exists():
        return
    today = at.astimezone(SHANGHAI).date()
    last = today.replace(day=1) - timedelta(days=5)
    begun, released = (datetime.combine(day, time(10), SHANGHAI) for day in (last.replace(day=1), last))
    letter = _guarantee("bank_letter", "5000000", "BH-2026-0301", today, by, begun)
    _guarantee("policy", "800000", "BX-2026-0017", today, by, at, decided=False, scopes=["time_limit"])
    deposit = _guarantee("deposit", "60000", "", today, by, at, scopes=["time_limit", "elements"])
    for number, amount in enumerate(("120000.00", "85500.50", "40000.00"), 1):
        _release(importer.uscc, letter, REFERENCE.format(number), amount, last, released)
    _release(importer.uscc, letter, REFERENCE.format(4), "61250.00", today, at)
    _paid_in_time(importer.uscc, last, by, at)
    due = within(10, of=today, calendar="cn")
    for number, kinds in (
        (5, {"duty": "59818.92", "vat": "104982.20"}),
        (6, {"late_fee": "1495", "duty": "12000.00", "consumption": "3300.00", "vat": "9100.40"}),
    ):
        owed = {kind: Decimal(amount) for kind, amount in kinds.items()}
        payments.bill(REFERENCE.format(number), payer=importer.uscc, kinds=owed, due=due, by=SYSTEM, at=at)
    late, owed = REFERENCE.format(7), {"duty": Decimal("31200.00"), "vat": Decimal("19656.00")}
    guarantees.debit(
        deposit.number, sum(owed.values(), Decimal(0)), reference=late, holder=importer.uscc, scope="time_limit",
        on=today, by=SYSTEM, at=at,
    )  # fmt: skip
    payments.bill(late, payer=importer.uscc, kinds=owed, due=today - timedelta(days=9), by=SYSTEM, at=at)
    payments.lapse_due(today, at=at)


def _guarantee(
    kind: str, total: str, document: str, today: date, by: Actor, at: datetime, *, decided: bool = True,
    scopes: list[str] | None = None,
) -> Guarantee:  # fmt: skip
    first = add_months(today.replace(day=1), -1)
    row = guarantees.draft(
        kind, Decimal(total), scopes=scopes or ["consolidated", "time_limit"], valid_from=first,
        valid_to=add_months(first, 5), guarantor="" if kind == "deposit" else "演示银行", document=document, by=by, at=at,
    )  # fmt: skip
    guarantees.file(row.number, by=by, at=at)
    return guarantees.accept(row.number, by=OFFICER, at=at) if decided else row


def _paid_in_time(payer: str, on: date, by: Actor, at: datetime) -> None:
    """Sum the month of a day and have it paid on its last day of payment, where there is a bank."""
    after = add_months(on.replace(day=1), 1)
    turn(after, at=min(at, datetime.combine(after, time(0, 5), SHANGHAI)))
    month = MonthBill.objects.get(payer=payer, month=on.replace(day=1))
    if settings.BANK and month.due_on is not None:
        then = min(at, datetime.combine(month.due_on, time(9), SHANGHAI))
        payments.pay(month.number, by=by, at=then)


def _release(payer: str, of: Guarantee, reference: str, amount: str, on: date, at: datetime) -> None:
    taxes = {"duty": Decimal(amount)}
    guarantees.debit(
        of.number, taxes["duty"], reference=reference, holder=payer, scope="consolidated", on=on, by=SYSTEM, at=at
    )
    collect(reference, payer, of.number, taxes, on=on, by=SYSTEM, at=at)
