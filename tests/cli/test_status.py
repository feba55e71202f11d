"""`tongguan status`: well or not by its exit status, for people and for programs; slow statements; alert rules."""

from __future__ import annotations

import json

import pytest
import yaml

from tongguan.server import figures, slow


@pytest.fixture
def worker(db):
    from django.db import connection
    from tests.server import jobs

    jobs.empty()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def test_well_is_said_and_is_the_exit_status(tongguan, worker):
    ran = tongguan("status")
    assert (ran.status, ran.out.splitlines()[0]) == (0, "The program is well.")
    assert "No work process" in ran.out and "Connections to the database in use" in ran.out
    assert "系统运行正常。" in tongguan("status", "--lang", "zh").out


@pytest.mark.django_db
def test_bad_is_the_exit_status_too(tongguan):
    ran = tongguan("status")
    assert (ran.status, ran.out.splitlines()[0]) == (1, "Something is bad.")
    assert tongguan("status", "--json").status == 1


def test_a_program_gets_everything_without_secrets(tongguan, worker, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:" + "opensesame" + "@db/x")
    ran = tongguan("status", "--json")
    assert ran.json["well"] is True and ran.json["level"] == "well"
    assert {"jobs", "holds", "wal", "versions", "settings", "failures", "backup_age", "clock"} <= set(ran.json)
    assert "opensesame" not in ran.out


def test_without_a_database_it_says_what_is_unknown(tongguan, worker, monkeypatch):
    monkeypatch.setattr(figures, "_asked", lambda *_: None)
    ran = tongguan("status")
    assert ran.status == 1 and "The database did not give: jobs, workers" in ran.out


def test_slow_statements_of_this_machine(tongguan, tmp_path, monkeypatch):
    monkeypatch.setattr(slow, "place", lambda: tmp_path / "queries.jsonl")
    assert tongguan("status", "--slow").out == "No statement was slow.\n"
    row = {
        "fingerprint": "abc",
        "statement": "SELECT ?",
        "ms": 812.4,
        "route": "find",
        "at": "2026-05-01T09:00:00+00:00",
    }
    (tmp_path / "queries.jsonl").write_text(json.dumps(row) + "\n")
    assert "812" in tongguan("status", "--slow").out and "SELECT ?" in tongguan("status", "--slow").out
    assert tongguan("status", "--slow", "--json").json[0]["number"] == 1


def test_alert_rules_are_yaml_and_stand_alone(tongguan):
    rules = yaml.safe_load(tongguan("status", "--alerts").out)["groups"][0]["rules"]
    assert len(rules) > 20
    ran = tongguan("status", "--alerts", "--json")
    assert ran.status == 2 and ran.err.startswith("Error:")
