"""Declaring in two steps by page: the short summary, and what is missing first for the rest."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.declarations import made

from tongguan.declarations import actions
from tongguan.declarations.models import Declaration
from tongguan.declarations.two_steps import queries as steps
from tongguan.desk.trader.declarations.form import of_document
from tongguan.formats.dec.contract import BLOCKS
from tongguan.parties.models import Person

D = made.D


@pytest.fixture
def port(trade_port):
    """A port with a ship, a broker, his client, an officer, an auditor and somebody else, who can all sign in."""


def browser(name: str, lang: str = "en") -> Client:
    client = Client(headers={"accept-language": lang})
    client.force_login(Person.objects.get(username=name))
    return client


def body(response) -> str:
    return response.content.decode()


def short(**changed: str) -> dict[str, str]:
    """Return what somebody types into the form of a summary."""
    return {
        "taxed": "1", "CustomMaster": "0202", "BillNo": made.BILL, "TrafMode": "2", "TrafName": "TONG GUAN 1/012E",
        "TradeMode": "0110", "TradeCoScc": made.TRADER, "GrossWet": "1000", "container-1-ContainerId": "CSQU3054383",
        "item-1-CodeTS": made.GCODE[:6], "item-1-GName": "机器", "item-1-GQty": "10", "item-1-GUnit": "007",
        "item-1-DeclTotal": "100000", "item-1-TradeCurr": "502", "item-1-OriginCountry": "116", "monthly": "1",
        "TransMode": "3", "FeeMark": "3", "FeeRate": "5000", "FeeCurr": "502",
    } | changed  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_summary_and_what_is_missing_of_the_rest(port, lang):
    bond, wang = made.guarantee("5000000"), browser("wang", lang)
    empty = body(wang.get("/declarations/summary"))
    assert "GoodsPlace" not in empty and 'name="item-1-CodeTS"' in empty
    refused = wang.post("/declarations/summary", short(do="submit"), follow=True)
    row = Declaration.objects.get()
    assert row.state == "rejected" and "DEC_STEP_GUARANTEE" in body(refused)
    done = wang.post(f"/declarations/{row.pk}/summary", short(do="submit", guarantee=bond.number), follow=True)
    row = made.again(row)
    assert (row.state, done.redirect_chain[-1][0]) == ("summary", f"/declarations/{row.pk}")
    assert steps.of(row).estimate == D("164801.12")
    assert "164,801.12" in body(done)

    whole = wang.get(f"/declarations/{row.pk}/complete")
    assert "GoodsPlace" in body(whole), "before the goods leave it can be made whole"
    actions.select(row.pk, "pass", by=made.OFFICER, at=made.AT)
    assert made.again(row).state == "lifted"
    page = body(wang.get(f"/declarations/{row.pk}/complete"))
    assert (
        page.index('id="missing"')
        < page.index('id="GoodsPlace"')
        < page.index('id="item-1-FirstQty"')
        < page.index('id="BillNo"')
    )
    first = page.partition('name="first" value="')[2].partition('"')[0]
    assert {"GoodsPlace", "NetWt", "item-1-DistrictCode"} <= set(first.split()) and "BillNo" not in first
    sent = typed(made.document(Type="CL0   "), first=first)
    wrong = wang.post(f"/declarations/{row.pk}/complete", sent | {"BillNo": "COSU600102", "do": "submit"})
    assert wrong.status_code == 409 and "DEC_STEP_CONTRADICTS" in body(wrong)
    kept = wang.post(f"/declarations/{row.pk}/complete", sent | {"do": "save"}, follow=True)
    assert kept.status_code == 200 and made.again(row).state == "lifted"
    wang.post(f"/declarations/{row.pk}/complete", sent | {"do": "submit"})
    row = made.again(row)
    assert row.state in ("due", "released") and (row.version, row.tax) == (2, D("164801.12"))


def typed(of, **changed: str) -> dict[str, str]:
    form = of_document(of)
    sent = dict(form.head)
    for block, rows in form.rows.items():
        for place, row in enumerate(rows, 1):
            sent |= {f"{block}-{place}-{name}": value for name, value in row.items()}
    return sent | changed


def test_the_manifest_fills_in_what_the_consignee_may_see(port):
    """For the consignee itself: its conveyance, weight and containers; somebody else gets nothing."""
    li = browser("li")
    shown = body(li.post("/declarations/summary", {"BillNo": made.BILL, "do": "check", "taxed": "1"}))
    assert 'id="GrossWet" name="GrossWet" value="1000"' in shown and 'id="TrafMode" name="TrafMode" value="2"' in shown
    assert f'name="TradeCoScc" value="{made.TRADER}"' in shown
    other = body(browser("wang").post("/declarations/summary", {"BillNo": made.BILL, "do": "check", "taxed": "1"}))
    assert 'id="GrossWet" name="GrossWet" value=""' in other


def test_a_draft_goes_over_to_two_steps_by_a_button(port):
    row = made.draft()
    wang = browser("wang")
    assert "two steps" in body(wang.get(f"/declarations/{row.pk}"))
    after = wang.post(f"/declarations/{row.pk}/turn", follow=True)
    assert after.redirect_chain[-1][0] == f"/declarations/{row.pk}/summary" and made.again(row).mode == "two_step"
    wang.post(f"/declarations/{row.pk}/summary", short(do="whole"))
    assert made.again(row).mode == "ordinary"


def test_customs_excuse_a_firm_that_was_late(port):
    bond, wang = made.guarantee("5000000"), browser("wang")
    wang.post("/declarations/summary", short(do="submit", guarantee=bond.number))
    row = Declaration.objects.get()
    actions.select(row.pk, "pass", by=made.OFFICER, at=made.AT)
    from tongguan.declarations.two_steps.actions.defaults import note_all_late

    note_all_late(made.moment("2027-01-05").date(), at=made.AT)
    officer = browser("officer")
    assert "Being late" in body(officer.get(f"/declarations/{row.pk}/decide"))
    officer.post(f"/declarations/{row.pk}/decide/excuse", {"answer": "系统故障"})
    assert steps.of(row).excused == "系统故障"


def test_the_form_asks_only_for_fields_of_the_message():
    from tongguan.desk.trader.declarations.steps import form

    assert set(form.HEAD + form.MORE) <= set(BLOCKS["head"].fields)
    assert set(form.ITEM + form.INSPECTED) <= set(BLOCKS["item"].fields)


def test_an_order_is_issued_and_its_checks_concluded_by_page(port):
    """Both checks are due: the goods leave after the first and are used after the second."""
    bond, wang, officer = made.guarantee("5000000"), browser("wang"), browser("officer")
    wang.post("/declarations/summary", short(do="submit", guarantee=bond.number))
    row = Declaration.objects.get()
    asked = body(wang.post(f"/declarations/{row.pk}/access", {"place": "NOWHERE"}, follow=True))
    assert "no place of transit inspection" in asked
    page = body(officer.get(f"/declarations/{row.pk}/decide"))
    assert "Issue the order" in page
    nothing = body(officer.post(f"/declarations/{row.pk}/order/issue", {}, follow=True))
    assert "Say which check is due" in nothing
    officer.post(f"/declarations/{row.pk}/order/issue", {"port": "1", "destination": "1"})
    assert row.number in body(officer.get("/declarations/orders"))
    assert "Port check: clean" in body(officer.get(f"/declarations/{row.pk}/decide"))
    officer.post(f"/declarations/{row.pk}/order/port_clean", {"office": "0202"})
    assert made.again(row).state == "lifted"
    shown = body(wang.get(f"/declarations/{row.pk}"))
    assert "check at the destination" in shown and "May be sold and used" in shown
    reported = officer.post(f"/declarations/{row.pk}/order/report", {"how": "sold", "note": "超市"}, follow=True)
    assert "before that was allowed" in body(reported)
    officer.post(f"/declarations/{row.pk}/order/destination_clean", {})
    assert row.number not in body(officer.get("/declarations/orders"))
    assert wang.post(f"/declarations/{row.pk}/order/issue", {"port": "1"}).status_code == 403
    assert wang.get("/declarations/orders").status_code == 403
