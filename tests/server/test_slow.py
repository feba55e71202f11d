"""Slow statements: what they look like without their values, and what is kept of them."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client, override_settings

from tongguan.kernel import timing
from tongguan.server import slow


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch):
    monkeypatch.setattr(slow, "place", lambda: tmp_path / "slow" / "queries.jsonl")
    slow.watch.begin()
    return tmp_path


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT 1 FROM t WHERE a = 'x'", "SELECT 2 FROM t\n WHERE a = 'it''s y'"),
        ("SELECT a FROM t WHERE b IN (%s, %s)", "SELECT a FROM t WHERE b IN (%s, %s, %s,%s)"),
        ("INSERT INTO t VALUES (%s, %s), (%s, %s)", "INSERT INTO t VALUES (%s, %s)"),
        ("SELECT a FROM t LIMIT 21", "SELECT a FROM t LIMIT 5"),
        ("SELECT a FROM t WHERE b = -1.5", "SELECT a FROM t WHERE b = 22"),
    ],
)
def test_statements_of_a_shape_share_a_fingerprint(one, other):
    assert slow.fingerprint(one) == slow.fingerprint(other)


def test_other_statements_have_another():
    assert slow.fingerprint("SELECT a FROM t1") != slow.fingerprint("SELECT a FROM t2")


@pytest.mark.django_db
def test_a_slow_statement_is_kept_by_its_shape_and_never_with_values(monkeypatch):
    monkeypatch.setattr(slow, "LIMIT", 0.0)
    slow.watch.route = "parcels"
    with connection.execute_wrapper(slow._timed), connection.cursor() as cursor:
        cursor.execute("SELECT %s || '440101199001011234'", ["Wang Wei"])
    kept = slow.place().read_text(encoding="utf-8")
    assert "Wang" not in kept and "4401" not in kept
    row = json.loads(kept.splitlines()[-1])
    assert (row["route"], row["statement"]) == ("parcels", "SELECT %s || ?")
    assert slow.place().stat().st_mode & 0o077 == 0


def test_every_connection_is_watched_once():
    class Connection:
        execute_wrappers: list = []

    for _ in range(2):
        slow._watch(Connection)
    assert Connection.execute_wrappers == [slow._timed]


@pytest.mark.django_db
def test_statements_that_pass_by_the_cursor_are_heard_of(monkeypatch):
    monkeypatch.setattr(slow, "LIMIT", 0.5)
    timing.asked("SELECT a FROM t WHERE b = 17", 0.6)
    timing.asked("SELECT a FROM t WHERE b = 18", 0.4)
    assert slow.watch.queries == 2
    assert [one.statement for one in slow.slowest()] == ["SELECT a FROM t WHERE b = ?"]


def test_what_took_most_time_together_comes_first_and_torn_lines_are_passed_over():
    def line(fingerprint: str, ms: float, route: str = "a") -> str:
        return json.dumps(
            {"fingerprint": fingerprint, "statement": fingerprint, "ms": ms, "route": route, "at": "2026-05-01"}
        )

    found = slow.slowest([line("x", 600), line("y", 700), '{"fingerpr', line("x", 550, "b"), "[]", ""])
    assert [(one.fingerprint, one.number, one.longest, one.total, one.routes) for one in found] == [
        ("x", 2, 600, 1150, ("a", "b")), ("y", 1, 700, 700, ("a",)),
    ]  # fmt: skip


def test_the_file_is_turned_over(monkeypatch):
    monkeypatch.setattr(slow, "LARGEST", 100)
    for number in range(5):
        slow._tell(f"SELECT {'x' * 50} FROM t{number}", 1.0)
    assert slow.place().stat().st_size <= 400
    assert slow.place().with_suffix(".old.jsonl").exists()


def test_a_disk_that_is_full_stops_nothing(monkeypatch):
    def full(*_):
        raise OSError(28, "no space")

    monkeypatch.setattr(slow.os, "open", full)
    slow._tell("SELECT 1", 1.0)


@pytest.mark.django_db
def test_with_debugging_a_page_says_how_many_statements_it_asked():
    with override_settings(DEBUG=True):
        said = Client().get("/readyz")["Server-Timing"]
    assert 'desc="' in said and "queries" in said
    assert "db" not in Client().get("/healthz")["Server-Timing"]
