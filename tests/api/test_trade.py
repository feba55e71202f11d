"""Estimating general trade by the API: the answer that can be worked out again, and what is wrong at its member."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from tongguan.kernel.states import Actor
from tongguan.revenue.exchange.actions import publish
from tongguan.revenue.exchange.reading import read
from tongguan.revenue.sheet import Sheet

pytestmark = pytest.mark.usefixtures("tariff_loaded", "db")
GOODS = {"gcode": "9503006000", "price": "100000", "origin": "116"}
DEAL = {"on": "2026-05-01", "terms": "3", "currency": "502", "rate": "7.1", "freight": "5000", "items": [GOODS]}


def posted(**changes):
    return Client(headers={"accept-language": "en"}).post(
        "/api/v1/calculator/trade", json.dumps(DEAL | changes), content_type="application/json"
    )


def test_value_duty_and_sheet():
    response = posted()
    assert response.status_code == 200, response.content
    found = response.json()
    assert found["value"] == "747736.50" and [step["name"] for step in found["steps"]][-1] == "insurance_unknown"
    assert found["duties"][0]["ground"] == "mfn" and found["duties"][0]["measures"] == []
    sheet = Sheet.from_dict(found["sheet"])
    assert str(sheet.total()) == found["tax"] and sheet.value == Decimal(found["value"])
    assert all(line.recomputed() == line.amount for line in sheet.lines)


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"items": []}, "TRADE_LINES", "items"),
        ({"terms": "9"}, "TERMS_UNKNOWN", "terms"),
        ({"currency": "zz"}, "CURRENCY_UNKNOWN", "currency"),
        ({"currency": "303", "rate": ""}, "NO_EXCHANGE_RATE", "rate"),
        ({"freight": "x"}, "AMOUNT_UNREADABLE", "freight"),
        ({"items": [GOODS | {"origin": "000"}]}, "COUNTRY_UNKNOWN", "items/1/origin"),
        ({"items": [GOODS, GOODS | {"gcode": "9999999999"}]}, "UNKNOWN_COMMODITY", "items/2/gcode"),
        ({"items": [GOODS | {"claim": "RCEP"}]}, "CLAIM_WITHOUT_PROOF", "items/1/agreement"),
        ({"items": [GOODS | {"qty": "1", "unit": "xx"}]}, "UNIT_UNKNOWN", "items/1/unit"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_member(changes, code, pointer):
    response = posted(**changes)
    assert response.status_code == 422, response.content
    error = response.json()["errors"][0]
    assert (error["code"], error["pointer"]) == (code, pointer)
    assert error["message"]["zh"] and error["message"]["zh"] != error["message"]["en"]


def test_a_day_without_a_law_is_said_to_be_so():
    assert posted(on="1999-05-01").status_code == 503
    assert posted(items="x").status_code == 400
    assert posted(no_such="x").status_code == 400


def test_the_published_rate_of_the_month_serves_where_none_is_given():
    rows = read("day,currency,yuan\n2026-04-15,USD,7.5\n2026-04-15,EUR,8.0\n")
    publish(
        rows, title="Invented", standing="design", by=Actor("window", "operator"), at=datetime(2026, 4, 16, tzinfo=UTC)
    )
    dollars = posted(rate="").json()["value"]
    assert posted(rate="7.5").json()["value"] == dollars != posted(rate="7.1").json()["value"]
    assert posted(rate="", currency="300").json()["value"] == posted(rate="8", currency="300").json()["value"]
