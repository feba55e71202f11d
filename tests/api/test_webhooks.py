"""Webhooks by the API: what a program may set and see, what it is told when it is wrong, and that others' are not there."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.ecommerce.filing import AT
from tests.exchange.webhooks.conftest import made, public, receiver, told  # noqa: F401 (fixtures)

from tongguan.exchange.models.webhooks import WebhookDelivery, WebhookEndpoint
from tongguan.exchange.webhooks import actions
from tongguan.kernel.states import Actor
from tongguan.parties.actions import issue
from tongguan.parties.clients import clear_cache
from tongguan.parties.models import Enterprise

PATH = "/api/v1/webhooks"
JSON = "application/json"
WANTED = {"url": "https://erp.example.com/hooks", "kinds": ["CEB622Message"], "statuses": ["800", "refused"]}


class Program:
    """A program of a firm with some scopes."""

    def __init__(self, firm: int, role: str, scopes: list[str], at):
        clear_cache()
        name = f"{role}-{'-'.join(scopes)}"
        by = Actor("window", "operator")
        _, token = issue(name, Enterprise.objects.get(pk=firm), role=role, scopes=scopes, by=by, at=at)
        self.client = Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})

    def __call__(self, method: str, path: str, body=None):
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.generic(method, path, data, content_type=JSON)


@pytest.fixture(autouse=True)
def _names_resolve(monkeypatch):
    """No test asks a real name service, and all of them have one clock."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)

    def resolve(host: str, port: int) -> list[str]:
        return public(host, port) if host.endswith(".example.com") else [host]

    for one in (actions.add, actions.change):
        monkeypatch.setitem(one.__kwdefaults__, "resolve", resolve)


@pytest.fixture
def manager(made) -> Program:  # noqa: F811
    return Program(made.firm, "platform", ["see", "programs"], made.clock())


@pytest.fixture
def reader(made) -> Program:  # noqa: F811
    return Program(made.firm, "platform", ["see", "file"], made.clock())


@pytest.fixture
def stranger(made) -> Program:  # noqa: F811
    return Program(made.stranger.enterprise, "broker", ["see", "programs"], made.clock())


def test_a_program_sets_changes_switches_and_removes_an_address(manager):
    given = manager("POST", PATH, WANTED)
    assert given.status_code == 200 and given.json()["secret"].startswith("whsec_")
    shown = given.json()["webhook"]
    assert (shown["url"], shown["state"], shown["statuses"]) == (WANTED["url"], "on", ["800", "refused"])
    one = f"{PATH}/{shown['number']}"
    assert manager("GET", PATH).json()["webhooks"] == [shown] and manager("GET", one).json() == shown
    assert "secret" not in json.dumps(manager("GET", one).json()).replace("oldSecretUntil", "")
    assert manager("PUT", one, {"url": "https://erp.example.com/b"}).json()["kinds"] == []
    rotated = manager("POST", f"{one}/rotate").json()
    assert rotated["secret"] != given.json()["secret"] and rotated["webhook"]["oldSecretUntil"]
    assert manager("POST", f"{one}/off").json()["state"] == "person"
    assert manager("POST", f"{one}/test").json()["errors"][0]["code"] == "WEBHOOK_OFF"
    assert manager("POST", f"{one}/on").json()["state"] == "on"
    assert manager("DELETE", one).json() == {"removed": shown["number"]}
    assert manager("GET", one).json()["code"] == "NOT_FOUND"


def test_the_log_and_one_delivery(made, manager, receiver):  # noqa: F811
    number = made.endpoint(receiver.url).endpoint.pk
    receiver.answers = [(500, {})]
    sent = manager("POST", f"{PATH}/{number}/test").json()
    assert (sent["type"], sent["state"], sent["attempts"]) == ("test", "waiting", 0)
    made.courier.once()
    log = manager("GET", f"{PATH}/{number}/deliveries").json()
    assert log["next"] is None and log["deliveries"][0]["last"]["problem"] == "status"
    assert manager("GET", f"{PATH}/{number}/deliveries?state=delivered").json()["deliveries"] == []
    one = f"/api/v1/webhook-deliveries/{sent['number']}"
    found = manager("GET", one).json()
    assert json.loads(found["body"])["type"] == "test" and found["attempts"][0]["answer"] == "answer 500"
    assert found["attempts"][0]["message"]["en"] and found["delivery"]["id"].startswith("msg_")
    assert manager("POST", f"{one}/again").json()["state"] == "waiting"
    made.courier.once()
    assert manager("GET", one).json()["delivery"]["state"] == "delivered"


def test_the_log_is_read_page_by_page_with_as_many_queries_as_for_one(made, manager, receiver):  # noqa: F811
    number = made.endpoint(receiver.url).endpoint.pk
    told(made.firm, 1)
    made.courier.once()
    path = f"{PATH}/{number}/deliveries"
    manager("GET", path)
    with CaptureQueriesContext(connection) as few:
        manager("GET", path)
    told(made.firm, 60)
    made.courier.once()
    with CaptureQueriesContext(connection) as many:
        page = manager("GET", path).json()
    assert len(many) == len(few) and len(page["deliveries"]) == 50
    rest = manager("GET", f"{path}?before={page['next']}").json()
    assert len(rest["deliveries"]) == 11 and rest["next"] is None
    seen = [one["number"] for one in page["deliveries"] + rest["deliveries"]]
    assert seen == sorted(set(seen), reverse=True)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "MALFORMED_JSON"),
        (b"[]", "WRONG_SHAPE"),
        ({}, "WRONG_SHAPE"),
        ({"url": 5}, "WRONG_SHAPE"),
        ({"url": "https://erp.example.com/\0"}, "WRONG_SHAPE"),
        ({"url": ""}, "WEBHOOK_ADDRESS"),
        ({"url": "http://erp.example.com/"}, "WEBHOOK_NOT_HTTPS"),
        ({**WANTED, "kinds": ["CEB621Message"]}, "WEBHOOK_KIND"),
        ({**WANTED, "statuses": ["many"]}, "WEBHOOK_STATUS"),
        ({**WANTED, "statuses": [str(n) for n in range(51)]}, "WEBHOOK_STATUS"),
        ({**WANTED, "description": "x" * 101}, "WEBHOOK_DESCRIPTION"),
        ({**WANTED, "description": "a\nb"}, "WEBHOOK_DESCRIPTION"),
    ],
)
def test_each_wrong_body_has_its_own_code(manager, body, code):
    answer = manager("POST", PATH, body)
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert code in (problem["code"], problem["errors"][0]["code"])
    assert not WebhookEndpoint.objects.exists()


def test_an_address_is_set_once_and_only_so_many(manager):
    assert manager("POST", PATH, WANTED).status_code == 200
    assert manager("POST", PATH, WANTED).json()["errors"][0]["code"] == "WEBHOOK_TAKEN"
    for n in range(4):
        assert manager("POST", PATH, {"url": f"https://erp.example.com/{n}"}).status_code == 200
    answer = manager("POST", PATH, {"url": "https://erp.example.com/more"})
    assert answer.status_code == 409 and answer.json()["errors"][0]["code"] == "WEBHOOKS_TOO_MANY"


OPERATIONS = [
    ("PUT", "webhooks/{endpoint}"), ("DELETE", "webhooks/{endpoint}"), ("POST", "webhooks/{endpoint}/rotate"),
    ("POST", "webhooks/{endpoint}/on"), ("POST", "webhooks/{endpoint}/off"), ("POST", "webhooks/{endpoint}/test"),
    ("POST", "webhook-deliveries/{delivery}/again"),
]  # fmt: skip
LOOKS = [
    ("GET", "webhooks/{endpoint}"),
    ("GET", "webhooks/{endpoint}/deliveries"),
    ("GET", "webhook-deliveries/{delivery}"),
]


@pytest.fixture
def places(made, manager, receiver) -> dict[str, int]:  # noqa: F811
    number = made.endpoint(receiver.url).endpoint.pk
    manager("POST", f"{PATH}/{number}/test")
    return {"endpoint": number, "delivery": WebhookDelivery.objects.get().pk}


@pytest.mark.parametrize(("method", "path"), OPERATIONS + LOOKS)
def test_nothing_of_another_firm_is_there(stranger, places, method, path):
    answer = stranger(method, f"/api/v1/{path.format(**places)}", WANTED if method == "PUT" else None)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert stranger("GET", PATH).json()["webhooks"] == []
    assert WebhookEndpoint.objects.get().off_why == ""


@pytest.mark.parametrize(("method", "path"), [*OPERATIONS, ("POST", "webhooks")])
def test_who_may_not_manage_programs_changes_nothing(reader, places, method, path):
    answer = reader(method, f"/api/v1/{path.format(**places)}", WANTED if method in ("PUT", "POST") else None)
    assert (answer.status_code, answer.json()["code"]) == (403, "NOT_YOURS")


@pytest.mark.parametrize(("method", "path"), LOOKS)
def test_who_only_looks_sees(reader, places, method, path):
    assert reader(method, f"/api/v1/{path.format(**places)}").status_code == 200


@pytest.mark.parametrize("query", ["state=other", "before=0", "before=x"])
def test_wrong_parameters_are_problems(reader, places, query):
    answer = reader("GET", f"{PATH}/{places['endpoint']}/deliveries?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_PARAMETER")


def test_who_acts_for_no_firm_has_none(made):  # noqa: F811
    clear_cache()
    _, token = issue("window", None, role="operator", by=Actor("window", "operator"), at=made.clock())
    client = Client(headers={"authorization": f"Bearer {token}"})
    assert client.get(PATH).json() == {"webhooks": []}
    assert client.post(PATH, WANTED, JSON).json()["code"] == "NOT_YOURS"
    assert Client().get(PATH).status_code == 401
