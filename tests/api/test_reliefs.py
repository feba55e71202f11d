"""Reliefs by the JSON API: applying, the order of an importer's system, what is seen, and bad input."""

from __future__ import annotations

from functools import partial

import pytest
from django.utils import timezone
from tests.revenue import relieved
from tests.revenue.relieved import OFFICER
from tests.seconded import by_two

from tongguan.ecommerce import samples
from tongguan.revenue.reliefs import actions

PATH, GCODE = "/api/v1/reliefs", "8479899990"
BODY = {
    "scheme": "science", "project": "某项目", "office": "0202",
    "lines": [{"gcode": GCODE, "name": "仪器", "quantity": "2", "unit": "001"}],
}  # fmt: skip
ORDER = {
    "number": "PO-1", "scheme": "circuits", "project": "产线", "office": "0202",
    "lines": [{"item": "M-1", "quantity": "2", "unit": "001", "price": "100", "currency": "502"}],
    "equipment": [{"item": "M-1", "gcode": GCODE, "name": "刻蚀机"}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _listed(window, monkeypatch):
    relieved.use_tariff(monkeypatch)
    for scheme in ("science", "circuits"):
        relieved.listed(scheme, key=samples.BROKER.code)


def test_a_firm_applies_and_sees_what_became_of_it(window):
    done = window.broker.post(PATH, BODY)
    assert done.status_code == 200, done.content
    shown = done.json()
    assert (shown["state"], shown["number"], shown["holder"]) == ("applied", None, samples.BROKER.code)
    assert shown["goods"][0]["left"] is None
    assert window.broker.get(PATH).json() == {"reliefs": [shown], "next": None}
    assert window.broker.get(f"{PATH}/{shown['id']}").json() == {"relief": shown, "supervised": []}
    assert window.carrier.get(f"{PATH}/{shown['id']}").status_code == 404
    assert window.carrier.get(PATH).json() == {"reliefs": [], "next": None}
    assert window.carrier.post(PATH, BODY).status_code == 403
    assert window.broker.get(PATH, {"stage": "over"}).json()["reliefs"] == []
    assert window.broker.get(PATH, {"stage": "x"}).status_code == 400
    assert window.nobody.get(PATH).status_code == 401


@pytest.mark.measure("M4-15.2")
def test_an_order_without_a_risk_is_confirmed_in_the_answer(window):
    first = window.broker.post(f"{PATH}/orders", ORDER).json()
    assert (first["state"], first["quick"], first["risks"]) == ("applied", False, ["RELIEF_RISK_GOODS"])
    at = timezone.now()
    by_two(partial(actions.confirm_letter, first["id"], "核对无误", at=at), at)  # nobody knows its value
    second = window.broker.post(f"{PATH}/orders", ORDER | {"number": "PO-2"}).json()
    assert (second["state"], second["quick"], second["risks"]) == ("confirmed", True, [])
    assert second["number"] and second["goods"][0]["left"].startswith("2")
    assert second["goods"][0]["value"] == "200.00"


def test_what_is_wrong_is_pointed_at(window):
    wrong = BODY | {"office": "1", "lines": [BODY["lines"][0] | {"gcode": "1"}]}
    refused = window.broker.post(PATH, wrong)
    assert refused.status_code == 409
    assert [(one["code"], one["pointer"]) for one in refused.json()["errors"]] == [
        ("RELIEF_AT_OFFICE", "office"), ("RELIEF_GCODE", "lines/1/gcode"),
    ]  # fmt: skip
    order = window.broker.post(f"{PATH}/orders", ORDER | {"equipment": []}).json()
    assert [(one["code"], one["pointer"]) for one in order["errors"]] == [("RELIEF_ERP_ITEM", "lines/1/item")]
    assert window.broker.post(PATH, BODY | {"scheme": 1}).status_code in (400, 422)
    assert window.broker.post(PATH, BODY | {"project": "\x00"}).status_code in (400, 422)


def test_what_customs_ask_for_is_answered(window):
    number = window.broker.post(PATH, BODY).json()["id"]
    assert window.broker.post(f"{PATH}/{number}/answer", {"papers": "x"}).status_code == 409
    actions.ask_for_papers(number, "请补充用途说明", by=OFFICER, at=timezone.now())
    assert window.broker.get(f"{PATH}/{number}").json()["relief"]["words"] == "请补充用途说明"
    done = window.broker.post(f"{PATH}/{number}/answer", {"papers": "见附件1"}).json()
    assert (done["state"], done["papers"]) == ("applied", "见附件1")
    assert window.carrier.post(f"{PATH}/{number}/answer", {"papers": "x"}).status_code == 404
