"""Templates of declarations, and answers to what customs propose, by the JSON API."""

from __future__ import annotations

import json

import pytest
from tests.api.test_declarations import PATH, body, client
from tests.declarations import made
from tests.declarations.made import AGENT, AT, CARRIER, OFFICER, again

from tongguan.declarations import actions
from tongguan.declarations.models import Declaration

TEMPLATES = "/api/v1/declaration-templates"


@pytest.fixture
def quay(db, monkeypatch, settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    made.use_tariff(monkeypatch, made.tariff())
    made.prepare()
    made.parities("2026-02-24", "2026-03-18")
    made.ship()
    return client("broker", AGENT)


def test_a_template_is_kept_read_listed_and_deleted(quay):
    saved = quay.post(PATH, body()).json()
    kept = quay.post(TEMPLATES, {"declaration": saved["preNo"], "name": "机器"}).json()
    assert (kept["name"], kept["goods"], kept["lines"]) == ("机器", "机器", 1)
    whole = quay.get(f"{TEMPLATES}/{kept['id']}").json()
    assert whole["document"].get("BillNo") is None and whole["document"]["TradeCoScc"] == made.TRADER
    again_ = quay.post(PATH, {"document": whole["document"] | {"BillNo": made.BILL}})
    assert again_.status_code == 200, again_.content
    assert [one["id"] for one in quay.get(TEMPLATES).json()["templates"]] == [kept["id"]]
    unnamed = quay.post(TEMPLATES, {"declaration": saved["preNo"], "name": ""})
    assert unnamed.status_code == 409 and unnamed.json()["errors"][0]["code"] == "DEC_TEMPLATE_NAME"
    other = client("broker", CARRIER)
    assert other.get(TEMPLATES).json()["templates"] == []
    assert other.get(f"{TEMPLATES}/{kept['id']}").status_code == 404
    assert other.delete(f"{TEMPLATES}/{kept['id']}").status_code == 404
    assert other.post(TEMPLATES, {"declaration": saved["preNo"], "name": "x"}).status_code == 404
    assert quay.delete(f"{TEMPLATES}/{kept['id']}").status_code == 200
    assert quay.get(TEMPLATES).json()["templates"] == []


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_customs_propose_is_seen_and_answered(quay, confirmed):
    place = f"{PATH}/{quay.post(PATH, body()).json()['preNo']}"
    quay.post(f"{place}/submit", b"")
    assert quay.post(f"{place}/proposal", {"confirmed": True}).status_code == 404
    row = Declaration.objects.get()
    wanted = made.document(made.item(GName="机器零件"))
    actions.propose(row.pk, "amend", reason="品名", of=wanted, by=OFFICER, at=AT)
    [asked] = quay.get(place).json()["changeRequests"]
    assert (asked["state"], asked["confirmBy"], asked["document"]["items"][0]["GName"]) == (
        "proposed", "2026-03-23", "机器零件",
    )  # fmt: skip
    if not confirmed:
        unsaid = quay.post(f"{place}/proposal", {"confirmed": False})
        assert unsaid.json()["errors"][0]["code"] == "DEC_REASON"
    done = quay.post(f"{place}/proposal", {"confirmed": confirmed, "answer": "" if confirmed else "品名无误"}).json()
    assert (done["version"], done["changeRequests"][0]["state"]) == ((2, "granted") if confirmed else (1, "declined"))
    assert again(row).version == done["version"] and json.dumps(done)


def test_what_nobody_declared_is_told_with_the_day_of_sale(quay, monkeypatch):
    path = "/api/v1/bills/undeclared"
    officer = client("trader", made.TRADER)
    [one] = officer.get(path).json()["bills"]
    assert (one["number"], one["entered"], one["limit"], one["sale"], one["code"]) == (
        made.BILL, "2026-03-02", "2026-03-16", "2026-06-02", "",
    )  # fmt: skip
    assert officer.get(f"{path}?sellable=true").json()["bills"] == []
    assert quay.get(path).json()["bills"] == [], "it is not consigned to the broker"
    monkeypatch.setattr("django.utils.timezone.now", lambda: made.moment("2026-06-02"))
    late = client("trader", made.TRADER, "again")
    assert [one["code"] for one in late.get(f"{path}?sellable=true").json()["bills"]] == ["CUSTOMS_MAY_SELL"]
