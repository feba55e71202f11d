"""The page of a firm's programs, and the addresses by which a program manages others."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from tests.desk.conftest import PLATFORM
from tests.desk.test_account import enter
from tests.desk.test_pages import whole

from tongguan.ecommerce import samples
from tongguan.parties.clients import clear_cache
from tongguan.parties.models import MachineClient, Membership

pytestmark = pytest.mark.usefixtures("people")
GIVEN = {"name": "erp", "role": "broker", "scope": ["see", "file"], "days": "30"}
CODE = samples.BROKER.code


def token_of(response) -> str:
    made = response.context["made"]
    assert made and f'id="token">{made[1]}<' in response.content.decode()
    return made[1]


def api(token: str, lang: str = "en") -> Client:
    return Client(headers={"authorization": f"Bearer {token}", "accept-language": lang})


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", ["broker", "operator"])
def test_the_administrator_and_the_operator_see_the_programs(who, lang):
    client, _ = enter("broker", lang=lang)
    client.post("/account/programs", GIVEN)
    client, _ = enter(who, lang=lang)
    response = client.get("/account/programs", {"of": CODE} if who == "operator" else {})
    assert response.status_code == 200 and f"{CODE}-erp" in response.content.decode()
    whole(response, lang)


@pytest.mark.measure("M2-I-5.2")
def test_a_token_is_shown_once_and_opens_what_it_is_for():
    client, _ = enter("broker")
    response = client.post("/account/programs", GIVEN)
    assert "no-store" in response["Cache-Control"]
    token = token_of(response)
    assert token not in client.get("/account/programs").content.decode()
    found = api(token).get("/api/v1/programs/own").json()
    assert (found["name"], found["scopes"], found["state"]) == (f"{CODE}-erp", ["see", "file"], "in_force")
    assert api(token).get("/api/v1/messages").status_code == 200
    assert api(token).get("/api/v1/programs").json()["code"] == "NOT_YOURS"
    assert api(token).post("/api/v1/payment-orders", {"bills": ["1"]}, "application/json").json()["code"] == "NOT_YOURS"
    row = MachineClient.objects.get(name=f"{CODE}-erp")
    client.post(f"/account/programs/{row.pk}/revoke")
    clear_cache()  # as is done when it is committed
    assert api(token).get("/api/v1/messages").status_code == 401


def test_who_may_only_file_reads_nothing():
    client, _ = enter("broker")
    token = token_of(client.post("/account/programs", GIVEN | {"scope": ["file"]}))
    for path in ("/api/v1/messages", "/ceb622msg", "/dxp"):
        response = api(token).get(path)
        assert (response.status_code, response.json()["code"]) == (403, "SCOPE_MISSING")
    assert "“查看本企业业务”" in api(token, "zh").get("/api/v1/messages").json()["detail"]


def test_what_is_wrong_stands_at_its_field():
    client, _ = enter("broker", lang="en")
    response = client.post("/account/programs", GIVEN | {"name": "a b", "days": "x", "scope": []})
    assert response.status_code == 409 and set(response.context["said"]) == {"name", "days", "scopes"}
    whole(response, "en")


def test_another_token(settings):
    client, _ = enter("broker")
    old = token_of(client.post("/account/programs", GIVEN))
    row = MachineClient.objects.get(name=f"{CODE}-erp")
    new = token_of(client.post(f"/account/programs/{row.pk}/renew", {"days": "9"}))
    assert api(new).get("/api/v1/programs/own").status_code == 200
    assert api(old).get("/api/v1/programs/own").status_code == 401
    assert client.post(f"/account/programs/{row.pk}/renew", {"days": "0"}).status_code == 302


def test_only_the_administrator_manages_and_only_his_firms():
    client, _ = enter("broker")
    client.post("/account/programs", GIVEN)
    row = MachineClient.objects.get(name=f"{CODE}-erp")
    other, _ = enter("platform")
    assert other.post(f"/account/programs/{row.pk}/revoke").status_code == 404
    Membership.objects.filter(person__username="broker").update(functions=["declarant"])
    for path in ("/account/programs", f"/account/programs/{row.pk}/revoke"):
        assert client.post(path, GIVEN).status_code == 403
    operator, _ = enter("operator")
    assert operator.post(f"/account/programs/{row.pk}/revoke", {"of": PLATFORM}).status_code == 404
    assert operator.post(f"/account/programs/{row.pk}/revoke", {"of": CODE}).status_code == 302
    row.refresh_from_db()
    assert row.revoked is not None


def test_a_program_manages_others_within_what_it_may():
    client, _ = enter("broker")
    token = token_of(client.post("/account/programs", GIVEN | {"scope": ["see", "file", "programs"]}))

    def post(path: str, body: object = None) -> tuple[int, dict]:
        response = api(token).post(f"/api/v1/programs{path}", json.dumps(body), "application/json")
        return response.status_code, response.json()

    wanted = {"name": "till", "role": "broker", "scopes": ["file"], "days": 20}
    status, made = post("", wanted)
    assert (status, made["program"]["scopes"]) == (200, ["file"]) and len(made["token"]) > 40
    assert post("", wanted | {"name": "b", "scopes": ["pay"]})[1]["errors"][0]["code"] == "PROGRAM_BEYOND_GIVER"
    assert post("", {"name": "b"})[1]["code"] == "WRONG_SHAPE"
    assert [one["name"] for one in api(token).get("/api/v1/programs").json()["programs"]] == [
        f"{CODE}-erp",
        f"{CODE}-till",
    ]
    number = made["program"]["number"]
    assert post(f"/{number}/renew?days=5")[1]["program"]["number"] == number
    assert post(f"/{number}/revoke")[1]["state"] == "revoked"
    assert post("/987654321/revoke")[1]["code"] == "NOT_FOUND"
