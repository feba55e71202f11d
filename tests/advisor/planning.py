"""Plans of tests: example A of the handbook, by the tariff of the tests of declarations."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.declarations import made

from tongguan.advisor import queries
from tongguan.advisor.plan import Plan, PlannedGoods

TODAY = date(2026, 3, 1)
USD, JAPAN = "502", "116"


def use_tariff(monkeypatch: Any, of: Any) -> None:
    made.use_tariff(monkeypatch, of)
    monkeypatch.setattr("tongguan.advisor.posing.book", of)


def goods(**changed: Any) -> PlannedGoods:
    told = {
        "gcode": made.GCODE,
        "price": "100000",
        "origin": JAPAN,
        "qty": "10",
        "unit": "007",
        "qty1": "900",
        "unit1": "035",
    }
    return PlannedGoods(**told | changed)


def plan(**changed: Any) -> Plan:
    told: dict[str, Any] = {
        "items": [goods()], "filing": "2026-03-16", "entered": "2026-03-02", "terms": "3", "currency": USD,
        "freight": "5000", "customs": "0202", "firm": made.TRADER,
    }  # fmt: skip
    return Plan(**told | changed)


def advice(of: Plan, **how: Any) -> queries.Advice:
    found, wrong = queries.read(of, today=TODAY)
    assert found is not None, wrong
    return queries.advise(found, **how)


def wrong(of: Plan) -> list[Any]:
    found, wrong = queries.read(of, today=TODAY)
    assert found is None
    return wrong
