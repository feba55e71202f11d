"""A crash between any two steps leaves all or nothing; what is charged is what the sheet says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.declarations import made
from tests.declarations.made import (
    AT,
    OFFICER,
    D,
    again,
    ask,
    balances,
    broker,
    document,
    draft,
    guarantee,
    item,
    licence,
    licensed,
    submitted,
)

from tongguan.cargo.models import Bill
from tongguan.declarations import actions, queries
from tongguan.declarations.models import Declaration, DeclarationSerial
from tongguan.holds.models import Hold
from tongguan.ledgers.models import Entry
from tongguan.licences.models import LicenceUse
from tongguan.revenue.models import DutyBill, MonthEntry

STEPS = {
    "submit": [
        "cargo.actions.match_many",
        "licences.actions.reserve",
        "revenue.guarantees.actions.debit",
        "revenue.payments.actions.bill_many",
        "holds.actions.place_many",
        "declarations.actions.accepting.next_numbers",
        "declarations.actions.submitting.change",
    ],
    "release": ["licences.actions.confirm", "revenue.payments.months.actions.collect"],
    "withdraw": ["cargo.actions.unmatch", "licences.actions.give_back", "revenue.guarantees.actions.restore"],
}


class Crash(RuntimeError):
    """The program ends here."""


def everything() -> dict[str, Any]:
    rows = {
        model.__name__: sorted(model.objects.values_list()) for model in (Declaration, DeclarationSerial, LicenceUse)
    }
    holds = sorted(Hold.objects.values_list("subject", "reason", "lifted_at"))
    return rows | {"ledger": balances(), "entries": Entry.objects.count(), "holds": holds,
                   "bills": list(Bill.objects.order_by("pk").values_list("declared_by", flat=True)),
                   "months": MonthEntry.objects.count()}  # fmt: skip


@pytest.mark.parametrize("what, step", [(what, step) for what, steps in STEPS.items() for step in steps])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_between_two_steps_leaves_all_or_nothing(port, monkeypatch, what, step, after):
    made.use_tariff(monkeypatch, made.tariff(letters="7"))
    licence()
    of = licensed(Type="CL0   ")
    row = draft(of, settlement="guarantee", guarantee=guarantee().number)
    asked = None
    if what != "submit":
        actions.submit(row.pk, by=broker(), at=AT)
    if what == "withdraw":
        asked = ask(again(row), "withdraw").pk
    before = everything()
    module, _, name = step.rpartition(".")
    real = getattr(__import__(f"tongguan.{module}", fromlist=[name]), name)

    def crash(*args: Any, **named: Any):
        if after:
            real(*args, **named)
        raise Crash

    monkeypatch.setattr(f"tongguan.{step}", crash)
    with pytest.raises(Crash):
        if what == "submit":
            actions.submit(row.pk, by=broker(), at=AT)
        elif what == "release":
            actions.select(row.pk, "pass", by=OFFICER, at=AT)
        else:
            actions.grant(asked, by=OFFICER, at=AT)
    assert everything() == before


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prices=st.lists(st.decimals("0.01", "99999", places=2), min_size=1, max_size=6))
def test_the_sum_of_the_sheet_is_what_is_charged(port, prices):
    lines = [item(DeclTotal=one, DeclPrice=one, GQty=D(1)) for one in prices]
    Declaration.objects.filter(state__in=("accepted", "due")).update(pieces=0)
    row = submitted(document(*lines))
    assert queries.sheet_of(row).total() == row.tax
    assert sum((one.total for one in DutyBill.objects.filter(reference=str(row))), D(0)) == row.tax
