"""The search, and the files of messages."""

from __future__ import annotations

import pytest
from tests.desk.conftest import PLATFORM, bought
from tests.ecommerce.filing import AT, OPERATOR, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Inventory, Message
from tongguan.formats import ceb
from tongguan.parties import vault
from tongguan.parties.actions import register
from tongguan.parties.models import PersonalAccess


def test_any_number_leads_to_the_parcel(window):
    row = Inventory.objects.get(order_no="P-RELEASED")
    client = window.person("platform")
    for number in (
        row.order_no,
        row.invt_no,
        row.pre_no,
        row.cop_no,
        row.logistics_no,
        "PP-RELEASED",
        f"  {row.invt_no}\t",
    ):
        assert client.get("/find", {"q": number}).url == window.address("released"), number


def test_a_number_of_several_gives_a_list(window):
    response = window.person("broker", "en").get("/find?q=999-12345675")
    assert response.status_code == 200 and len(response.context["hits"]) == 4
    assert "4 found" in response.content.decode()


def test_what_is_not_found_teaches_what_can_be(window):
    html = window.person("broker", "en").get("/find", {"q": "<b>none"}).content.decode()
    assert "&lt;b&gt;none" in html and "the number of the waybill" in html and "identity number" not in html
    assert "identity number" in window.person("officer", "en").get("/find?q=none").content.decode()


def test_others_find_nothing(window):
    response = window.person("elsewhere").get("/find?q=P-RELEASED")
    assert response.status_code == 200 and response.context["hits"] == []


def test_a_number_too_long_is_said_to_be(window):
    assert "60" in window.person("broker").get("/find", {"q": "x" * 61}).content.decode()


def test_an_officers_search_for_a_person_is_in_no_address(window):
    client, number = window.person("officer"), window.checked.order.buyerIdNumber
    assert 'action="/find" method="post"' in client.get("/").content.decode()
    assert client.post("/find", {"q": number}).url == window.address("checked")
    assert client.post("/find", {"q": "P-RELEASED"}).url == "/find?q=P-RELEASED"
    assert window.person("broker").post("/find", {"q": number}).context["hits"] == []


def test_the_same_order_number_on_two_platforms_gives_both(window):
    other = samples._firm("310115", "MA0TG0098", "3122960098", "另一平台", "Another", "platform")
    register(other.code, other.customs_registration, name_zh=other.name, kinds=["platform"], by=OPERATOR, at=AT)
    twin = bought("P-RELEASED")
    for noun in ("order", "payment", "inventory"):
        twin = twin.changed(noun, ebpCode=other.code)
    for noun in ("order", "inventory"):
        twin = twin.changed(noun, ebcCode=other.code)
    twin = twin.changed("inventory", assureCode=other.code, logisticsNo="TWIN").changed("waybill", logisticsNo="TWIN")
    twin = twin.changed("order", payTransactionId="TWIN").changed("payment", payTransactionId="TWIN")
    file_all(twin)
    response = window.person("officer").get("/find?q=P-RELEASED")
    assert sorted(hit.href for hit in response.context["hits"]) == sorted(
        [window.address("released"), f"/parcels/{other.code}/P-RELEASED"]
    )


# Messages and their files


def latest() -> Message:
    return Message.objects.order_by("-id").first()


def test_the_receipt_of_a_message_is_the_latest_answer_to_each_document(window):
    response = window.person("broker").get(f"/messages/{latest().pk}/receipt.xml")
    read = ceb.read(response.content)
    assert read.kind == "CEB622Message" and [node.document.returnStatus for node in read.nodes] == ["500"]


def test_a_firm_downloads_its_own_message_and_that_is_noted(window):
    row = latest()
    response = window.person("broker").post(f"/messages/{row.pk}/original")
    assert ceb.read(response.content).nodes[0].document.orderNo == "P-CHECKED"
    assert "attachment" in response["Content-Disposition"]
    look = PersonalAccess.objects.get()
    assert (look.by, look.subject) == ("broker", str(row))
    assert window.person("broker").get(f"/messages/{row.pk}/original").status_code == 405


def test_an_auditor_downloads_it_for_a_purpose_only(window):
    row, client = latest(), window.person("auditor", "en")
    response = client.post(f"/messages/{row.pk}/original", {"purpose": " "}, follow=True)
    assert "what it is needed for" in response.content.decode() and not PersonalAccess.objects.exists()
    assert client.post(f"/messages/{row.pk}/original", {"purpose": "audit 7"}).status_code == 200
    assert PersonalAccess.objects.get().purpose == "audit 7"


@pytest.mark.parametrize("who", ["platform", "payer", "elsewhere"])
def test_messages_of_others_are_not_there(window, who):
    for path in (f"/messages/{latest().pk}", f"/messages/{latest().pk}/receipt.xml"):
        assert window.person(who).get(path).status_code == 404
    assert window.person(who).post(f"/messages/{latest().pk}/original").status_code == 404
    assert not PersonalAccess.objects.exists()


def test_a_forgotten_message_says_so(window):
    from datetime import timedelta

    vault.clear_cache()
    vault.forget(AT.date().replace(day=1), by=OPERATOR, at=AT + timedelta(days=70))
    response = window.person("broker", "en").post(f"/messages/{latest().pk}/original", follow=True)
    assert "were destroyed" in response.content.decode() and not PersonalAccess.objects.exists()


def test_an_unreadable_message_has_its_page_and_its_receipt(window):
    from tongguan.ecommerce.intake import receive
    from tongguan.kernel.states import Actor
    from tongguan.parties.queries import find

    sender = Actor("broker", "broker", find(samples.BROKER.code).pk)
    outcome = receive(b"<a", sender=sender, at=AT)
    client = window.person("broker", "en")
    html = client.get(f"/messages/{outcome.message}").content.decode()
    assert "CEB900" in html and "cut off or damaged" in html
    assert b"CEB900Message" in client.get(f"/messages/{outcome.message}/receipt.xml").content
    assert "could not be read" in client.get("/messages").content.decode()


def test_a_parcel_is_not_found_under_another_platform(window):
    assert window.person("broker").get("/parcels/91110113MA0TG9999X/P-RELEASED").status_code == 404
    assert window.person("broker").get(f"/parcels/{PLATFORM}/P-RELEASED").status_code == 200
