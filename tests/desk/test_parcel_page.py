"""The page of a parcel: what it says in each fate, what differs, what is hidden, and what an officer does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.desk.conftest import PLATFORM, bought
from tests.desk.reading import said
from tests.ecommerce.filing import AT, OPERATOR, file, file_all, told

from tongguan.desk.trader.comparison import compare
from tongguan.ecommerce import queries
from tongguan.ecommerce.models import Inventory
from tongguan.formats import ceb
from tongguan.holds.models import Hold
from tongguan.kernel.states import Actor
from tongguan.parties import vault
from tongguan.parties.models import MonthKey, PersonalAccess

OFFICER = Actor("officer", "officer")


def compared(parcel, lang: str = "en"):
    return compare(queries.parcel(parcel.order.orderNo, to=OFFICER), lang)


def marks(table) -> dict[str, str]:
    return {row.label: row.mark for part in table.parts for row in part if row.mark != "same"}


def test_documents_that_agree_are_marked_so(window):
    table = compared(window.released)
    assert marks(table) == {} and table.complete and not table.differing and not table.forgotten
    assert [row.label for row in table.items] == ["Item 1", "Item 2"]


@pytest.mark.parametrize(
    ("noun", "changes", "row"),
    [
        ("payment", {"amountPaid": Decimal("1.00")}, "Amount paid"),
        ("payment", {"payTransactionId": "OTHER"}, "Transaction"),
        ("payment", {"payerName": "别人"}, "Buyer / payer"),
        ("payment", {"payerIdNumber": "11010519491231002X"}, "Identity number"),
        ("waybill", {"consignee": "别人"}, "Consignee"),
        ("waybill", {"consigneeTelephone": "13900000000"}, "Telephone"),
        ("waybill", {"consigneeAddress": "北京市西城区别处1号"}, "Address"),
        ("inventory", {"buyerName": "别人"}, "Buyer / payer"),
        ("inventory", {"item_1_qty": Decimal(2), "item_1_totalPrice": Decimal("536.00")}, "Item 1"),
    ],
)
def test_what_the_match_refuses_is_marked_as_different(window, noun, changes, row):
    parcel = bought("D-1").changed(noun, **changes)
    outcome = file_all(parcel)
    assert outcome.nodes[0].status == "100", outcome.nodes[0].findings
    assert marks(compared(parcel)) == {row: "differs"}


@pytest.mark.parametrize(
    ("noun", "changes", "row"),
    [
        ("waybill", {"billNo": "999-00000000"}, "Master bill"),
        ("waybill", {"freight": Decimal(7)}, "Freight"),
        ("inventory", {"consigneeAddress": "北京市西城区别处1号"}, "Address"),
        ("inventory", {"item_1_gname": "别的名称"}, "Item 1"),
    ],
)
def test_what_the_match_only_notes_is_marked_as_noted(window, noun, changes, row):
    parcel = bought("D-2").changed(noun, **changes)
    assert not file_all(parcel).nodes[0].refused
    assert marks(compared(parcel)) == {row: "noted"}


def test_names_written_differently_are_equal(window):
    parcel = bought("D-3")
    spaced = parcel.changed("waybill", consignee=" ".join(parcel.waybill.consignee))
    file_all(spaced)
    assert marks(compared(spaced)) == {}


def test_what_is_missing_is_said(window):
    html = window.person("broker", "en").get(window.address("waiting")).content.decode()
    assert "waiting for the payment, waiting for the waybill" in html
    assert "what has come agrees" in html and "once the inventory is accepted" in html
    assert 'hx-trigger="every 20s"' in html
    assert "hx-trigger" not in window.person("broker").get(window.address("released")).content.decode()


def test_a_waybill_alone_is_a_parcel_that_waits(window):
    alone = bought("D-4")
    file("waybill", alone.waybill)
    client = window.person("officer", "en")
    assert client.get("/find?q=D-4").url == "/parcels/-/D-4"
    html = client.get("/parcels/-/D-4").content.decode()
    assert "waiting for the order" in html and "waiting for the inventory" in html


@pytest.mark.parametrize(("who", "said"), [("payer", "on file"), ("carrier", "released")])
def test_who_sees_one_document_only_is_not_told_what_is_missing(window, who, said):
    html = window.person(who, "en").get(window.address("released")).content.decode()
    assert "waiting for" not in html.replace("waiting for the other documents", "") and f">{said}</span>" in html
    assert ("not yours to see" in html) == (who == "payer")


def test_a_refused_parcel_says_where_and_what_to_do(window):
    html = window.person("broker", "en").get(window.address("refused")).content.decode()
    assert "Payment · Amount paid" in html or "Payment · " in html
    assert "payment/amountPaid" in html and "PAY_MISMATCH" in html
    assert "file the inventory again" in html and 'class="chip large needs_you">sent back' in html
    assert "1 difference<" in html


def test_the_tax_sheet_adds_up_and_names_its_instruments(window):
    html = window.person("broker", "en").get(window.address("released")).content.decode()
    row = Inventory.objects.get(order_no="P-RELEASED")
    assert f'class="amount" data-label="Amount (yuan)">{row.tax:,.2f}</td>' in html
    assert "VAT on import" in html and "财关税〔2018〕49号" in html and "70%" in html
    assert 'rel="noreferrer external"' in html


@pytest.mark.parametrize(("standing", "marked"), [("official", 0), ("read", 0), ("unverified", 1), ("design", 1)])
@pytest.mark.parametrize(
    ("href", "linked"), [("", 0), ("docs/decisions/1.md", 0), ("a.cn/1.html", 1), ("javascript:x", 0)]
)
def test_a_reference_is_marked_by_its_standing_and_linked_when_it_can_be(standing, marked, href, linked):
    from django.template import Context, Template

    of = {"title": "T", "href": href, "standing": standing}
    html = Template("{% reference of %}").render(Context({"of": of, "lang": "en"}))
    assert (html.count("not confirmed"), html.count("<a ")) == (marked, linked)


def test_receipts_come_in_order_in_both_languages_and_can_be_downloaded(window):
    client = window.person("broker", "en")
    html = client.get(window.address("released")).content.decode()
    course = html[html.index('class="course"') :].partition("</ol>")[0]
    assert (
        course.index("Filed, waiting")
        < course.index("Stored by customs", course.index("Inventory"))
        < course.index("Released")
    )
    assert "放行" in " ".join(said(html, "zh"))
    [row] = told("800", keys__invtNo=Inventory.objects.get(order_no="P-RELEASED").invt_no)
    response = client.get(f"/receipts/{row.guid}/{PLATFORM}/P-RELEASED")
    read = ceb.read(response.content)
    assert read.kind == "CEB622Message" and read.nodes[0].document.returnStatus == "800"
    assert "attachment" in response["Content-Disposition"]
    assert client.get(f"/receipts/{row.guid}/{PLATFORM}/P-WAITING").status_code == 404


def test_a_platforms_parcel_with_a_slash_in_its_number_has_its_page(window):
    parcel = bought("A/B C+1")
    file_all(parcel)
    client = window.person("broker")
    target = client.get("/find", {"q": "A/B C+1"}).url
    assert client.get(target).status_code == 200
    assert "A/B C+1" in client.get(target).content.decode()


def test_forgotten_documents_leave_amounts_and_states(window):
    vault.clear_cache()
    vault.forget(AT.date().replace(day=1), by=OPERATOR, at=AT + timedelta(days=70))
    assert MonthKey.objects.filter(wrapped=None).exists()
    response = window.person("broker", "en").get(window.address("released"))
    html = response.content.decode()
    assert (
        response.status_code == 200
        and "were destroyed when their time was over" in html
        and "content destroyed" in html
    )


# What an officer does


def decide(window, verb: str, who: str = "officer", lang: str = "zh", **post):
    path = f"/decide/{verb}/{PLATFORM}/P-CHECKED"
    client = window.person(who, lang)
    return client.post(path, post) if post else client.get(path)


def test_an_officer_passes_a_check_after_a_page_of_confirmation(window):
    page = window.person("officer").get(window.address("checked")).content.decode()
    assert all(f"/decide/{verb}/{PLATFORM}/P-CHECKED" in page for verb in ("pass", "suspend", "refuse"))
    assert "确认通过并放行" in decide(window, "pass").content.decode()
    assert Inventory.objects.get(order_no="P-CHECKED").state == "check"  # asking changes nothing
    response = decide(window, "pass", reason="")
    assert response.url == window.address("checked")
    assert Inventory.objects.get(order_no="P-CHECKED").state == "released"
    assert not Hold.objects.filter(lifted_at=None).exists()


def test_a_check_is_suspended_and_then_sent_back_with_reasons(window):
    assert decide(window, "suspend", reason="核对品牌").status_code == 302
    html = window.person("broker").get(window.address("checked")).content.decode()
    assert "已挂起" in html and "核对品牌" in html and "/decide/" not in html
    assert decide(window, "refuse", reason="品名不符").status_code == 302
    html = window.person("broker").get(window.address("checked")).content.decode()
    assert "已退单" in html and "品名不符" in html


@pytest.mark.parametrize("verb", ["suspend", "refuse"])
def test_a_reason_is_asked_for(window, verb):
    response = decide(window, verb, reason="  ")
    assert response.status_code == 409 and "原因" in response.content.decode()
    assert Inventory.objects.get(order_no="P-CHECKED").state == "check"


def test_what_was_decided_meanwhile_is_said(window):
    decide(window, "pass", reason="")
    response = decide(window, "refuse", lang="en", reason="too late")
    assert response.status_code == 409 and "released" in response.content.decode()
    follow = window.person("officer", "en").get(f"/decide/pass/{PLATFORM}/P-CHECKED", follow=True)
    assert follow.redirect_chain and "cannot be passed" in follow.content.decode()


@pytest.mark.parametrize("who", ["platform", "broker", "operator", "auditor"])
def test_nobody_else_decides(window, who):
    assert decide(window, "pass", who, reason="x").status_code == 403
    assert Inventory.objects.get(order_no="P-CHECKED").state == "check"
    assert "/decide/" not in window.person(who).get(window.address("checked")).content.decode()


def test_the_list_of_checks_shows_the_promise_and_what_is_late(window):
    html = window.person("officer", "en").get("/checks").content.decode()
    assert "P-CHECKED" in html and "2026-05-02 09:00" in html and "overdue" in html
    Hold.objects.update(promised=AT.replace(year=2100))
    assert "overdue" not in window.person("officer", "en").get("/checks").content.decode()


def test_an_officer_sees_people_in_clear_for_a_purpose_that_is_kept(window):
    order, client = window.checked.order, window.person("officer")
    assert order.buyerIdNumber not in client.get(window.address("checked")).content.decode()
    response = client.post(f"/reveal/{PLATFORM}/P-CHECKED", {"purpose": "核对收货人"})
    html = response.content.decode()
    assert order.buyerIdNumber in html and order.buyerName in html and "核对收货人" in html
    assert "no-store" in response["Cache-Control"]
    look = PersonalAccess.objects.get()
    assert (look.by, look.role, look.purpose) == ("officer", "officer", "核对收货人")
    assert look.subject == str(Inventory.objects.get(order_no="P-CHECKED"))
    assert {"order/buyerIdNumber", "payment/payerName", "waybill/consigneeAddress"} <= set(look.fields)
    assert order.buyerIdNumber not in client.get(window.address("checked")).content.decode()


def test_a_zero_byte_in_what_an_officer_writes_is_left_out(window):
    client = window.person("officer")
    assert client.post(f"/reveal/{PLATFORM}/P-CHECKED", {"purpose": "核对\0收货人"}).status_code == 200
    assert PersonalAccess.objects.get().purpose == "核对收货人"
    assert client.post(f"/decide/suspend/{PLATFORM}/P-CHECKED", {"reason": "待核\0实"}).status_code == 302


def test_without_a_purpose_nothing_is_shown(window):
    response = window.person("officer").post(f"/reveal/{PLATFORM}/P-CHECKED", {"purpose": " "}, follow=True)
    assert window.checked.order.buyerIdNumber not in response.content.decode()
    assert not PersonalAccess.objects.exists() and response.redirect_chain


@pytest.mark.parametrize("who", ["platform", "broker", "operator", "auditor"])
def test_nobody_else_sees_people_in_clear(window, who):
    assert window.person(who).post(f"/reveal/{PLATFORM}/P-CHECKED", {"purpose": "x"}).status_code == 403
    assert window.person(who).get(f"/reveal/{PLATFORM}/P-CHECKED").status_code == 405
    assert not PersonalAccess.objects.exists()
