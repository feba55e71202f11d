"""A window whose tariff has not been loaded: a module of its own, since the others load it."""

from __future__ import annotations


def test_without_a_tariff_nothing_is_guessed(db, client):
    response = client.get("/api/v1/tariff/3304990029?on=2026-05-01")
    assert response.status_code == 503 and response.json()["code"] == "RULE_NOT_CONFIGURED"
