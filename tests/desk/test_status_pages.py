"""How the program stands: the operator's page, the samples behind it, and what everybody may know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk.test_pages import PEOPLE, whole

from tongguan.desk import tasks
from tongguan.desk.models import Sample
from tongguan.desk.operator import charts, samples, status
from tongguan.ecommerce.rates import came
from tongguan.server import health
from tongguan.server.condition import THRESHOLDS, alert_rules, condition
from tongguan.server.figures import Figures
from tongguan.server.report import settings_in_force

NOW = datetime.now(UTC)


def sampled(minutes: int, works: bool = True, **figures: int) -> Sample:
    return Sample.objects.create(at=NOW - timedelta(minutes=minutes), level="done", figures={**figures, "works": works})


@pytest.fixture
def worker(db):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", [*PEOPLE, "elsewhere", "nobody", ""])
def test_only_the_operator_sees_the_figures_and_everybody_whether_it_works(window, worker, who, lang):
    tasks.take(at=datetime.now(UTC))
    client = window.person(who, lang)
    with CaptureQueriesContext(connection) as asked:
        response = client.get("/operate")
    assert response.status_code == (200 if who == "operator" else 403 if who else 302)
    if who == "operator":
        whole(response, lang)
        assert len([one for one in asked if "SAVEPOINT" not in one["sql"] and "LOCAL" not in one["sql"]]) <= 20
        assert "Refresh" not in response
        assert client.get("/operate?refresh=1")["Refresh"] == "30"
    public = client.get("/status")
    assert public.status_code == 200
    whole(public, lang)


def test_the_page_names_no_party_and_shows_no_secret(window, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://tongguan:" + "opensesame" + "@db/tongguan")
    said = window.person("operator", "en").get("/operate").content.decode()
    assert "opensesame" not in said and settings_in_force()["DATABASE_URL"] == "***"
    for row in (window.released.order.buyerName, window.released.order.buyerIdNumber):
        assert row not in said


def test_what_came_in_is_counted_minute_by_minute(window):
    from tongguan.ecommerce.models import Message

    first, last = Message.objects.order_by("pk").first(), Message.objects.order_by("pk").last()
    counted = came(since=first.received_at, until=last.received_at + timedelta(seconds=1), after=0)
    assert (counted.messages, counted.last) == (Message.objects.count(), last.pk)
    assert counted.accepted == sum(row.accepted for row in Message.objects.all())
    assert counted.refused == sum(row.refused for row in Message.objects.all())
    none = came(since=first.received_at, until=last.received_at + timedelta(seconds=1), after=last.pk)
    assert none == (0, 0, 0, 0, last.pk)
    # Of the minute before the last, whose messages are all there by now.
    row = tasks.take(at=last.received_at.replace(second=0) + timedelta(minutes=2))
    same = Message.objects.filter(received_at__gte=last.received_at.replace(second=0, microsecond=0))
    assert row.figures["messages"] == same.count()


@pytest.mark.django_db
def test_a_sample_counts_the_ledgers_now_and_then_and_old_ones_go():
    Sample.objects.create(at=NOW - timedelta(days=3), level="done", figures={})
    first = tasks.take(at=NOW.replace(minute=3))
    assert first.figures["ledger_difference"] == 0 and Sample.objects.count() == 1
    assert "ledger_balance" not in tasks.take(at=NOW.replace(minute=4)).figures
    assert "ledger_balance" in tasks.take(at=NOW.replace(minute=10)).figures
    assert samples.totals()["ledger_balance"] == "0"


@pytest.mark.django_db
def test_since_when_it_works_is_told_by_the_samples():
    assert samples.standing(at=NOW) == (True, None)
    for minutes, works in ((9, True), (8, False), (7, False), (6, True), (5, True), (1, True)):
        sampled(minutes, works)
    assert samples.standing(at=NOW) == (True, NOW - timedelta(minutes=6))
    sampled(0, False)
    assert samples.standing(at=NOW) == (False, NOW)
    assert samples.standing(at=NOW + timedelta(minutes=5)) == (False, NOW + timedelta(minutes=1)), (
        "nobody samples any more"
    )


@pytest.mark.django_db
def test_the_public_page_has_no_inner_figures_and_answers_without_a_database(monkeypatch):
    sampled(1, False, messages=777, jobs=4321)
    monkeypatch.setattr(status, "missing", lambda: [])
    answer = Client().get("/status?x=1", headers={"accept-language": "en"})
    assert answer.status_code == 503
    said = answer.content.decode()
    assert "does not work" in said and "777" not in said and "4321" not in said

    class Gone:
        def cursor(self):
            raise DatabaseError("gone")

        def close(self):
            pass

    monkeypatch.undo()
    monkeypatch.setattr(health, "connection", Gone())
    for lang, words in (("zh", "目前不能正常运行"), ("en", "does not work at the moment")):
        client = Client(headers={"accept-language": lang})
        client.cookies["sessionid"] = "of somebody who was signed in"
        answer = client.get("/status")
        assert answer.status_code == 503 and words in answer.content.decode()


def figures_of(**more) -> Figures:
    return Figures(NOW, workers={"alive": 1}, connections={"used": 5, "most": 60, "oldest_transaction": 0.0}, **more)


def test_what_is_late_is_named_and_what_is_bad_makes_it_unwell():
    well = condition(figures_of(), backup=3600, sampled=30, difference=0)
    assert (well.level, well.well) == ("done", True)
    due = {"queue": "default", "state": "todo", "number": 3, "oldest": 200.0}
    late = condition(figures_of(jobs=[due]))
    assert (late.level, late.well, late.matters[0].threshold.name) == ("waiting", True, "oldest_job")
    bad = condition(figures_of(jobs=[due]), difference=1)
    assert (bad.level, bad.well, bad.matters[0].threshold.name) == ("needs_you", False, "ledger_difference")
    unknown = condition(Figures(NOW, unknown=["jobs", "holds", "wal", "workers"]))
    certificates = condition(figures_of(certificates={"ending": 51}))
    assert (certificates.well, certificates.works, bad.works) == (False, True, False)
    assert not unknown.well and "jobs_waiting" not in {one.threshold.name for one in unknown.matters}


def test_the_alert_rules_are_current_and_of_the_same_thresholds():
    import yaml

    from tongguan.server.configuration import checkout
    from tongguan.server.metrics_database import names

    path = checkout() / "docs/operate/alerts.yml"
    assert path.read_text(encoding="utf-8") == alert_rules(), "run: tongguan status --alerts > docs/operate/alerts.yml"
    rules = yaml.safe_load(alert_rules())["groups"][0]["rules"]
    import re

    for rule in rules:
        assert set(re.findall(r"\btongguan_\w+", rule["expr"])) <= set(names()), rule
        assert (
            rule["for"]
            and rule["labels"]["severity"] in ("warning", "critical")
            and " · " in rule["annotations"]["summary"]
        )
    explained = (checkout() / "docs/operate/status.md").read_text(encoding="utf-8")
    for one in THRESHOLDS:
        assert f"| `{one.name}` | {one.late:g} | {one.bad:g} |" in explained, one.name
        assert one.late <= one.bad


def test_bars_stand_at_their_minute_and_none_leaves_the_picture():
    until = datetime(2026, 5, 1, 9, 0, 30, tzinfo=UTC)
    minute = timedelta(minutes=1)
    points = [(until - 60 * minute, 5), (until - minute, 20), (until - 61 * minute, 99), (until, 7)]
    drawn = charts.chart(points, until=until)
    assert [(bar.value, bar.x) for bar in drawn.bars] == [(5, 1.0), (20, 709.0)]
    assert drawn.top == 100 and all(bar.y >= 0 and bar.y + bar.height <= charts.HEIGHT + 0.1 for bar in drawn.bars)
    assert charts.chart([], until=until).bars == []
