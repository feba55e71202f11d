"""Withdrawals, returns, tax bills and payment orders by the JSON API: listed, read, chosen and paid."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.api.conftest import AT, OPERATOR
from tests.ecommerce.asking import ask, bought, refund, statuses, withdrawal
from tests.ecommerce.filing import OFFICER, file, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import PaymentOrder, Return, TaxBill, Withdrawal
from tongguan.ecommerce.returns.actions import accept_return, confirm_arrival
from tongguan.ecommerce.taxes.actions import choose, tell_new
from tongguan.exchange.actions import let_bank
from tongguan.journal.models import Event

D = Decimal
MOST_QUERIES = 12


@pytest.fixture
def taxed(window, settings):
    """Three parcels released on 1 May, one of them returned, one withdrawn before."""
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"
    settings.SIGNATURES = "optional"
    parcels = [bought(f"API{n}", "500.00", 2, who=samples.buyer(random.Random(n))) for n in range(4)]
    assert set(statuses(file_all(*parcels[:3]))) == {"800"}
    file("inventory", parcels[3].inventory)
    assert statuses(ask(refund(parcels[2], 1, copNo="R-1"))) == ["120"]
    assert statuses(ask(withdrawal(parcels[3], copNo="W-1"))) == ["399"]
    row = Return.objects.get()
    confirm_arrival(row.pre_no, by=OPERATOR, at=AT)
    accept_return(row.pre_no, by=OFFICER, at=AT)
    tell_new(at=AT)
    return window


@pytest.fixture
def june(monkeypatch):
    """It is the second of June: the days of payment have begun."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT.replace(month=6, day=2))


def numbers() -> list[str]:
    return [bill.tax_no for bill in TaxBill.objects.select_related("inventory").order_by("pk")]


def code(response) -> str:
    assert response["Content-Type"] == "application/problem+json"
    return response.json()["code"]


class TestRequests:
    """What became of withdrawals and returns."""

    def test_the_list(self, taxed):
        body = taxed.platform.get("/api/v1/requests").json()
        assert [(one["kind"], one["ownNumber"], one["state"]) for one in body["requests"]] == [
            ("withdrawal", "W-1", "accepted"), ("return", "R-1", "accepted")
        ]  # fmt: skip
        assert body["next"] is None

    @pytest.mark.parametrize("query, own", [("kind=return", ["R-1"]), ("part=waiting", []), ("number=API3", ["W-1"])])
    def test_it_is_filtered(self, taxed, query, own):
        body = taxed.platform.get(f"/api/v1/requests?{query}").json()
        assert [one["ownNumber"] for one in body["requests"]] == own

    @pytest.mark.parametrize("query", ["kind=x", "part=x", "before=0", "number=%00"])
    def test_a_wrong_parameter_is_a_problem(self, taxed, query):
        response = taxed.platform.get(f"/api/v1/requests?{query}")
        assert response.status_code == 400 and code(response) == "BAD_PARAMETER"

    def test_one_return(self, taxed):
        row = Return.objects.get()
        body = taxed.platform.get(f"/api/v1/requests/{row.pre_no}").json()
        assert (body["askBy"], body["arriveBy"], body["originalState"]) == ("2026-05-31", "2026-06-15", True)
        assert (D(body["allowanceBack"]), D(body["taxBack"])) == (500, D("45.50"))
        assert [(item["gnum"], D(item["qty"]), D(item["tallied"])) for item in body["items"]] == [(1, 1, 1)]
        assert [one["status"] for one in body["receipts"]] == ["2", "120", "399"]

    def test_one_withdrawal(self, taxed):
        body = taxed.platform.get(f"/api/v1/requests/{Withdrawal.objects.get().pre_no}").json()
        assert (body["kind"], body["items"], body["askBy"], body["reason"]) == ("withdrawal", [], None, "买家取消订单")

    def test_others_find_nothing(self, taxed):
        row = Return.objects.get()
        assert taxed.payer.get("/api/v1/requests").json()["requests"] == []
        assert taxed.payer.get(f"/api/v1/requests/{row.pre_no}").status_code == 404
        assert taxed.nobody.get("/api/v1/requests").status_code == 401


class TestBills:
    """Tax bills, as their assurer sees them."""

    def test_the_list(self, taxed, june):
        body = taxed.platform.get("/api/v1/tax-bills").json()
        assert [one["number"] for one in body["bills"]] == numbers()[::-1]
        assert [D(one["total"]) for one in body["bills"]] == [D("45.50"), D("91.00"), D("91.00")]
        assert {one["standing"] for one in body["bills"]} == {"open"}
        assert taxed.platform.get("/api/v1/tax-bills?standing=paid").json()["bills"] == []

    def test_one(self, taxed, june):
        body = taxed.platform.get(f"/api/v1/tax-bills/{numbers()[2]}").json()
        assert (body["opensOn"], body["dueOn"], body["paymentOrder"]) == ("2026-06-01", "2026-06-15", None)
        assert D(body["late"]["accrued"]) == 0 and body["receipts"][0]["kind"] == "CEB816Message"

    def test_overdue(self, taxed, monkeypatch):
        monkeypatch.setattr("django.utils.timezone.now", lambda: AT.replace(month=6, day=25))
        body = taxed.platform.get(f"/api/v1/tax-bills/{numbers()[0]}").json()
        assert body["standing"] == "overdue"
        assert {k: D(v) for k, v in body["late"].items()} == {
            "days": 10, "base": 91, "accrued": D("0.46"), "least": 50, "due": 0
        }  # fmt: skip

    def test_others_find_nothing(self, taxed):
        for other in (taxed.broker, taxed.payer, taxed.carrier):
            assert other.get("/api/v1/tax-bills").json()["bills"] == []
            assert other.get(f"/api/v1/tax-bills/{numbers()[0]}").status_code == 404
        assert taxed.nobody.get("/api/v1/tax-bills").status_code == 401

    @pytest.mark.parametrize("path", ["tax-bills/T0", "tax-bills/%00", "payment-orders/J0", "payment-orders/%00"])
    def test_what_is_not_there(self, taxed, path):
        response = taxed.platform.get(f"/api/v1/{path}")
        assert response.status_code == 404 and code(response) == "NOT_FOUND"

    @pytest.mark.parametrize("path", ["tax-bills?standing=x", "tax-bills?before=x", "payment-orders?state=x"])
    def test_a_wrong_parameter_is_a_problem(self, taxed, path):
        assert code(taxed.platform.get(f"/api/v1/{path}")) == "BAD_PARAMETER"


class TestPaying:
    """Choosing bills, and paying them."""

    def choose(self, caller, *which: str):
        return caller.post("/api/v1/payment-orders", {"bills": list(which)})

    def test_chosen_and_paid(self, taxed, june):
        body = self.choose(taxed.platform, *numbers()[:2]).json()
        assert (body["state"], body["bills"], D(body["toPay"])) == ("made", 2, D("182.00"))
        assert [one["standing"] for one in body["of"]] == ["ordered", "ordered"]
        paid = taxed.platform.post(f"/api/v1/payment-orders/{body['number']}/pay", {}).json()
        assert (paid["state"], paid["bankReference"]) == ("paid", f"SIM{body['number']}")
        assert (
            taxed.platform.get("/api/v1/tax-bills?standing=paid").json()["bills"][0]["paymentOrder"] == body["number"]
        )
        again = taxed.platform.post(f"/api/v1/payment-orders/{body['number']}/pay", {})
        assert again.status_code == 409 and code(again) == "REFUSED"
        assert Event.objects.filter(what="payment_order.paid").count() == 1

    def test_what_stands_in_the_way_is_named(self, taxed):
        response = self.choose(taxed.platform, numbers()[0], "T0")
        assert response.status_code == 409
        assert [(e["code"], e["pointer"]) for e in response.json()["errors"]] == [
            ("BILL_UNKNOWN", "bill/2"), ("BILL_NOT_OPEN", "bill/1")
        ]  # fmt: skip
        assert not PaymentOrder.objects.exists()

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"bills": 1}', b'{"bills": [1]}', b"{"])
    def test_a_body_of_another_shape(self, taxed, body):
        response = taxed.platform.post("/api/v1/payment-orders", body)
        assert response.status_code == 400 and code(response) in ("WRONG_SHAPE", "MALFORMED_JSON")

    def test_refused_by_the_bank(self, taxed, june):
        let_bank("refuse", by=OPERATOR, at=AT)
        number = self.choose(taxed.platform, numbers()[0]).json()["number"]
        body = taxed.platform.post(f"/api/v1/payment-orders/{number}/pay", {}).json()
        assert (body["state"], body["reason"]) == ("refused", "no_funds")
        assert taxed.platform.get("/api/v1/payment-orders?state=refused").json()["orders"][0]["number"] == number

    def test_no_bank_is_a_problem(self, taxed, june, settings):
        settings.BANK = ""
        number = self.choose(taxed.platform, numbers()[0]).json()["number"]
        response = taxed.platform.post(f"/api/v1/payment-orders/{number}/pay", {})
        assert response.status_code == 409 and response.json()["errors"][0]["code"] == "NO_BANK"

    def test_not_for_others(self, taxed, june):
        number = self.choose(taxed.platform, numbers()[0]).json()["number"]
        assert self.choose(taxed.broker, numbers()[1]).json()["errors"][0]["code"] == "BILL_UNKNOWN"
        assert taxed.broker.post(f"/api/v1/payment-orders/{number}/pay", {}).status_code == 404
        assert taxed.payer.post(f"/api/v1/payment-orders/{number}/pay", {}).status_code == 404
        assert taxed.nobody.post(f"/api/v1/payment-orders/{number}/pay", {}).status_code == 401
        assert PaymentOrder.objects.get().state == "made"


def test_every_answer_asks_little(taxed, june):
    choose(numbers()[:2], by=OPERATOR, at=AT.replace(month=6, day=2))
    order, request = PaymentOrder.objects.get().number, Return.objects.get().pre_no
    paths = [
        "requests", f"requests/{request}", "tax-bills", f"tax-bills/{numbers()[0]}", "payment-orders",
        f"payment-orders/{order}",
    ]  # fmt: skip
    for path in paths:
        with CaptureQueriesContext(connection) as asked:
            assert taxed.platform.get(f"/api/v1/{path}").status_code == 200
        made = [one["sql"] for one in asked if "parties_monthkey" not in one["sql"]]
        assert len(made) <= MOST_QUERIES, (path, [sql[:120] for sql in made])
