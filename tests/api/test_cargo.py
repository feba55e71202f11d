"""Manifests by the JSON API: filed, changed, reported and counted by those whose they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.api.conftest import OPERATOR, Caller
from tests.ecommerce.filing import AT

from tongguan.cargo.models import Conveyance
from tongguan.holds.models import Hold
from tongguan.parties.actions import issue, register
from tongguan.parties.queries import find

SITE = "91110105MA00DH8B5N"


def ago(**before) -> str:
    return (AT - timedelta(**before)).isoformat()


def manifest(**changed) -> dict:
    return {
        "direction": "I", "transportMode": "5", "vehicle": "CA982", "voyage": "20260302", "customsCode": "0101",
        "departsAt": ago(hours=20), "expectedAt": ago(hours=9),
        "bills": [{"master": "999-12345675", "pieces": 10, "gross": "100.5", "goods": "cherries", "containers": []}],
    } | changed  # fmt: skip


@pytest.fixture
def site(window) -> Caller:
    register(SITE, "1105980002", name_zh="首都机场货站", kinds=["site"], by=OPERATOR, at=AT)
    _, token = issue("site system", find(SITE), role="site", dxp_id="", by=OPERATOR, at=AT)
    return Caller(token)


def test_a_flight_from_its_manifest_to_its_tally(window, site):
    whole = window.carrier.post("/api/v1/manifests", manifest()).json()
    path = f"/api/v1/manifests/{whole['manifest']['number']}"
    assert (whole["manifest"]["state"], whole["manifest"]["late"]) == ("manifested", True)
    assert [one["number"] for one in whole["bills"]] == ["99912345675"]
    change = {"reason": "typo", "bills": [{"master": "99912345675", "pieces": 10, "gross": "101"}]}
    assert window.carrier.post(f"{path}/changes", change).json()["bills"][0]["gross"] == "101.0000"
    for caller, step, hours in ((window.carrier, "entry", 9), (window.carrier, "arrival", 8), (site, "unloading", 7)):
        assert caller.post(f"{path}/steps/{step}", {"moment": ago(hours=hours)}).status_code == 200
    assert site.post(f"{path}/steps/unloaded", {"moment": ago(hours=1)}).json()["manifest"]["state"] == "unloaded"
    counted = site.post(f"{path}/tallies", {"bill": "99912345675", "pieces": 9, "gross": "101"}).json()
    assert counted["bills"][0]["tallies"][0]["differences"] == ["short"]
    assert (counted["manifest"]["state"], Hold.objects.get().reason) == ("tallied", "tally_short")
    assert counted == site.get(path).json() == window.carrier.get(path).json()
    seen = window.carrier.get("/api/v1/bills", {"number": "999-12345675", "mode": "5"}).json()
    assert (seen["pieces"], seen["state"], seen["entryDeclared"]) == (10, "differing", ago(hours=9)[:10])
    assert [one["vehicle"] for one in site.get("/api/v1/manifests").json()["manifests"]] == ["CA982"]


def test_export_goods_come_to_the_site(window, site):
    window.carrier.post("/api/v1/manifests", manifest(direction="E", expectedAt=ago(hours=-9)))
    told = {"transportMode": "5", "bill": "999-12345675", "moment": ago(hours=1)}
    assert site.post("/api/v1/bills/delivered", told).json()["arrived"] == ago(hours=1)
    assert site.post("/api/v1/bills/delivered", told | {"bill": "X"}).status_code == 404


def test_what_is_wrong_is_pointed_at(window):
    wrong = manifest(vehicle="X", bills=[manifest()["bills"][0] | {"master": "999-12345676"}])
    answer = window.carrier.post("/api/v1/manifests", wrong)
    assert answer.status_code == 409
    assert [(one["code"], one["pointer"]) for one in answer.json()["errors"]][:2] == [
        ("MANIFEST_FLIGHT", "vehicle"), ("BILL_NUMBER", "bills/1/master"),
    ]  # fmt: skip
    assert not Conveyance.objects.exists()


def test_others_see_and_change_nothing(window, site):
    number = window.carrier.post("/api/v1/manifests", manifest()).json()["manifest"]["number"]
    path, step = f"/api/v1/manifests/{number}", {"moment": ago(hours=1)}
    assert window.nobody.get(path).status_code == 401
    for other in (window.platform, window.payer, window.broker, site):
        assert other.get(path).status_code == 404
        assert other.post(f"{path}/steps/entry", step).status_code in (403, 404)
        assert other.post("/api/v1/manifests", manifest()).status_code == 403
        assert other.get("/api/v1/bills", {"number": "99912345675", "mode": "5"}).status_code == 404
    assert window.operator.get(path).status_code == 200


@pytest.mark.parametrize(
    "address, body",
    [
        ("manifests", {}),
        ("manifests", b"{"),
        ("manifests", manifest(departsAt="2026-03-02T08:30:00")),
        ("manifests", manifest(name="a\0")),
        ("manifests", manifest(more=1)),
        ("manifests/1/steps/flying", {"moment": ago(hours=1)}),
        ("manifests/1/tallies", {"bill": "1"}),
        ("bills/delivered", []),
    ],
)
def test_bad_bodies(window, address, body):
    assert window.carrier.post(f"/api/v1/{address}", body).status_code == 400


def test_a_manifest_is_called_off(window):
    path = f"/api/v1/manifests/{window.carrier.post('/api/v1/manifests', manifest()).json()['manifest']['number']}"
    assert window.carrier.post(f"{path}/cancel", {"reason": ""}).status_code == 409
    assert window.carrier.post(f"{path}/cancel", {"reason": "not flying"}).json()["manifest"]["state"] == "cancelled"
