"""Licences by the JSON API: applying, taking in what was issued, lists, and what goods need before they are filed."""

from __future__ import annotations

import pytest

from tongguan.ecommerce import samples
from tongguan.licences.models import Licence

PATH = "/api/v1/licences"


def application(**changed) -> dict:
    goods = {
        "gcode": "1201901900",
        "name": "黄大豆",
        "quantity": "10000",
        "unit": "070",
        "country": "USA",
        "bulk": True,
    }
    return {"type": "7", "mode": "MULTI", "holder": samples.PLATFORM.code, "goods": [goods]} | changed


def issued(number="7-1", **changed) -> dict:
    return {
        "application": application(),
        "number": number,
        "issuedOn": "2026-01-05",
        "validFrom": "2026-01-05",
    } | changed


def test_a_broker_applies_and_sees_what_became_of_it(window):
    done = window.broker.post(PATH, application())
    assert done.status_code == 200, done.content
    shown = done.json()
    assert (shown["state"], shown["number"], shown["agent"]) == ("applied", None, samples.BROKER.code)
    assert shown["goods"][0]["left"] is None and shown["typeName"] == {
        "zh": "自动进口许可证",
        "en": "automatic import licence",
    }
    assert window.broker.get(PATH).json()["licences"] == [shown]
    assert window.broker.get(f"{PATH}/{shown['id']}").json() == {"licence": shown, "uses": [], "next": None}
    assert window.broker.get(f"{PATH}/{shown['id']}", {"before": "0"}).status_code == 200
    assert window.carrier.get(f"{PATH}/{shown['id']}").status_code == 404
    assert window.carrier.get(PATH).json() == {"licences": [], "next": None}
    assert window.broker.get(PATH, {"stage": "in_force"}).json()["licences"] == []
    assert window.broker.get(PATH, {"stage": "x"}).status_code == 400
    assert window.nobody.get(PATH).status_code == window.nobody.get(f"{PATH}/1").status_code == 401


def test_what_is_wrong_is_pointed_at(window):
    refused = window.broker.post(PATH, application(goods=[{"gcode": "1", "name": "", "quantity": "0", "unit": "x"}]))
    assert refused.status_code == 409
    assert [(one["code"], one["pointer"]) for one in refused.json()["errors"]] == [
        ("LICENCE_LINE_GOODS", "line/1/gcode"), ("LICENCE_LINE_NAME", "line/1/name"),
        ("LICENCE_LINE_QUANTITY", "line/1/quantity"), ("LICENCE_LINE_UNIT", "line/1/unit"),
    ]  # fmt: skip
    waste = window.broker.post(PATH, application(type="P", mode="ONE_BATCH")).json()
    assert [one["code"] for one in waste["errors"]] == ["LICENCE_TYPE_ABOLISHED"]
    assert window.platform.post(PATH, application()).status_code in (403, 409)


def test_the_window_takes_in_what_an_authority_issued(window):
    done = window.operator.post(f"{PATH}/received", issued())
    assert done.status_code == 200, done.content
    shown = done.json()
    assert (shown["state"], shown["validTo"], shown["mostUses"]) == ("issued", "2026-07-04", 6)
    assert shown["goods"][0]["left"] == "10000.00000"
    assert window.operator.post(f"{PATH}/received", issued()).json() == shown and Licence.objects.count() == 1
    changed = window.operator.post(f"{PATH}/received", issued(validTo="2026-03-01"))
    assert [one["code"] for one in changed.json()["errors"]] == ["LICENCE_EXISTS"]
    assert window.broker.post(f"{PATH}/received", issued("7-2")).status_code == 403


@pytest.mark.parametrize(
    "body", [{}, [], b"{", application(type="x" * 16), application(goods=[{}]), application(endUse="a\0")]
)
def test_bad_bodies(window, body):
    assert window.broker.post(PATH, body).status_code in (400, 422)
    assert window.operator.post(f"{PATH}/received", body).status_code in (400, 422)


@pytest.mark.parametrize("quantity", ["NaN", "Infinity", "-1", "1e30", "0.0000001"])
def test_quantities_no_rule_allows(window, quantity):
    goods = application()["goods"][0] | {"quantity": quantity}
    assert window.broker.post(PATH, application(goods=[goods])).status_code in (400, 409, 422)


def test_what_goods_need_is_for_everybody(window):
    asked = {"codes": "2709000000,7404000090,0000000000", "direction": "I", "mode": "0110", "on": "2026-03-02"}
    found = window.nobody.get(f"{PATH}/needed", asked)
    assert found.status_code == 400  # the last is no code
    found = window.nobody.get(f"{PATH}/needed", asked | {"codes": "2709000000,7404000090,9999999999"}).json()
    crude, scrap, nothing = found["goods"]
    assert [(one["letter"], one["what"], one["asked"]) for one in crude["documents"]] == [
        ("7", "licence", True), ("A", "document", True), ("v", "licence", False),
    ]  # fmt: skip
    assert [(one["letter"], one["why"]["en"]) for one in scrap["documents"] if one["what"] == "ban"] == [
        ("P", "solid waste may not be imported")
    ]
    assert nothing["documents"] is None and not nothing["exists"]
    for wrong in ({"codes": ""}, {"direction": "X"}, {"on": "x"}, {"codes": "1"}):
        assert window.nobody.get(f"{PATH}/needed", asked | wrong).status_code == 400


def test_the_end_user_of_dual_use_goods_is_looked_up(window):
    from tests.licences.given import AT, OFFICER

    from tongguan.licences.actions import watch

    watch("end_user", "Watched Ltd", "测试", since=AT.date(), by=OFFICER, at=AT)
    for name, held in (("watched  LTD", True), ("Acme", False)):
        asked = {"codes": "2922150000", "direction": "E", "on": "2026-03-02", "end_user": name, "end_use": "cement"}
        (goods,) = window.broker.get(f"{PATH}/needed", asked).json()["goods"]
        (document,) = goods["documents"]
        assert document["held"] is held and ("HELD" in document["why"]["en"]) is held
