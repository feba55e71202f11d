"""The pages of what was paid too much: claimed on the bill, answered by customs, completed; who sees what; and by programs."""

from __future__ import annotations

from functools import partial

import pytest
from tests.api.test_declarations import client
from tests.declarations import made
from tests.declarations.test_legal import claim, granted
from tests.declarations.test_worked import cif, yuan
from tests.desk.test_declarations import body, browser, port  # noqa: F401
from tests.seconded import by_two

from tongguan.declarations.actions import grant_relief
from tongguan.needs.queues import queues
from tongguan.revenue.models import DutyBill, Refund


@pytest.fixture
def bill(port) -> DutyBill:  # noqa: F811
    row = made.submitted(cif(yuan("200000")))
    made.pay(row)
    granted(row, "damaged", share="0.5")
    return DutyBill.objects.get()


def claimed(bill) -> Refund:
    answer = browser("li").post(f"/duty-bills/{bill.number}/refund", {"words": "货物损坏"})
    assert answer.status_code == 302, body(answer)
    return Refund.objects.latest("pk")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_the_claim_to_the_bank(bill, lang):
    page = body(browser("li", lang).get(f"/duty-bills/{bill.number}"))
    assert f"/duty-bills/{bill.number}/refund" in page and f"{bill.refundable:,.2f}" in page
    one = claimed(bill)
    [queue] = [each for each in queues(to=made.OFFICER, at=made.AT) if each.kind == "refunds"]
    assert (queue.number, queue.late) == (1, 0) and one.number in body(browser("officer", lang).get(queue.href))
    path = f"/duty-bills/refunds/{one.number}"
    assert "grant" in body(browser("officer", lang).get(path))
    assert browser("officer", lang).post(f"{path}/grant", {"answer": "属实"}).status_code == 302
    assert "complete" in body(browser("li", lang).get(path))
    done = browser("li", lang).post(f"{path}/complete", follow=True)
    assert done.status_code == 200 and f"SIM{one.number}" in body(done)
    assert one.number in body(browser("li", lang).get(f"/duty-bills/{bill.number}"))


def test_what_goes_wrong_is_said(bill, settings):
    assert browser("li").post(f"/duty-bills/{bill.number}/refund", {"words": ""}).status_code == 409
    one = claimed(bill)
    again = browser("li").post(f"/duty-bills/{bill.number}/refund", {"words": "x"})
    assert again.status_code == 409 and one.number in body(again)
    path = f"/duty-bills/refunds/{one.number}"
    assert browser("li").post(f"{path}/complete").status_code == 409
    assert browser("officer").post(f"{path}/refuse", {"answer": ""}).status_code == 409
    browser("officer").post(f"{path}/grant")
    settings.BANK = ""
    assert browser("li").post(f"{path}/complete").status_code == 409
    assert browser("li").post(f"{path}/cancel").status_code == 302
    assert browser("li").post(f"{path}/other").status_code == 404


def test_who_sees_and_does_what(bill):
    one = claimed(bill)
    for who, status in (("li", 200), ("officer", 200), ("auditor", 200), ("other", 404), ("wang", 404)):
        assert browser(who).get(f"/duty-bills/refunds/{one.number}").status_code == status, who
        assert browser(who).get("/duty-bills/refunds").status_code == 200
    assert browser("li").post(f"/duty-bills/refunds/{one.number}/grant").status_code == 403
    assert browser("officer").post(f"/duty-bills/{bill.number}/refund", {"words": "x"}).status_code == 403
    assert browser("other").post(f"/duty-bills/{bill.number}/refund", {"words": "x"}).status_code == 404


def test_by_program(bill):
    firm, refunds = client("trader", made.TRADER), "/api/v1/refunds"
    assert (
        firm.post(f"/api/v1/duty-bills/{bill.number}/refunds", {"words": ""}).json()["errors"][0]["code"]
        == "REFUND_WORDS"
    )
    shown = firm.post(f"/api/v1/duty-bills/{bill.number}/refunds", {"words": "货物损坏"}).json()
    assert (shown["state"], shown["amount"]) == ("asked", str(bill.refundable))
    assert firm.get(refunds).json() == {"refunds": [shown], "next": None}
    assert firm.get(f"{refunds}/{shown['number']}").json() == shown
    assert firm.get(refunds, {"state": "x"}).status_code == 400
    assert firm.post(f"{refunds}/{shown['number']}/complete", b"").status_code == 409
    other = client("broker", made.CARRIER)
    assert other.get(f"{refunds}/{shown['number']}").status_code == 404
    assert other.post(f"/api/v1/duty-bills/{bill.number}/refunds", {"words": "x"}).status_code == 404
    assert firm.post(f"{refunds}/{shown['number']}/cancel", b"").json()["state"] == "cancelled"


def test_a_large_claim_is_granted_by_two(port):  # noqa: F811
    row = made.submitted(cif(yuan("20000000")))
    made.pay(row)
    relief = partial(grant_relief, claim(row, "damaged").number, share=made.D("0.5"), at=made.AT)
    by_two(relief, made.AT)  # the tax of the damaged goods is large too
    one = claimed(DutyBill.objects.get())
    waits = browser("officer").post(f"/duty-bills/refunds/{one.number}/grant", {"answer": "属实"}).url
    assert waits.startswith("/seconds/") and Refund.objects.get().state == "asked"
    assert browser("officer").post(f"{waits}/confirm").status_code == 409
    assert browser("second").post(f"{waits}/confirm").status_code == 302
    assert Refund.objects.get().state == "granted"
