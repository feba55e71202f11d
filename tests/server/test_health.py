"""What watchers are told: alive, ready or what is missing, and the figures."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError
from django.test import Client, RequestFactory

from tongguan.server import health, prepare
from tongguan.tariff import actions

AT = datetime(2026, 5, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _nothing_seen():
    health._latch().clear()
    yield
    health._latch().clear()


def ready() -> tuple[int, dict]:
    answer = health.readyz(RequestFactory().get("/readyz"))
    return answer.status_code, json.loads(answer.content)


def test_alive_is_said_without_a_database():
    answer = health.healthz(RequestFactory().get("/healthz"))
    assert (answer.status_code, json.loads(answer.content)) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_not_ready_before_a_tariff_is_loaded_and_ready_after():
    status, problem = ready()
    assert status == 503
    assert [row["what"] for row in problem["missing"]] == ["tariff"]
    assert problem["status"] == 503 and "tongguan tariff load" in problem["detail"]
    assert "税则" in problem["missing"][0]["zh"]
    actions.load(by=prepare.OPERATOR, at=AT)
    assert ready() == (200, {"status": "ready"})


@pytest.mark.django_db
def test_not_ready_with_a_migration_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(prepare, "unapplied_migrations", lambda: ["ecommerce.0002_more"])
    status, problem = ready()
    assert (status, problem["missing"][0]["what"]) == (503, "migrations")


def test_not_ready_without_a_database(monkeypatch: pytest.MonkeyPatch):
    class Gone:
        def cursor(self):
            raise DatabaseError("gone")

        def close(self):
            pass

    monkeypatch.setattr(health, "connection", Gone())
    answer = health.readyz(RequestFactory().get("/readyz"))
    assert answer.status_code == 503
    assert (answer["Content-Type"], answer["Retry-After"]) == ("application/problem+json", "5")
    assert json.loads(answer.content)["missing"][0]["what"] == "database"


@pytest.mark.django_db
def test_the_addresses_and_the_figures():
    client = Client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert 'tongguan_request_seconds_count{method="GET",route="healthz",status="200"}' in answer.content.decode()
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_each_answer_carries_its_number_and_its_time():
    answer = Client().get("/healthz", headers={"X-Request-Id": "abc-1"})
    assert answer["X-Request-Id"] == "abc-1"
    assert answer["Server-Timing"].startswith("app;dur=")
