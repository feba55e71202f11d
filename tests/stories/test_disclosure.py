"""S11: a firm discloses a breach of 2025 under No. 127, and another in 2026 under No. 194."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.declarations import made
from tests.declarations.made import OFFICER, TRADER, moment, trader

from tongguan.compliance import actions
from tongguan.compliance.models import Disclosure
from tongguan.compliance.statements import Statement
from tongguan.journal.actions import sequence
from tongguan.revenue.payments import actions as payments
from tongguan.revenue.payments import queries as bills

D = Decimal


@pytest.fixture
def firms(db, settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"
    made.prepare()


def disclosed(on: str, breach: date, taxes: dict[str, Decimal], due: Decimal, nature: str, **more) -> Disclosure:
    told = Statement("tax", breach, words="自查发现少缴税款", nature=nature, kinds=taxes, due=due, **more)
    at = moment(on)
    return actions.file(actions.save(told, by=trader(), at=at).pk, by=trader(), at=at)


@pytest.mark.measure("M0-12.5")
def test_two_disclosures_of_one_firm_each_by_its_own_law(firms):
    taxes = {"duty": D(80000), "vat": D(200000)}
    first = disclosed("2025-08-20", date(2025, 1, 10), taxes, D(1000000), "price", paid_on=date(2025, 1, 20))
    assert first.outcome == "exempt" and "194" not in first.version
    done = actions.accept(first.pk, by=OFFICER, at=moment("2025-08-25"))
    assert (done.penalty, done.surcharge) == ("none", D("29680.00"))  # 212 days from the payment to the disclosure
    [bill] = bills.bills_of(str(first))
    assert (bill.payer, bill.total) == (TRADER, D("309680.00"))
    payments.pay(bill.number, by=trader(), at=moment("2025-08-26"))
    sequence()
    actions.hear(at=moment("2025-08-26"))
    first.refresh_from_db()
    assert first.state == "settled"

    second = disclosed(
        "2026-01-05",
        date(2025, 3, 1),
        {"vat": D(2000000)},
        D(3000000),
        "origin",
        paid_on=date(2025, 3, 10),
        asks_waiver=True,
    )
    assert second.outcome == "exempt" and "194" in second.version
    done = actions.accept(second.pk, waives=True, by=OFFICER, at=moment("2026-01-06"))
    assert (done.surcharge, done.counted) == (0, False)
