"""The page of mandates: who asks, who grants, who sees."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.desk import test_pages
from tests.desk.conftest import OTHER, ROLES
from tests.desk.test_joining_pages import browser
from tests.desk.test_pages import whole

from tongguan.ecommerce import samples
from tongguan.parties.mandates import mandate
from tongguan.parties.models import Mandate, Membership
from tongguan.parties.queries import find

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture(autouse=True)
def names(monkeypatch):
    monkeypatch.setattr(test_pages, "GIVEN", test_pages.GIVEN | {OTHER.name})


def ask(client, **changed):
    today = timezone.localdate()
    given = {"principal": samples.PLATFORM.code, "ability": ["file"], "message": ["CEB621Message"],
             "since": today.isoformat(), "until": (today + timedelta(days=30)).isoformat()}  # fmt: skip
    return client.post("/account/mandates", given | changed)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_mandate_is_asked_for_granted_and_revoked(lang):
    agent, principal = browser("broker", lang), browser("platform", lang)
    whole(agent.get("/account/mandates"), lang)
    assert ask(agent).status_code == 302
    row = Mandate.objects.get()
    for client, verbs in ((agent, ["withdraw"]), (principal, ["grant", "refuse"])):
        page = client.get("/account/mandates")
        whole(page, lang)
        assert page.context["lines"][0]["verbs"] == verbs
    assert agent.post(f"/account/mandates/{row.pk}/grant").status_code == 403
    assert principal.post(f"/account/mandates/{row.pk}/grant").status_code == 302
    firms = find(samples.BROKER.code).pk, find(samples.PLATFORM.code).pk
    assert mandate(*firms, kind="CEB621Message", at=timezone.now()) == row
    assert principal.post(f"/account/mandates/{row.pk}/revoke").status_code == 302
    assert mandate(*firms, kind="CEB621Message", at=timezone.now()) is None
    whole(principal.post(f"/account/mandates/{row.pk}/revoke", follow=True), lang)


def test_nobody_else_sees_or_decides_it():
    ask(browser("broker"))
    row = Mandate.objects.get()
    for name in ("payer", "carrier", "elsewhere"):
        assert browser(name).get("/account/mandates").context["lines"] == []
        assert browser(name).post(f"/account/mandates/{row.pk}/grant").status_code == 404
    assert browser("platform").post(f"/account/mandates/{row.pk}/burn").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_has_the_page(lang):
    for name in (*ROLES, "elsewhere"):
        response = browser(name, lang).get("/account/mandates")
        assert response.status_code == (403 if name in ("officer", "operator", "auditor") else 200), name
        whole(response, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_wrong_is_said_beside_its_field(lang):
    response = ask(browser("broker", lang), principal="12", ability=[], until="then")
    assert response.status_code == 409
    whole(response, lang)
    for field in ("principal", "abilities", "since"):
        assert f'id="{field}-wrong"' in response.content.decode()


def test_who_only_files_looks_only():
    Membership.objects.filter(person__username="broker").update(functions=["declarant"])
    client = browser("broker")
    assert '<form class="sheet"' not in client.get("/account/mandates").content.decode()
    assert ask(client).status_code == 403
