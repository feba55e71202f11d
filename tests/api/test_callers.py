"""Who is let in: tokens, the open door, and nobody else."""

from __future__ import annotations

import base64

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from tests.api.conftest import AT, OPERATOR, xml

from tongguan.api import callers, limits
from tongguan.ecommerce.models import Message
from tongguan.parties.actions import admit, revoke
from tongguan.parties.models import MachineClient
from tongguan.parties.queries import find

XML = "application/xml"
MACHINE = [
    ("POST", "/cebcmsg"),
    ("GET", "/ceb312msg?dxpid=D&qryid=20260501000000"),
    ("GET", "/ceb412msg?dxpid=D&qryid=20260501000000"),
    ("GET", "/ceb512msg?dxpid=D&qryid=20260501000000"),
    ("GET", "/ceb622msg?dxpid=D&qryid=20260501000000"),
    ("GET", "/ceb900msg?dxpid=D&qryid=20260501000000"),
    ("POST", "/api/v1/messages"),
    ("POST", "/api/v1/messages/CEB311Message"),
    ("GET", "/api/v1/messages"),
    ("GET", "/api/v1/messages/1"),
    ("GET", "/api/v1/parcels?number=T1"),
    ("GET", "/api/v1/parcels/P/T1"),
    ("GET", "/api/v1/receipts"),
]
PUBLIC = ["/api/v1/tariff/3304990029", "/api/v1/law", "/api/v1/codes", "/api/docs", "/api/v1/openapi.json"]


@pytest.mark.parametrize("method, path", MACHINE)
def test_nobody_is_asked_for_a_token(window, method, path):
    response = Client().generic(method, path, b"<a/>", content_type=XML)
    assert response.status_code == 401 and response.json()["code"] == "UNAUTHENTICATED"
    assert response["WWW-Authenticate"].startswith("Bearer ") and "Basic " in response["WWW-Authenticate"]
    assert not Message.objects.exists()


@pytest.mark.parametrize("method, path", MACHINE)
def test_a_session_opens_nothing(window, method, path):
    person = admit("ms-li", "Li", "correct horse battery", [("operator", None)], by=OPERATOR, at=AT)
    browser = Client()
    browser.force_login(get_user_model().objects.get(pk=person.pk))
    assert browser.generic(method, path, b"<a/>", content_type=XML).status_code == 401


@pytest.mark.parametrize("path", PUBLIC)
def test_what_is_public_needs_no_token(window, path):
    assert window.nobody.get(path).status_code == 200


def test_a_token_opens_as_bearer_and_as_basic(window):
    pair = base64.b64encode(f"broker system:{window.broker.token}".encode()).decode()
    assert window.broker.get("/api/v1/messages").status_code == 200
    assert window.nobody.get("/api/v1/messages", Authorization=f"Basic {pair}").status_code == 200
    assert window.nobody.get("/api/v1/messages", Authorization=f"bearer {window.broker.token}").status_code == 200


@pytest.mark.parametrize(
    "written",
    [
        "Bearer wrong", "Bearer", "Bearer ", "Digest x", "Basic !!!", "Basic ", "nonsense",
        "Basic " + base64.b64encode(b"broker system:wrong").decode(), "Basic " + base64.b64encode(b"\xff:\xff").decode(),
    ],
)  # fmt: skip
def test_a_wrong_token_is_refused(window, written):
    response = window.nobody.get("/api/v1/messages", Authorization=written)
    assert response.status_code == 401 and response.json()["code"] == "WRONG_TOKEN"


def test_a_token_under_another_name_is_refused(window):
    pair = base64.b64encode(f"payer system:{window.broker.token}".encode()).decode()
    assert window.nobody.get("/api/v1/messages", Authorization=f"Basic {pair}").status_code == 401


def test_a_wrong_token_is_refused_where_none_is_needed(window):
    assert window.nobody.get("/api/v1/law", Authorization="Bearer wrong").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_a_revoked_client_is_refused(racing_window):
    assert racing_window.broker.get("/api/v1/messages").status_code == 200
    revoke(MachineClient.objects.get(name="broker system").pk, by=OPERATOR, at=AT)
    assert racing_window.broker.get("/api/v1/messages").status_code == 401


def test_wrong_tokens_become_a_429_and_the_right_one_still_passes(window):
    answers = [window.nobody.get("/api/v1/messages", Authorization="Bearer wrong") for _ in range(12)]
    assert [a.status_code for a in answers] == [401] * limits.FAILURES.burst + [429] * 2
    assert answers[-1].json()["code"] == "TOO_MANY_FAILURES" and int(answers[-1]["Retry-After"]) > 0
    assert window.broker.get("/api/v1/messages").status_code == 200


def test_each_caller_has_his_own_limit(window, monkeypatch):
    monkeypatch.setattr(limits, "calls", limits.Buckets(limits.Limit(0.5, 3)))
    answers = [window.broker.get("/api/v1/messages") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["code"] == "TOO_MANY_REQUESTS" and answers[-1]["Retry-After"] in ("1", "2")
    assert window.platform.get("/api/v1/messages").status_code == 200
    assert [window.nobody.get("/api/v1/law").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_the_open_door_takes_a_message_at_its_word(open_window, parcel):
    response = open_window.nobody.post("/api/v1/messages", xml("order", parcel), XML)
    assert response.status_code == 200 and response.json()["accepted"] == 1
    assert Message.objects.get().enterprise == find("91120116MA0TG0042A")


def test_the_open_door_shows_no_records(open_window):
    for path in (
        "/api/v1/messages",
        "/api/v1/messages/1",
        "/api/v1/parcels?number=T",
        "/api/v1/parcels/-/T",
        "/api/v1/receipts",
    ):
        assert open_window.nobody.get(path).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}, {"X-Real-Ip": "203.0.113.7"}, {"Via": "1.1 proxy"},
        {"Origin": "https://example.com"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    ],
)  # fmt: skip
def test_the_open_door_is_shut_to_proxies_and_other_sites_pages(open_window, parcel, headers):
    assert open_window.nobody.post("/cebcmsg", xml("order", parcel), XML, **headers).status_code == 401


def test_the_open_door_is_shut_to_foreign_host_names(open_window, parcel):
    response = open_window.nobody.post("/cebcmsg", xml("order", parcel), XML, Host="rebound.example.com")
    assert response.status_code == 400 and response.json()["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "address, status",
    [("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.2", 200), ("10.0.0.5", 401), ("::2", 401), ("", 401)],
)
def test_the_open_door_is_for_this_machine(open_window, parcel, address, status):
    response = Client(REMOTE_ADDR=address).post("/cebcmsg", xml("order", parcel), content_type=XML)
    assert response.status_code == status


def test_a_wrong_token_does_not_use_the_open_door(open_window, parcel):
    assert open_window.nobody.post("/cebcmsg", xml("order", parcel), XML, Authorization="Bearer x").status_code == 401


def test_basic_credentials_are_read_as_utf_8():
    pair = base64.b64encode("天竺系统:a:b".encode()).decode()
    assert callers._credentials(f"Basic {pair}") == ("天竺系统", "a:b")
