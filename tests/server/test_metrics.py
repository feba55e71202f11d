"""The figures: what is counted, over several processes, from whom they are kept, and that no name is in a label."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tongguan.holds.actions import place
from tongguan.kernel.states import Actor
from tongguan.kernel.timing import stages
from tongguan.server import figures as figures_of
from tongguan.server import health, metrics, metrics_database
from tongguan.server.figures import GROUPS, figures

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
ROOT = metrics_database.__file__.rsplit("/src/", 1)[0]


@pytest.fixture(autouse=True)
def _asked_anew():
    metrics_database.forget()
    yield
    metrics_database.forget()


def told(client: Client | None = None) -> dict[tuple, float]:
    """Return what /metrics says: the value of each name with its labels."""
    text = (client or Client()).get("/metrics").content.decode()
    families = text_string_to_metric_families(text)
    return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}


def outcome(kind: str = "CEB621Message", *statuses: str, problem: object = None) -> SimpleNamespace:
    nodes = [SimpleNamespace(status=status) for status in statuses]
    accepted = sum(not status.startswith("-") and status != "100" for status in statuses)
    return SimpleNamespace(kind=kind, nodes=nodes, accepted=accepted, problem=problem)


@pytest.mark.django_db
def test_every_group_of_figures_can_be_asked_and_is_told():
    found = figures(at=AT)
    assert found.unknown == []
    rows = [name for name, (_, many) in GROUPS.items() if many]
    assert all(getattr(found, name) for name in GROUPS if name not in rows)
    names = {name for name, *_ in told()}
    for _, _, name, _, grows in metrics_database.SINGLE:
        if name != "tongguan_wal_archive_age_seconds" and name != "tongguan_journal_head_age_seconds":
            assert (f"{name}_total" if grows else name) in names


@pytest.mark.django_db
def test_jobs_and_holds_are_told_with_the_age_of_the_oldest():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'a'), ('default', 'b')"
        )
    place("parcel/1", reason="selection", owner="officer", stops=["release"], by=Actor("t", "operator"), at=AT)
    found = figures(at=datetime.now(UTC) + timedelta(seconds=90))
    assert [(row["queue"], row["state"], row["number"]) for row in found.jobs] == [("default", "todo", 2)]
    assert found.jobs[0]["oldest"] == pytest.approx(90, abs=5)
    assert found.holds[0]["number"] == 1 and found.holds[0]["reason"] == "selection"
    assert told()["tongguan_jobs", ("queue", "default"), ("state", "todo")] == 2


@pytest.mark.django_db
def test_a_group_the_database_does_not_give_is_told_as_unknown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(figures_of.GROUPS, "holds", ("SELECT no_such_column FROM holds_hold", True))
    found = figures(at=AT)
    assert found.unknown == ["holds"] and found.holds == []
    assert told()["tongguan_figures_unknown",] == 1


def test_without_a_database_the_counters_are_still_told(monkeypatch: pytest.MonkeyPatch):
    class Gone:
        pg_version = 180000

        def cursor(self):
            raise DatabaseError("gone")

    monkeypatch.setattr(figures_of, "connection", Gone())
    monkeypatch.setattr(figures_of.transaction, "atomic", lambda: pytest.MonkeyPatch.context())
    said = told()
    assert said["tongguan_figures_unknown",] == len(GROUPS)
    assert any(name == "tongguan_request_seconds_count" for name, *_ in said)


@pytest.mark.django_db
def test_a_message_is_counted_by_its_outcome_and_its_stages_are_timed():
    before = told()

    def change(*key: object) -> float:
        return told().get(key, 0) - before.get(key, 0)  # type: ignore[call-overload]

    @stages.clocked
    def act(result):
        stages.done("rules")
        stages.done("somewhere")
        return result

    act(outcome("CEB621Message", "800", "800", "-621018", "100"))
    act(outcome("CEB621Message", "-621018"))
    act(outcome("<Wang Wei>", problem=object()))
    with pytest.raises(ZeroDivisionError):
        stages.clock(lambda: 1 / 0)
    kind = ("kind", "CEB621Message")
    assert change("tongguan_messages_total", kind, ("outcome", "taken")) == 1
    assert change("tongguan_messages_total", kind, ("outcome", "refused")) == 1
    assert change("tongguan_messages_total", ("kind", ""), ("outcome", "unreadable")) == 1
    assert change("tongguan_messages_total", ("kind", ""), ("outcome", "failed")) == 1
    assert change("tongguan_nodes_total", kind, ("status", "800")) == 2
    assert change("tongguan_nodes_total", kind, ("status", "refused")) == 2
    assert change("tongguan_intake_stage_seconds_count", ("stage", "rules")) == 3
    assert change("tongguan_intake_stage_seconds_count", ("stage", "other")) == 3


@pytest.mark.django_db
def test_nobody_can_invent_labels():
    client = Client()
    client.generic("WANGWEI", "/healthz")
    client.get("/no/such/address/Wang-Wei")
    text = client.get("/metrics").content.decode()
    assert "WANGWEI" not in text and "Wang" not in text
    assert 'method="other",route="healthz"' in text and 'route="unmatched"' in text


def test_labels_are_of_closed_lists_only():
    labels = {label for one in vars(metrics).values() for label in getattr(one, "_labelnames", ())}
    labels |= {label for _, names, _ in metrics_database.SEVERAL for label in names}
    assert labels == {
        "method", "route", "status", "stage", "kind", "outcome", "way", "lane", "why", "whose", "queue", "state", "reason",
        "owner",
    }  # fmt: skip


COUNT = """
import sys
from tongguan.server import metrics
for _ in range(int(sys.argv[1])):
    metrics.requested("POST", "cebcmsg", 200, 0.02)
"""


def test_several_processes_are_added_up_those_that_are_gone_too(tmp_path):
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    running = [
        subprocess.Popen([sys.executable, "-c", COUNT, str(number)], env=environment, cwd=ROOT)
        for number in (3, 40, 500)
    ]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    ask = (
        "from prometheus_client import CollectorRegistry, generate_latest\n"
        "from prometheus_client.multiprocess import MultiProcessCollector\n"
        "registry = CollectorRegistry(); MultiProcessCollector(registry); print(generate_latest(registry).decode())"
    )
    said = subprocess.run(
        [sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert 'tongguan_request_seconds_count{method="POST",route="cebcmsg",status="200"} 543.0' in said


@pytest.mark.parametrize(
    ("setting", "address", "forwarded", "may"),
    [
        ("local", "127.0.0.1", False, True), ("local", "::1", False, True), ("local", "::ffff:127.0.0.1", False, True),
        ("local", "127.0.0.1", True, False), ("local", "10.0.0.7", False, False), ("local", "", False, False),
        ("any", "203.0.113.9", False, True), ("none", "127.0.0.1", False, False),
        ("10.0.0.0/8, 192.0.2.4", "10.9.8.7", False, True), ("10.0.0.0/8, 192.0.2.4", "192.0.2.5", False, False),
    ],
)  # fmt: skip
def test_who_may_read_them(monkeypatch: pytest.MonkeyPatch, setting, address, forwarded, may):
    monkeypatch.setenv("TONGGUAN_METRICS", setting)
    assert health.may_read_metrics(address, forwarded=forwarded) is may


@pytest.mark.django_db
def test_others_are_told_that_nothing_is_there():
    assert Client(REMOTE_ADDR="198.51.100.7").get("/metrics").status_code == 404


def test_a_stage_costs_less_than_a_microsecond_of_the_processor():
    stages.begin()
    best = min(_each(20_000) for _ in range(5))
    stages.spent = None
    assert best < 1e-6


def _each(number: int) -> float:
    began = time.thread_time()
    for _ in range(number):
        stages.done("rules")
    return (time.thread_time() - began) / number


def dashboard() -> dict:
    with open(f"{ROOT}/docs/operate/grafana.json", encoding="utf-8") as file:
        return json.load(file)


WORD = re.compile(r"\btongguan_\w+")


def test_every_panel_has_a_title_and_a_unit_and_names_metrics_that_exist():
    panels = [panel for panel in dashboard()["panels"] if panel["type"] != "row"]
    known = set(metrics_database.names())
    assert len(panels) > 15
    for panel in panels:
        assert panel["title"] and panel["fieldConfig"]["defaults"]["unit"], panel
        for target in panel["targets"]:
            named = WORD.findall(target["expr"])
            assert named and set(named) <= known, target
    assert len({panel["title"] for panel in panels}) == len(panels)
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_every_metric_is_explained():
    with open(f"{ROOT}/docs/operate/metrics.md", encoding="utf-8") as file:
        said = file.read()
    shortened = {re.sub(r"_(bucket|sum|count)$", "", name) for name in metrics_database.names()}
    assert sorted(name for name in shortened if f"`{name}`" not in said) == []
