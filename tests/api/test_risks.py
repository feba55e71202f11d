"""Risk findings for programs: the authority's alone, by pages, and without people."""

from __future__ import annotations

import pytest
from tests.ecommerce.filing import AT, file
from tests.ecommerce.test_patterns import SHOP, neighbours

from tongguan.ecommerce.models import RiskFinding
from tongguan.ecommerce.patterns.actions import look_for_patterns
from tongguan.parties import vault


@pytest.fixture
def finding(window) -> RiskFinding:
    parcels = neighbours(4, telephone=SHOP)
    for noun in ("order", "inventory"):
        file(noun, *(getattr(parcel, noun) for parcel in parcels))
    [found] = look_for_patterns(at=AT)
    return found


def test_the_operator_reads_findings(window, finding):
    response = window.operator.get("/api/v1/risks", {"state": "open"})
    [found] = response.json()["findings"]
    assert (found["id"], found["pattern"], found["count"], found["most"]) == (finding.pk, "telephone", 4, 3)
    assert (found["firstDay"], found["lastDay"], found["state"]) == ("2026-04-02", "2026-05-01", "open")
    assert found["says"]["en"].startswith("4 people") and found["says"]["zh"]
    assert found["foundAt"].endswith("+08:00") and response.json()["next"] is None
    assert SHOP not in response.content.decode()
    assert vault.match("phone", SHOP).hex() not in response.content.decode()


def test_the_operator_reads_the_parcels_behind_one(window, finding):
    found = window.operator.get(f"/api/v1/risks/{finding.pk}").json()
    assert found["finding"]["id"] == finding.pk
    assert [one["orderNo"] for one in found["parcels"]] == ["N0003", "N0002", "N0001", "N0000"]
    assert set(found["parcels"][0]) == {"subject", "ebpCode", "orderNo", "invtNo", "state"}
    last = int(found["parcels"][1]["subject"].removeprefix("inventory/"))
    rest = window.operator.get(f"/api/v1/risks/{finding.pk}", {"before": last}).json()
    assert [one["orderNo"] for one in rest["parcels"]] == ["N0001", "N0000"]


@pytest.mark.parametrize("who", ["platform", "broker", "payer", "carrier"])
def test_firms_do_not(window, finding, who):
    for path in ("/api/v1/risks", f"/api/v1/risks/{finding.pk}"):
        response = getattr(window, who).get(path)
        assert (response.status_code, response.json()["code"]) == (403, "NOT_YOURS")


def test_bad_questions_are_told_so(window, finding):
    odd = window.operator.get("/api/v1/risks", {"state": "odd"})
    assert (odd.status_code, odd.json()["errors"][0]["pointer"]) == (400, "state")
    assert window.operator.get("/api/v1/risks", {"before": "x"}).status_code == 400
    assert window.operator.get("/api/v1/risks/0").status_code == 404
    assert window.operator.get(f"/api/v1/risks/{10**30}").status_code == 404
    assert window.nobody.get("/api/v1/risks").status_code == 401
