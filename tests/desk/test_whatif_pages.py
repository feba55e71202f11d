"""The pages of what-if questions: who may see and ask, the answer in both languages, its file, and what is refused."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.test_pages import MOST_QUERIES, WINDOW_ONLY, whole

from tongguan.desk.authority.whatif import CHOICES
from tongguan.kernel.law import law
from tongguan.simulation.actions import answer
from tongguan.simulation.models import Replay

ASKED = {"parameter": "ecommerce.annual_limit", "value": "100", "since": "2026-05-01", "until": "2026-05-01"}


def jobs() -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'simulation.replay'")
        return [json.loads(args) for (args,) in cursor.fetchall()]


@pytest.fixture
def asked(window) -> Replay:
    response = window.person("officer").post("/what-if", ASKED)
    row = Replay.objects.get()
    assert (response.status_code, response.url) == (302, f"/what-if/{row.pk}")
    return row


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", [*WINDOW_ONLY])
def test_each_page_is_seen_by_those_who_may(window, asked, who, lang):
    answer(asked.pk)
    client = window.person(who, lang)
    for path in ("/what-if", f"/what-if/{asked.pk}"):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        got = response.status_code if response.status_code != 302 else f"302 {response.url.partition('?')[0]}"
        assert got == WINDOW_ONLY[who], path
        assert len(queries) <= MOST_QUERIES
        if got == 200:
            whole(response, lang)
            assert ("模拟结果" if lang == "zh" else "Simulation.") in response.content.decode()


def test_a_question_is_answered_by_a_job_and_read_on_its_page(window, asked):
    client = window.person("officer", "en")
    waiting = client.get(f"/what-if/{asked.pk}")
    assert waiting["Refresh"] == "5" and "0 of 1 days judged" in waiting.content.decode()
    assert [int(job["number"]) for job in jobs()] == [asked.pk]
    answer(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.result["differing"]) == ("answered", 1, len(asked.rows)) and asked.rows
    page = client.get(f"/what-if/{asked.pk}")
    assert "Refresh" not in page and "P-RELEASED" in page.content.decode()
    assert "over the yearly limit" in page.content.decode() and "26000" in page.content.decode()
    answer(asked.pk)  # a job that comes twice answers once
    assert Replay.objects.get().rows == asked.rows


def test_the_file_says_in_every_line_that_it_is_a_simulation(window, asked):
    answer(asked.pk)
    response = window.person("auditor", "en").get(f"/what-if/{asked.pk}/simulation.csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert len(lines) == 1 + len(Replay.objects.get().rows) and all(line.startswith("simulation") for line in lines[1:])
    assert "simulation-" in response["Content-Disposition"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"value": "many"}, "many is no value of ecommerce.annual_limit"),
        ({"value": ""}, "is no value of ecommerce.annual_limit"),
        ({"parameter": "ecommerce.return_ask_days"}, "decides nothing that a replay judges again"),
        ({"since": "1.5.2026"}, "A day is written as"),
        ({"until": "2026-04-30"}, "ends before it begins"),  # PeriodOrder, WHAT_IF_PERIOD
        ({"until": "2026-12-31"}, "92 at most"),  # PeriodLength, WHAT_IF_DAYS
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_form(window, changed, said):
    response = window.person("officer", "en").post("/what-if", ASKED | changed)
    assert response.status_code == 409 and said in response.content.decode()
    assert not Replay.objects.exists() and not jobs()


def test_only_officers_and_the_operator_ask(window):
    assert window.person("auditor").post("/what-if", ASKED).status_code == 403
    assert 'name="parameter"' not in window.person("auditor").get("/what-if").content.decode()
    assert not Replay.objects.exists()


def test_an_answer_that_is_impossible_says_why(window, asked):
    Replay.objects.filter(pk=asked.pk).update(since="1999-01-01", until="1999-01-01", value="-5")
    answer(asked.pk)
    page = window.person("officer", "en").get(f"/what-if/{asked.pk}").content.decode()
    assert "not answered" in page and "is no value of" in page


def test_old_questions_are_forgotten(window, asked, monkeypatch):
    kept = law("simulation.replays_kept", on=asked.since).value
    Replay.objects.bulk_create(
        [Replay(**{f.attname: getattr(asked, f.attname) for f in Replay._meta.fields[1:]}) for _ in range(kept)]
    )
    window.person("officer").post("/what-if", ASKED)
    assert Replay.objects.count() == kept and not Replay.objects.filter(pk=asked.pk).exists()


def test_every_choice_has_a_value_today_and_names_in_both_languages(window):
    for lang in ("zh", "en"):
        page = window.person("officer", lang).get("/what-if").content.decode()
        assert all(f'value="{name}"' in page for name in CHOICES)
    assert window.person("officer").get("/what-if/999").status_code == 404
