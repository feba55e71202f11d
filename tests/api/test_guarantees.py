"""Guarantees, bills, months and exchange rates by the JSON API."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.revenue.firms import OFFICER, OPERATOR, SYSTEM, D

from tongguan.ecommerce import samples
from tongguan.revenue.exchange.actions import publish
from tongguan.revenue.exchange.reading import read
from tongguan.revenue.guarantees import actions
from tongguan.revenue.models import DutyBill, Guarantee
from tongguan.revenue.payments import actions as payments
from tongguan.revenue.payments.months.actions import collect

CODE = samples.PLATFORM.code
TODAY = timezone.localdate()
BODY = {
    "kind": "bank_letter", "total": "1000.00", "scopes": ["time_limit"], "guarantor": "某银行", "document": "BH-1",
    "validFrom": TODAY.isoformat(), "validTo": (TODAY + timedelta(days=90)).isoformat(),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _bank(settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"


def post(client, path: str, body: dict | None = None):
    return client.post(f"/api/v1/{path}", body or {})


def test_a_firm_files_a_guarantee_and_reads_what_it_secures(window):
    filed = post(window.platform, "guarantees", BODY)
    assert filed.status_code == 200, filed.content.decode()
    assert filed.json()["state"] == "filed"
    number = filed.json()["number"]
    actions.accept(number, by=OFFICER, at=timezone.now())
    actions.debit(
        number, D("400.50"), reference="D1", holder=CODE, scope="time_limit", on=TODAY, by=SYSTEM, at=timezone.now()
    )
    whole = window.platform.get(f"/api/v1/guarantees/{number}").json()
    assert (whole["left"], whole["used"], whole["total"]) == ("599.50", "400.50", "1000.00")
    assert [(one["reference"], one["amount"], one["state"]) for one in whole["secured"]] == [("D1", "400.50", "open")]
    [line] = window.platform.get("/api/v1/guarantees?state=active").json()["guarantees"]
    assert line["number"] == number
    assert window.carrier.get(f"/api/v1/guarantees/{number}").status_code == 404
    assert window.carrier.get("/api/v1/guarantees").json() == {"guarantees": [], "next": None}
    assert window.nobody.get("/api/v1/guarantees").status_code == 401
    assert window.platform.get("/api/v1/guarantees?state=x").status_code == 400


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"kind": "x"}, "GUARANTEE_KIND"), ({"total": "x"}, "GUARANTEE_AMOUNT"), ({"scopes": ["x"]}, "GUARANTEE_USES")],
)
def test_bad_input_is_told_by_its_code(window, wrong, code):
    answer = post(window.platform, "guarantees", BODY | wrong)
    assert answer.status_code == 409 and code in answer.content.decode() and not Guarantee.objects.exists()
    assert post(window.carrier, "guarantees", BODY).status_code == 403
    assert post(window.platform, "guarantees", {"kind": 1}).status_code == 400


def test_a_bill_is_read_and_paid(window):
    kinds = {"late_fee": D(1495), "duty": D("59818.92")}
    bill = payments.bill("D1", payer=CODE, kinds=kinds, due=TODAY, by=SYSTEM, at=timezone.now())
    [line] = window.platform.get("/api/v1/duty-bills?reference=D1").json()["bills"]
    assert line["kinds"] == [{"kind": "late_fee", "amount": "1495.00"}, {"kind": "duty", "amount": "59818.92"}]
    own = f"duty-bills/{bill.number}"
    assert window.carrier.get(f"/api/v1/{own}").status_code == 404
    assert post(window.carrier, f"{own}/pay").status_code == 404
    paid = post(window.platform, f"{own}/pay")
    assert paid.status_code == 200 and paid.json()["state"] == "paid" and DutyBill.objects.get().state == "paid"
    assert post(window.platform, f"{own}/pay").status_code == 409


def test_a_month_is_read(window):
    collect("D1", CODE, "G1", {"duty": D(100)}, on=TODAY, by=SYSTEM, at=timezone.now())
    [line] = window.platform.get("/api/v1/month-bills").json()["months"]
    whole = window.platform.get(f"/api/v1/month-bills/{line['number']}").json()
    assert (whole["state"], whole["soFar"], whole["declarations"][0]["reference"]) == ("open", "100.00", "D1")
    assert window.carrier.get(f"/api/v1/month-bills/{line['number']}").status_code == 404
    assert post(window.platform, f"month-bills/{line['number']}/pay").status_code == 409


def test_the_rates_of_a_day_are_public(window):
    rows = read("day,currency,yuan,per\n2026-02-24,USD,7.1,1\n2026-02-24,JPY,4.65,100\n")
    publish(rows, title="Invented", standing="design", by=OPERATOR, at=timezone.now())
    answer = window.nobody.get("/api/v1/exchange-rates?on=2026-03-31").json()
    assert answer["rateDay"] == "2026-02-24" and len(answer["rates"]) == 2
    assert answer["rates"][1]["reference"]["standing"] == "design"
    assert window.nobody.get("/api/v1/exchange-rates?on=2999-01-01").status_code in (409, 422, 503)
    assert window.nobody.get("/api/v1/exchange-rates?on=x").status_code == 400
    assert date.fromisoformat(answer["on"]) == date(2026, 3, 31)
