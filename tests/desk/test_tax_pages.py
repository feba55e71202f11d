"""Pages of tax bills and payment orders: how they stand, choosing, paying, late payment, files and the form."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.asked import bill_of, late_order, on, parcel_of
from tests.desk.conftest import PLATFORM
from tests.desk.test_pages import MOST_QUERIES, PEOPLE, SIGN_IN, whole
from tests.ecommerce.asking import ask, refund, statuses
from tests.ecommerce.conftest import drawn_share
from tests.ecommerce.filing import OFFICER, OPERATOR, file_all

from tongguan.desk.spreadsheets import cell
from tongguan.ecommerce.models import PaymentOrder, Return, TaxBill
from tongguan.ecommerce.returns.actions import accept_return, confirm_arrival
from tongguan.ecommerce.taxes.actions import choose, collect, pay, tell_new
from tongguan.ecommerce.told import receipts_of
from tongguan.exchange.actions import let_bank
from tongguan.formats import ceb

D = Decimal
FIRMS = ("platform", "broker", "payer", "carrier")


@pytest.fixture(autouse=True)
def _june(monkeypatch, settings):
    """It is the second of June, nobody is drawn, and the bank is the simulated one."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: on(6, 2))
    drawn_share(monkeypatch, "0")
    settings.SIGNATURES = "optional"
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"


def day(monkeypatch, month: int, of: int) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: on(month, of))


@pytest.fixture
def bills(window) -> dict[str, TaxBill]:
    """Bills of the platform that stand in every way: open, coming, ordered, paid, void; told to it."""
    fates = ("coming", "ordered", "paid", "void")
    parcels = {fate: parcel_of(f"T-{fate.upper()}") for fate in fates} | {"open": window.released}
    file_all(*(parcels[fate] for fate in fates))
    for fate in ("coming", "void"):
        assert statuses(ask(refund(parcels[fate], copNo=fate))) == ["120"]
    back = Return.objects.get(number="void")
    confirm_arrival(back.pre_no, by=OPERATOR, at=on(5, 4))
    accept_return(back.pre_no, by=OFFICER, at=on(5, 5))
    tell_new(at=on(5, 5))
    for fate in ("ordered", "paid"):
        order = choose([bill_of(parcels[fate]).tax_no], by=OPERATOR, at=on(6, 1))
        assert fate == "ordered" or pay(order.number, by=OPERATOR, at=on(6, 1)).state == "paid"
    return {fate: bill_of(parcel) for fate, parcel in parcels.items()}


def html_of(client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def pages(bills) -> dict[str, str]:
    order = bills["ordered"].order
    return {
        "bills": "/taxes",
        "bills open": "/taxes?of=open",
        "bills none": "/taxes?q=none",
        "bills file": "/taxes/bills.csv",
        "orders": "/taxes/orders",
        "orders made": "/taxes/orders?state=made",
        **{f"bill {fate}": f"/taxes/bills/{bill.tax_no}" for fate, bill in bills.items()},
        "bill's message": f"/taxes/bills/{bills['void'].tax_no}/messages/{receipts_of(bills['void'])[0].guid}",
        "order": f"/taxes/orders/{order.number}",
        "order's form": f"/taxes/orders/{order.number}/form",
        "order's file": f"/taxes/orders/{order.number}/bills.csv",
        "pay": f"/taxes/orders/{order.number}/pay",
    }


ALL = dict.fromkeys(PEOPLE, 200) | {"elsewhere": 200, "nobody": 403, "": SIGN_IN}
THEIRS = ALL | dict.fromkeys(("broker", "payer", "carrier", "elsewhere"), 404)  # the platform guarantees the tax
PAYS = THEIRS | {"payer": 403, "officer": 403, "auditor": 403}


def allowed(name: str) -> dict:
    if name == "pay":
        return PAYS
    return ALL if name.partition(" ")[0] in ("bills", "orders") else THEIRS


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", [*PEOPLE, "elsewhere", "nobody", ""])
def test_each_page_is_seen_by_those_who_may(window, bills, who, lang):
    client = window.person(who, lang)
    for name, path in pages(bills).items():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
            is_file = response.streaming
            content = b"".join(response.streaming_content) if is_file else response.content
        wanted = allowed(name)[who]
        got = response.status_code if response.status_code != 302 else f"302 {response.url.partition('?')[0]}"
        assert got == wanted, (name, path)
        made = [one["sql"] for one in queries if "parties_monthkey" not in one["sql"]]
        assert len(made) <= MOST_QUERIES, (name, who, [sql[:160] for sql in made])
        if response.status_code != 302 and not is_file and "xml" not in response["Content-Type"]:
            whole(response, lang)
        assert content or response.status_code == 302


def test_lists_do_not_ask_more_when_they_are_longer(window, bills):
    client = window.person("platform")
    paths = ("/taxes", "/taxes/orders", f"/taxes/orders/{bills['ordered'].order.number}")

    def asks(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    before = [asks(path) for path in paths]
    file_all(*(parcel_of(f"N-{n}", "30.00") for n in range(5)))
    collect(at=on(6, 1))
    for bill in TaxBill.objects.filter(state="generated", open_returns=0):
        choose([bill.tax_no], by=OPERATOR, at=on(6, 1))
    assert [asks(path) for path in paths] == before


class TestBills:
    """The list, by how bills stand."""

    @pytest.mark.parametrize("of", ["open", "coming", "ordered", "paid", "void"])
    def test_it_is_filtered(self, window, bills, of):
        html = html_of(window.person("platform"), f"/taxes?of={of}")
        assert {fate for fate, bill in bills.items() if bill.tax_no in html} == {of}

    def test_it_is_searched(self, window, bills):
        client = window.person("platform")
        for number in (bills["paid"].tax_no, "T-PAID", bills["paid"].inventory.invt_no, bills["paid"].order.number):
            html = html_of(client, f"/taxes?q={number}")
            assert {fate for fate, bill in bills.items() if bill.tax_no in html} == {"paid"}

    def test_page_by_page(self, window, bills, monkeypatch):
        monkeypatch.setattr("tongguan.ecommerce.queries.PAGE", 2)
        client, path, seen = window.person("platform"), "/taxes", []
        while path:
            response = client.get(path)
            seen += [line.number for line in response.context["list"].rows]
            path = response.context["turning"].on
        assert sorted(seen) == sorted(bill.tax_no for bill in bills.values())

    def test_only_what_is_payable_can_be_ticked(self, window, bills):
        html = html_of(window.person("platform"), "/taxes")
        assert html.count('name="bill"') == 1 and f'value="{bills["open"].tax_no}"' in html
        assert 'name="bill"' not in html_of(window.person("officer"), "/taxes")

    def test_others_have_none(self, window, bills):
        assert "没有贵单位担保的税单" in html_of(window.person("broker"), "/taxes")

    def test_as_a_file(self, window, bills):
        response = window.person("platform", "en").get("/taxes/bills.csv?of=open")
        data = b"".join(response.streaming_content).decode("utf-8-sig")
        heading, row = csv.reader(io.StringIO(data))
        assert heading[0] == "Tax bill" and row[0] == bills["open"].tax_no and row[4] == "payable"
        assert D(row[10]) == bills["open"].total
        assert response["Content-Disposition"] == 'attachment; filename="tax-bills.csv"'

    def test_a_file_calculates_nothing_when_it_is_opened(self):
        assert [cell(v) for v in ("=1+1", "@x", "-2", D("-1"), "A")] == ["'=1+1", "'@x", "'-2", "-1", "A"]


class TestBill:
    """One bill."""

    def test_with_its_sheet(self, window, bills):
        html = html_of(window.person("platform", "en"), f"/taxes/bills/{bills['open'].tax_no}")
        assert "2026-06-01 – 2026-06-15" in html and "13 days left" in html
        assert 'class="taxes fold"' in html and "Pay this one" in html

    def test_what_a_return_took_off(self, window, bills):
        html = html_of(window.person("platform", "en"), f"/taxes/bills/{bills['void'].tax_no}")
        assert "Taken off by returns" in html and "Everything came back" in html and "0.00" in html

    def test_its_messages_are_816_and_818(self, window, bills):
        client, bill = window.person("platform"), bills["paid"]
        told = receipts_of(bill)
        assert [row.kind for row in told] == ["CEB816Message", "CEB818Message"]
        for row in told:
            response = client.get(f"/taxes/bills/{bill.tax_no}/messages/{row.guid}")
            said = ceb.read(response.content)
            assert (said.kind, said.nodes[0].document.taxNo) == (row.kind, bill.tax_no)
        assert client.get(f"/taxes/bills/{bill.tax_no}/messages/1").status_code == 404

    def test_overdue_with_its_surcharge(self, window, bills, monkeypatch):
        day(monkeypatch, 6, 25)
        html = html_of(window.person("platform", "en"), f"/taxes/bills/{bills['ordered'].tax_no}")
        assert "10 days late" in html and "0.24 yuan on 48.78 yuan" in html and "0.05%" in html
        assert "not confirmed" in html and "below 50.00 yuan" in html

    @pytest.mark.parametrize("number", ["T0", "T%00", "0", "T" + "9" * 60])
    def test_what_is_not_there_is_not_found(self, window, bills, number):
        assert window.person("officer").get(f"/taxes/bills/{number}").status_code == 404
        assert window.person("officer").get(f"/taxes/orders/{number}").status_code == 404


class TestChoosing:
    """Bills become an order."""

    def test_those_that_were_ticked(self, window, bills):
        response = window.person("platform").post("/taxes/choose", {"bill": [bills["open"].tax_no]})
        order = PaymentOrder.objects.latest("id")
        assert response.url == f"/taxes/orders/{order.number}"
        assert (order.state, order.bills_count, order.total) == ("made", 1, bills["open"].total)

    def test_all_that_can_be_ticked(self, window, bills):
        html = html_of(window.person("platform"), "/taxes")
        assert html.count('name="all"') == 1
        response = window.person("platform").post("/taxes/choose", {"every": "yes", "all": [bills["open"].tax_no]})
        assert response.url.startswith("/taxes/orders/J")

    @pytest.mark.parametrize("fates", [[], ["coming"], ["ordered"], ["open", "void"]])
    def test_what_stands_in_the_way_is_said(self, window, bills, fates):
        client, before = window.person("platform"), PaymentOrder.objects.count()
        response = client.post("/taxes/choose", {"bill": [bills[fate].tax_no for fate in fates]}, follow=True)
        html = response.content.decode()
        assert 'class="notice error"' in html and PaymentOrder.objects.count() == before

    def test_not_for_others(self, window, bills):
        assert window.person("officer").post("/taxes/choose", {"bill": [bills["open"].tax_no]}).status_code == 403
        response = window.person("broker", "en").post("/taxes/choose", {"bill": [bills["open"].tax_no]}, follow=True)
        assert "There is no tax bill" in response.content.decode()
        assert window.person("platform").get("/taxes/choose").status_code == 405


class TestPaying:
    """An order goes to the bank."""

    def path(self, bills) -> str:
        return f"/taxes/orders/{bills['ordered'].order.number}"

    def said(self, window, bills, lang="en") -> str:
        client = window.person("platform", lang)
        assert client.post(f"{self.path(bills)}/pay").url == self.path(bills)
        return html_of(client, self.path(bills))

    def test_the_amount_is_confirmed_first(self, window, bills):
        html = html_of(window.person("platform", "en"), f"{self.path(bills)}/pay")
        assert "Pay 48.78 yuan" in html
        assert PaymentOrder.objects.get(pk=bills["ordered"].order.pk).state == "made"

    def test_paid(self, window, bills):
        html = self.said(window, bills)
        assert "is paid" in html and "Paid by the bank, reference SIM" in html and "/pay" not in html

    def test_refused_and_paid_again(self, window, bills):
        let_bank("refuse", by=OPERATOR, at=on(6, 2))
        html = self.said(window, bills)
        assert "account does not cover" in html and "Pay again" in html
        let_bank("pay", by=OPERATOR, at=on(6, 2))
        assert "attempt 2" in self.said(window, bills)

    def test_silence_is_shown_and_nothing_is_paid_twice(self, window, bills):
        let_bank("late", by=OPERATOR, at=on(6, 2))
        html = self.said(window, bills)
        assert "has not answered" in html and "asked every five minutes" in html and 'hx-get="/taxes/orders/' in html
        again = self.said(window, bills)
        assert "notice error" in again
        client = window.person("platform")
        assert client.get(f"{self.path(bills)}/pay").url == self.path(bills)

    def test_without_a_bank_it_says_so(self, window, bills, settings):
        settings.BANK = ""
        assert "No bank is connected" in self.said(window, bills)

    def test_an_officer_sees_and_does_not_pay(self, window, bills):
        assert "/pay" not in html_of(window.person("officer"), self.path(bills))
        assert window.person("officer").post(f"{self.path(bills)}/pay").status_code == 403

    def test_below_fifty_yuan_no_surcharge_is_collected(self, window, monkeypatch):
        order = late_order()
        day(monkeypatch, 7, 5)
        client = window.person("platform", "en")
        html = html_of(client, f"/taxes/orders/{order.number}")
        due = (order.total * 20 * D("0.0005")).quantize(D("0.01"))
        assert due < 50 and "20 days late" in html and f"{due} yuan" in html and "Below 50.00 yuan" in html
        client.post(f"/taxes/orders/{order.number}/pay")
        order.refresh_from_db()
        assert (order.state, order.surcharge) == ("paid", 0)

    def test_the_surcharge_is_collected_from_fifty_yuan_on(self, window, monkeypatch):
        order = late_order()
        day(monkeypatch, 10, 15)
        client = window.person("platform", "en")
        html = html_of(client, f"/taxes/orders/{order.number}/pay")
        assert "It is paid with the taxes" in html
        client.post(f"/taxes/orders/{order.number}/pay")
        order.refresh_from_db()
        assert order.surcharge == (order.total * 122 * D("0.0005")).quantize(D("0.01")) > 50
        assert f"{order.told:,.2f}" in html_of(client, "/taxes/orders")

    def test_the_form(self, window, bills):
        html = html_of(window.person("platform"), f"{self.path(bills)}/form")
        assert "肆拾捌元柒角捌分" in html and PLATFORM in html and "签章" in html

    def test_its_bills_as_a_file(self, window, bills):
        response = window.person("platform").get(f"{self.path(bills)}/bills.csv")
        rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
        assert [row[0] for row in rows] == ["税单编号", bills["ordered"].tax_no]

    def test_the_list(self, window, bills):
        client = window.person("platform")
        order = bills["ordered"].order
        html = html_of(client, "/taxes/orders?state=made")
        assert order.number in html and bills["paid"].order.number not in html
        assert order.number in html_of(client, f"/taxes/orders?q={order.number}")
        assert order.number not in html_of(window.person("broker"), "/taxes/orders")
