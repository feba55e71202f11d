"""The pages of coming to a firm: applying, deciding, inviting, and changing a firm's people."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.desk import test_pages
from tests.desk.conftest import OTHER, ROLES
from tests.desk.test_account import enter
from tests.desk.test_pages import whole
from tests.parties.test_joining import BOSS, CODE, NAME, WHO

from tongguan.ecommerce import samples
from tongguan.exchange.business_register.actions import list_business
from tongguan.parties.models import Application, Invitation, Membership, Person
from tongguan.parties.queries import capacities

GIVEN = {
    "code": CODE, "name": NAME, "role": "platform", "representative": BOSS, "registration": "", "username": "newcomer",
    "person": "新人某", "password": "correct horse battery", "again": "correct horse battery",
}  # fmt: skip
PEOPLE = (*ROLES, "elsewhere")


@pytest.fixture(autouse=True)
def register(people, settings, monkeypatch):
    settings.BUSINESS_REGISTER = "tongguan.exchange.business_register.SimulatedRegister"
    list_business(CODE, NAME, BOSS, **WHO)
    monkeypatch.setattr(test_pages, "GIVEN", test_pages.GIVEN | {OTHER.name, NAME})


def browser(name: str = "", lang: str = "zh") -> Client:
    client = Client(headers={"accept-language": lang})
    if name:
        client.force_login(Person.objects.get(username=name))
    return client


def join(client: Client, **changed):
    return client.post("/join", GIVEN | changed)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_newcomer_becomes_the_administrator_of_his_firm(lang):
    client = browser(lang=lang)
    whole(client.get("/join"), lang)
    response = join(client)
    row = Application.objects.get()
    assert response.url == f"/account/applications/{row.pk}"
    page = client.get(response.url)
    whole(page, lang)
    assert row.state == "approved" and page.context["own"]
    assert client.get("/parcels").status_code == 200 and client.get("/account/people").status_code == 200
    whole(client.get("/account/applications"), lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_wrong_is_said_beside_its_field(lang):
    client = browser(lang=lang)
    response = join(client, code="123", name="", password="short", again="short")
    assert response.status_code == 409
    whole(response, lang)
    html = response.content.decode()
    for field in ("code", "name", "password"):
        assert f'id="{field}-wrong"' in html and f'aria-describedby="{field}' in html
    assert 'value="123"' in html and "short" not in html and BOSS in html
    differs = join(client, again="another")
    assert differs.status_code == 409 and 'id="again-wrong"' in differs.content.decode()
    assert not Application.objects.exists() and not Person.objects.filter(username="newcomer").exists()


def test_too_many_applications_from_one_address_wait():
    for number in range(5):
        assert join(browser(), username=f"guest{number}", code="91110105MA00DH8B5N").status_code == 302
    response = join(browser(), username="sixth")
    assert response.status_code == 429
    whole(response, "zh")
    assert join(Client(REMOTE_ADDR="10.0.0.9"), username="sixth").status_code == 302


def test_wrong_fields_are_no_attempt():
    for _ in range(7):
        assert join(browser(), code="1").status_code == 409


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_operator_decides_where_the_register_disagrees(lang):
    client = browser(lang=lang)
    address = join(client, name="别名").url
    assert "approve" not in client.get(address).content.decode()
    whole(client.get(address), lang)
    assert client.post(address, {"verb": "approve"}).status_code == 404
    for name in PEOPLE:
        if name != "operator":
            assert browser(name).get(address).status_code == 404
    operator = browser("operator", lang)
    page = operator.get(address)
    whole(page, lang)
    assert BOSS not in page.content.decode()
    whole(operator.get("/account/applications"), lang)
    assert operator.post(address, {"verb": "refuse", "reason": " "}).status_code == 409
    assert operator.post(address, {"verb": "approve"}).status_code == 302
    assert client.get("/parcels").status_code == 200
    assert operator.post(address, {"verb": "approve"}).status_code == 409


def test_a_claim_is_decided_by_the_firms_administrator():
    client = browser()
    address = join(client, code=samples.BROKER.code, role="broker").url
    assert Application.objects.get().state == "claimed"
    assert browser("elsewhere").get(address).status_code == 404
    broker = browser("broker")
    whole(broker.get(address), "zh")
    assert broker.post(address, {"verb": "approve", "function": ["finance"]}).status_code == 302
    assert capacities(Person.objects.get(username="newcomer"))[0].functions == ("finance",)
    assert client.post("/file").status_code == 403


def test_somebody_with_an_account_applies_for_another_firm():
    client = browser("nobody")
    page = client.get("/join")
    assert 'name="password"' not in page.content.decode()
    assert join(client).status_code == 302
    assert client.get("/parcels").status_code == 200


def invited(client: Client, **given) -> str:
    page = client.post("/account/people", {"note": "新人", "role": "broker", "function": ["finance"], **given})
    whole(page, "zh")
    return re.search(r"http://testserver(/invitations/[\w-]+)", page.content.decode())[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_invitation_is_made_opened_and_accepted(lang, monkeypatch):
    monkeypatch.setattr("tests.desk.test_joining_pages.whole", lambda *_: None)  # it shows an address with its http
    link = invited(browser("broker"))
    client = browser(lang=lang)
    test_pages.whole(client.get(link), lang)
    wrong = client.post(link, {"username": "x", "person": "", "password": "y", "again": "y"})
    assert wrong.status_code == 409
    test_pages.whole(wrong, lang)
    given = {name: GIVEN[name] for name in ("username", "person", "password", "again")}
    assert client.post(link, given).url == "/account"
    [held] = capacities(Person.objects.get(username="newcomer"))
    assert (held.actor.role, held.functions) == ("broker", ("finance",))
    over = browser(lang=lang).get(link)
    test_pages.whole(over, lang)
    assert "<form" not in over.content.decode().partition("<main")[2].partition("</main>")[0]
    assert browser("nobody").post(link).status_code == 409
    assert browser().get("/invitations/guess").status_code == 404


def test_a_person_who_is_here_accepts_as_himself(monkeypatch):
    monkeypatch.setattr("tests.desk.test_joining_pages.whole", lambda *_: None)
    link = invited(browser("broker"))
    client = browser("nobody")
    whole(client.get(link), "zh")
    assert client.post(link).status_code == 302 and client.get("/parcels").status_code == 200


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_sees_the_people(lang):
    for name in PEOPLE:
        response = browser(name, lang).get("/account/people")
        assert response.status_code == (403 if name in ("officer", "auditor") else 200), name
        whole(response, lang)
    of = browser("operator", lang).get(f"/account/people?of={samples.BROKER.code}")
    whole(of, lang)
    assert "broker某" in of.content.decode()
    assert browser("operator").get("/account/people?of=123").status_code == 404
    Membership.objects.filter(person__username="broker").update(functions=["declarant", "finance"])
    assert browser("broker").get("/account/people").status_code == 403


def test_people_are_changed_handed_over_and_ended(monkeypatch):
    monkeypatch.setattr("tests.desk.test_joining_pages.whole", lambda *_: None)
    broker, other = browser("broker"), Person.objects.get(username="nobody")
    link = invited(broker)
    client, _ = enter("nobody")
    client.post(link)
    row = Membership.objects.get(person=other)
    broker.post(f"/account/people/{row.pk}/change", {"function": ["declarant", "viewer"]})
    row.refresh_from_db()
    assert row.functions == ["declarant", "viewer"]
    own = Membership.objects.get(person__username="broker")
    page = broker.post(f"/account/people/{own.pk}/end", follow=True)
    assert "最后一名管理员" in page.content.decode()
    elsewhere = browser("elsewhere")
    assert elsewhere.post(f"/account/people/{row.pk}/end").status_code == 404
    assert broker.post(f"/account/people/{row.pk}/burn").status_code == 404
    assert broker.post(f"/account/people/{row.pk}/hand_over").url == "/account"
    assert broker.get("/account/people").status_code == 403 and client.get("/account/people").status_code == 200
    client.post(f"/account/people/{own.pk}/end")
    assert broker.get("/parcels").status_code == 403


def test_an_invitation_is_withdrawn(monkeypatch):
    monkeypatch.setattr("tests.desk.test_joining_pages.whole", lambda *_: None)
    broker = browser("broker")
    link, row = invited(broker), Invitation.objects.get()
    assert browser("elsewhere").post(f"/account/invitations/{row.pk}/withdraw").status_code == 404
    broker.post(f"/account/invitations/{row.pk}/withdraw")
    assert browser("nobody").post(link).status_code == 409


def test_the_operator_invites_an_officer(monkeypatch):
    monkeypatch.setattr("tests.desk.test_joining_pages.whole", lambda *_: None)
    link = invited(browser("operator"), role="officer")
    client = browser()
    client.post(link, {name: GIVEN[name] for name in ("username", "person", "password", "again")})
    assert client.get("/checks").status_code == 200
