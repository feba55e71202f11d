"""The pages of paying later: asked on the bill, decided by customs; who sees what; and by programs."""

from __future__ import annotations

import pytest
from tests.api.test_declarations import client
from tests.declarations import made
from tests.declarations.test_worked import cif, yuan
from tests.desk.test_declarations import body, browser, port  # noqa: F401

from tongguan.needs.queues import queues
from tongguan.revenue.models import Deferral, DutyBill


@pytest.fixture
def bill(port) -> DutyBill:  # noqa: F811
    made.submitted(cif(yuan("200000")))
    return DutyBill.objects.get()


@pytest.fixture
def letter(bill):
    return made.guarantee("200000")


def told(letter, **changed) -> dict[str, str]:
    return {
        "until": "2026-06-15", "ground": "force_majeure", "words": "洪水停产", "document": "证明1号",
        "guarantee": letter.number,
    } | changed  # fmt: skip


def asked(bill, letter) -> Deferral:
    answer = browser("li").post(f"/duty-bills/{bill.number}/deferral", told(letter))
    assert answer.status_code == 302, body(answer)
    return Deferral.objects.latest("pk")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_the_application_to_the_new_day(bill, letter, lang):
    assert f"/duty-bills/{bill.number}/deferral" in body(browser("li", lang).get(f"/duty-bills/{bill.number}"))
    one = asked(bill, letter)
    [queue] = [each for each in queues(to=made.OFFICER, at=made.AT) if each.kind == "deferrals"]
    assert queue.number == 1 and one.number in body(browser("officer", lang).get(queue.href))
    path = f"/duty-bills/deferrals/{one.number}"
    page = body(browser("officer", lang).get(path))
    assert "grant" in page and letter.number in page and "洪水停产" in page
    done = browser("officer", lang).post(f"{path}/grant", {"answer": "属实"}, follow=True)
    assert done.status_code == 200, body(done)
    bill.refresh_from_db()
    assert bill.due_on.isoformat() == "2026-06-15"
    assert one.number in body(browser("li", lang).get(f"/duty-bills/{bill.number}"))


def test_what_goes_wrong_is_said(bill, letter):
    ask = f"/duty-bills/{bill.number}/deferral"
    for changed in ({"until": "soon"}, {"until": "2026-10-02"}, {"words": ""}, {"guarantee": "G1"}, {"ground": "x"}):
        assert browser("li").post(ask, told(letter, **changed)).status_code == 409, changed
    one = asked(bill, letter)
    path = f"/duty-bills/deferrals/{one.number}"
    assert browser("li").post(ask, told(letter)).status_code == 409
    assert browser("officer").post(f"{path}/refuse", {"answer": ""}).status_code == 409
    assert browser("li").post(f"{path}/cancel").status_code == 302
    assert browser("officer").post(f"{path}/grant").status_code == 409
    assert browser("li").post(f"{path}/other").status_code == 404


def test_who_sees_and_does_what(bill, letter):
    one = asked(bill, letter)
    for who, status in (("li", 200), ("officer", 200), ("auditor", 200), ("other", 404), ("wang", 404)):
        assert browser(who).get(f"/duty-bills/deferrals/{one.number}").status_code == status, who
        assert browser(who).get("/duty-bills/deferrals").status_code == 200
    assert browser("li").post(f"/duty-bills/deferrals/{one.number}/grant").status_code == 403
    assert browser("officer").post(f"/duty-bills/{bill.number}/deferral", told(letter)).status_code == 403
    assert browser("other").post(f"/duty-bills/{bill.number}/deferral", told(letter)).status_code == 404


def test_arrears_are_received_in_parts(bill):
    DutyBill.objects.update(due_on="2026-04-07", state="overdue")
    path = f"/duty-bills/{bill.number}"
    assert f"{path}/receive" in body(browser("officer").get(path))
    assert browser("officer").post(f"{path}/receive", {"amount": "x", "document": "SJ-1"}).status_code == 409
    assert browser("officer").post(f"{path}/receive", {"amount": "1,000", "document": ""}).status_code == 409
    assert browser("li").post(f"{path}/receive", {"amount": "1000", "document": "SJ-1"}).status_code == 409
    assert browser("officer").post(f"{path}/receive", {"amount": "1,000", "document": "SJ-1"}).status_code == 302
    assert "1,000.00" in (page := body(browser("li", "en").get(path))) and "SJ-1" in page


def test_by_program(bill, letter):
    firm, deferrals = client("trader", made.TRADER), "/api/v1/deferrals"
    ask = f"/api/v1/duty-bills/{bill.number}/deferrals"
    found = firm.post(ask, told(letter, until="2026-10-02")).json()["errors"][0]
    assert (found["code"], found["pointer"]) == ("DEFERRAL_UNTIL", "until")
    shown = firm.post(ask, told(letter)).json()
    assert (shown["state"], shown["until"]) == ("asked", "2026-06-15")
    assert firm.get(deferrals).json() == {"deferrals": [shown], "next": None}
    assert firm.get(f"{deferrals}/{shown['number']}").json() == shown
    assert firm.get(deferrals, {"state": "x"}).status_code == 400
    other = client("broker", made.CARRIER)
    assert other.get(f"{deferrals}/{shown['number']}").status_code == 404
    assert other.post(ask, told(letter)).status_code == 404
    assert firm.post(f"{deferrals}/{shown['number']}/cancel", b"").json()["state"] == "cancelled"
