"""The pages of the sandbox: who sees what, findings at their elements, nothing personal, keys shown once."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.test_pages import FIRMS, MOST_QUERIES, whole
from tests.ecommerce.filing import AT
from tests.sandbox.conftest import parcel
from tests.sandbox.sending import KINDS, written

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Message
from tongguan.formats import signing
from tongguan.parties.models import MonthKey, Person
from tongguan.parties.vault import clear_cache
from tongguan.sandbox.models import Exchange

PAGES = ("/sandbox", "/sandbox/magic", "/sandbox/certificates")


@pytest.fixture
def desk(people, client):
    """A browser of a person."""

    def of(name: str, lang: str = "zh"):
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = lang
        client.force_login(Person.objects.get(username=name))
        return client

    return of


def send(client, data: bytes):
    return client.post("/sandbox/send", {"message": SimpleUploadedFile("m.xml", data)}, follow=True)


def order(number: str, **changes) -> bytes:
    return written(KINDS["order"], parcel(number).changed("order", **changes).order)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_page_is_whole(desk, lang):
    client = desk("broker", lang)
    send(client, order("D1", orderType="E"))
    send(client, order("D2-TIMEOUT"))
    send(client, b"<x")
    numbers = list(Exchange.objects.values_list("pk", flat=True))
    for path in (*PAGES, "/sandbox?refused=1&form=xml", *(f"/sandbox/{number}" for number in numbers)):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        assert response.status_code == 200, path
        whole(response, lang)
        assert len([one for one in asked if "parties_monthkey" not in one["sql"]]) <= MOST_QUERIES


def test_who_may_come(desk, client):
    for name in (*FIRMS, "operator"):
        browser = desk(name)
        assert [browser.get(path).status_code for path in PAGES] == [200] * len(PAGES), name
        assert "/sandbox" in {place["href"] for place in browser.get("/sandbox").context["places"]}
    for name in ("officer", "auditor", "nobody"):
        browser = desk(name)
        assert [browser.get(path).status_code for path in PAGES] == [403] * len(PAGES), name
        assert send(browser, order("D1")).status_code == 403
    client.logout()
    assert [client.get(path).status_code for path in PAGES] == [302] * len(PAGES)
    assert not Exchange.objects.exists()


def test_other_peoples_exchanges_are_not_there(desk):
    send(desk("broker"), order("D1"))
    number = Exchange.objects.get().pk
    for name in ("platform", "carrier", "operator", "elsewhere"):
        browser = desk(name)
        for path in (f"/sandbox/{number}", f"/sandbox/{number}/bundle.zip", f"/sandbox/{2**63}", "/sandbox/0"):
            assert browser.get(path).status_code == 404, (name, path)
        assert f"/sandbox/{number}" not in browser.get("/sandbox").content.decode()


def test_findings_stand_at_their_elements(desk):
    html = send(desk("broker"), order("D1", orderType="E")).content.decode()
    assert 'href="#n1-orderType"' in html and 'id="n1-orderType"' in html and "-301008" in html
    assert not Message.objects.exists()


def test_nothing_personal_is_on_the_pages(desk):
    html = send(desk("broker"), order("D1")).content.decode()
    doc = parcel("D1").order
    for secret in (doc.buyerName, doc.buyerIdNumber, doc.buyerTelephone, doc.consigneeAddress, doc.buyerRegNo):
        assert secret not in html
    assert f"{doc.buyerName[0]}**" in html


def test_what_cannot_be_read_is_shown_by_its_marks_only(desk):
    html = send(desk("broker"), "<Order><buyerName>李小宝</Order>".encode()).content.decode()
    assert "&lt;buyerName&gt;***&lt;/Order&gt;" in html and "李小宝" not in html


def test_receipts_to_come_are_marked(desk, monkeypatch):
    client = desk("broker", "en")
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    html = send(client, order("D1-TIMEOUT-60")).content.decode()
    assert html.count("not yet") == 2 and "Silence" in html and "magic value TIMEOUT" in html
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(minutes=2))
    assert "not yet" not in client.get(f"/sandbox/{Exchange.objects.get().pk}").content.decode()


def test_filters_of_the_list(desk):
    client = desk("broker")
    send(client, order("D1"))
    send(client, order("D2-301010"))
    first, second = Exchange.objects.order_by("id")
    html = client.get("/sandbox?refused=1&kind=CEB311Message&form=nothing").content.decode()
    assert f'href="/sandbox/{second.pk}"' in html and f'href="/sandbox/{first.pk}"' not in html
    assert "没有符合条件" in client.get("/sandbox?kind=CEB621Message").content.decode()


def test_a_bundle_is_downloaded(desk):
    client = desk("broker")
    send(client, order("D1"))
    response = client.get(f"/sandbox/{Exchange.objects.get().pk}/bundle.zip")
    assert response["Content-Type"] == "application/zip" and "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        assert parcel("D1").order.buyerName.encode() not in file.read("request.xml")


def test_a_forgotten_month_says_so(desk):
    client = desk("broker", "en")
    send(client, order("D1"))
    MonthKey.objects.update(wrapped=None, destroyed_at=AT)
    clear_cache()
    number = Exchange.objects.get().pk
    page = client.get(f"/sandbox/{number}")
    assert page.status_code == 200 and "destroyed" in page.content.decode()
    assert client.get(f"/sandbox/{number}/bundle.zip").status_code == 302


def test_nothing_to_send(desk):
    response = desk("broker").post("/sandbox/send", follow=True)
    assert response.status_code == 200 and not Exchange.objects.exists()
    assert desk("broker").get("/sandbox/send").url == "/sandbox", "who only opens the address comes to the form"


def test_a_key_is_shown_once(desk):
    client = desk("broker")
    html = client.post("/sandbox/certificates", {"algorithm": "rsa-sha1"}).content.decode()
    assert "BEGIN PRIVATE KEY" in html and "BEGIN CERTIFICATE" in html
    again = client.get("/sandbox/certificates").content.decode()
    assert "PRIVATE" not in again and "rsa-sha1" in again
    assert client.post("/sandbox/certificates", {"algorithm": "dsa"}).status_code == 400


def test_the_operator_names_the_enterprise(desk):
    client = desk("operator")
    assert client.post("/sandbox/certificates", {"algorithm": "sm2-sm3", "of": "123"}).status_code == 400
    html = client.post("/sandbox/certificates", {"algorithm": "sm2-sm3", "of": samples.PAYER.code}).content.decode()
    pem = html[html.index("-----BEGIN CERT") : html.index("-----END CERT")] + "-----END CERTIFICATE-----"
    assert signing.read_certificate(pem.encode()).code == samples.PAYER.code
