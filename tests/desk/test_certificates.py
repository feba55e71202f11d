"""The pages of certificates, and filing on the page where messages have to be signed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.desk import test_pages
from tests.desk.conftest import OTHER, ROLES, bought
from tests.desk.test_pages import whole

from tongguan.ecommerce import samples
from tongguan.formats import ceb, signing
from tongguan.formats.signing.keys import armoured
from tongguan.kernel.states import Actor
from tongguan.parties import certificates
from tongguan.parties.certificates import TrialCard
from tongguan.parties.models import Certificate, Person
from tongguan.parties.queries import find

BROKER = samples.BROKER
OPERATOR = Actor("window", "operator")
KEY = armoured("PRIVATE KEY", b"0")


@pytest.fixture(autouse=True)
def demonstration(settings, tmp_path, monkeypatch):
    settings.DEMO, settings.TRIAL_KEYS = True, tmp_path / "trial"
    monkeypatch.setattr(test_pages, "GIVEN", test_pages.GIVEN | {OTHER.name})


def browser(name: str, lang: str = "zh") -> Client:
    client = Client(headers={"accept-language": lang})
    if name:
        client.force_login(Person.objects.get(username=name))
    return client


def made(code: str = BROKER.code) -> bytes:
    at = timezone.now()
    found = signing.make_test_certificate(
        code, "card", serial=7, since=at - timedelta(days=1), until=at + timedelta(days=9)
    )
    return armoured("CERTIFICATE", found[1])


@pytest.fixture
def row(people) -> Certificate:
    return certificates.register(find(BROKER.code), made(), by=OPERATOR, at=timezone.now())


def uploaded(client: Client, data: bytes, **more: str):
    return client.post("/certificates", {"certificate": SimpleUploadedFile("card.pem", data), **more})


ALLOWED = dict.fromkeys((*ROLES, "elsewhere"), 200) | {"officer": 403, "auditor": 403, "nobody": 403, "": 302}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", ALLOWED)
def test_who_sees_the_list(row, who, lang):
    response = browser(who, lang).get("/certificates")
    assert response.status_code == ALLOWED[who]
    if response.status_code == 302:
        assert response.url.startswith("/sign-in")
        return
    whole(response, lang)
    shown = response.context.get("list")
    assert (row.serial in {line.row.serial for line in (shown.rows if shown else [])}) == (who == "broker")
    nav = {place["href"] for place in response.context["places"]}
    assert ("/certificates" in nav) == (ALLOWED[who] == 200)


def test_the_file_has_those_of_the_firm_that_is_shown(row):
    mine = b"".join(browser("broker").get("/certificates?as=csv").streaming_content).decode()
    assert row.serial in mine and bytes(row.fingerprint).hex() in mine
    assert row.serial not in b"".join(browser("platform").get("/certificates?as=csv").streaming_content).decode()
    page = browser("operator").get(f"/certificates?of={BROKER.code}")
    assert f"/certificates?of={BROKER.code}&amp;as=csv" in page.content.decode()
    theirs = browser("operator").get(f"/certificates?of={BROKER.code}&as=csv")
    assert row.serial in b"".join(theirs.streaming_content).decode()
    kept = browser("operator").post("/lists/certificates/columns", {"column": ["serial"], "query": f"of={BROKER.code}"})
    assert kept.url == f"/certificates?of={BROKER.code}"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", ALLOWED)
def test_who_sees_and_revokes_one(row, who, lang):
    wanted = ALLOWED[who] if who in ("broker", "operator", "officer", "auditor", "nobody", "") else 404
    address = f"/certificates/{row.pk}"
    client = browser(who, lang)
    response = client.get(address)
    assert response.status_code == wanted
    if wanted == 200:
        whole(response, lang)
    assert client.post(address, {"why": "card lost"}).status_code == (302 if wanted in (200, 302) else wanted)
    row.refresh_from_db()
    assert (row.revoked_at is not None) == (wanted == 200)
    if wanted == 200:
        shown = client.get(address)
        whole(shown, lang)
        assert "card lost" in shown.content.decode() and "textarea" not in shown.content.decode()


def test_what_is_not_there(row):
    for number in (row.pk + 1, 10**30):
        assert browser("broker").get(f"/certificates/{number}").status_code == 404


def test_a_firm_registers_its_own(people):
    response = uploaded(browser("broker"), made())
    found = Certificate.objects.get()
    assert response.url == f"/certificates/{found.pk}"
    assert (found.enterprise, found.registered_by) == (find(BROKER.code), "broker某")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("data", [b"", b"no certificate", KEY])
def test_a_wrong_file_is_said(people, data, lang):
    response = uploaded(browser("broker", lang), data)
    assert response.status_code == 409 and not Certificate.objects.exists()
    whole(response, lang)


def test_of_another(people):
    response = uploaded(browser("platform"), made())
    assert response.status_code == 409 and BROKER.code in response.content.decode()
    assert uploaded(browser("platform"), made(samples.PLATFORM.code), of=BROKER.code).status_code == 302
    assert Certificate.objects.get().enterprise == find(samples.PLATFORM.code)  # whatever the form named


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_operator_acts_for_anybody(people, lang):
    client = browser("operator", lang)
    assert "list" not in client.get("/certificates").context
    nobody = client.get("/certificates?of=123")
    whole(nobody, lang)
    assert "123" in nobody.content.decode()
    whole(client.get(f"/certificates?of={BROKER.code}"), lang)
    assert uploaded(client, made(), of=BROKER.code).status_code == 302
    assert Certificate.objects.get().enterprise == find(BROKER.code)


@pytest.mark.parametrize("why", ["", "  "])
def test_a_reason_is_asked_for(row, why):
    response = browser("broker").post(f"/certificates/{row.pk}", {"why": why})
    assert response.status_code == 409 and "原因" in response.content.decode()
    row.refresh_from_db()
    assert row.revoked_at is None


@pytest.mark.parametrize("kind", ["sm2", "rsa"])
def test_a_certificate_for_trials_is_handed_over_once(people, kind):
    response = browser("broker").post("/certificates", {"trial": kind})
    card = TrialCard.read(response.content)
    assert card.key.kind == kind and "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    found = Certificate.objects.get()
    assert found.trial and bytes(found.fingerprint) == certificates.fingerprint(card.certificate)


def test_outside_a_demonstration_nothing_is_offered(people, settings):
    settings.DEMO = settings.OPEN_INTAKE = False
    client = browser("broker")
    assert 'name="trial"' not in client.get("/certificates").content.decode()
    assert client.post("/certificates", {"trial": "sm2"}).status_code == 409
    assert 'name="sign"' not in client.get("/file").content.decode()
    assert not Certificate.objects.exists()


def filed(client: Client, data: bytes, **more: str):
    return client.post("/file", {"messages": SimpleUploadedFile("m.xml", data, "text/xml"), **more})


@pytest.fixture
def inventory() -> bytes:
    return samples.message("inventory", [bought("S-1").inventory])


def test_the_box_is_ticked_in_a_demonstration(people):
    page = browser("broker", "en").get("/file")
    whole(page, "en")
    assert 'id="sign" name="sign" type="checkbox" value="yes" checked' in page.content.decode()


def test_unsigned_messages_are_signed_when_asked(people, inventory, settings):
    settings.SIGNATURES = "required"
    [result] = filed(browser("broker"), inventory, sign="yes").context["results"]
    assert (result.accepted, result.refused) == (1, 0)
    assert Certificate.objects.get().enterprise == find(BROKER.code)
    later = filed(browser("broker"), samples.message("order", [bought("S-1").order]))
    assert later.status_code == 200 and "checked" not in later.content.decode().partition('id="sign"')[2][:80]


def test_nobody_signs_for_another(people, inventory):
    filed(browser("platform"), inventory, sign="yes")
    assert not Certificate.objects.exists()


def test_outside_a_demonstration_nothing_is_signed(people, inventory, settings):
    settings.DEMO = settings.OPEN_INTAKE = False
    filed(browser("broker"), inventory, sign="yes")
    assert not Certificate.objects.exists() and ceb.read(inventory).signature_xml is None
