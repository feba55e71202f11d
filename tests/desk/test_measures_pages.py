"""The register's pages: everybody reads them, in both languages, and they tell the truth when a test fails."""

from __future__ import annotations

import json
import os

import pytest
from django.test import Client
from tests.desk.reading import CHINESE, KEY, read, said

from tongguan.governance import trials
from tongguan.governance.register import register
from tongguan.kernel.law import law

RETURNS = "tests/ecommerce/test_returns.py::test_story_S7"
PAGES = ("/measures", "/measures?document=M4&domain=cbec", "/measures/M4-21", "/measures/M0-P", "/measures/indicators")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def runs(settings, tmp_path):
    settings.TEST_RUNS = tmp_path / "runs.json"
    yield settings.TEST_RUNS
    trials.read_runs.cache_clear()


def ran(path, outcome: str) -> None:
    case = {"outcome": outcome, "commit": "c0ffee" * 6 + "cafe", "changed": True, "at": "2026-11-22T10:00:00+08:00"}
    path.write_text(json.dumps({"tests": {RETURNS: {RETURNS: case}}}), encoding="utf-8")


def page(path: str, lang: str = "en") -> str:
    response = Client(headers={"accept-language": lang}).get(path)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_everybody_reads_them_in_both_languages(path, lang):
    html = page(path, lang)
    words = read(html)
    assert len(words.ids) == len(set(words.ids))
    names = set(law.names())
    assert not KEY.search(" ".join(text for _, text in words.parts if text not in names))
    assert "<script>" not in html and "style=" not in html
    if lang == "en":
        assert [text for text in said(html, "en") if CHINESE.search(text)] == []
    controls = {one["id"] for one in words.controls if one.get("type") not in ("hidden", "submit", "checkbox")}
    assert controls <= set(words.labels)


@pytest.mark.parametrize("clause", [one.id for one in register().clauses()])
def test_every_clause_has_its_page(clause):
    page(f"/measures/{clause}")


def test_what_nobody_built_says_so():
    assert "Nobody has built this" in page("/measures/M4-21")
    assert page("/measures/M0-1").count("Nobody has built this") == 2


def test_the_page_tells_the_truth_when_a_test_fails(runs):
    assert "not run here" in page("/measures/M4-21")
    ran(runs, "passed")
    html = page("/measures/M4-21")
    assert "c0ffeec0ff" in html and "2026-11-22 10:00" in html and "with changes not committed" in html
    assert "A test of this measure failed" not in html
    ran(runs, "failed")
    html = page("/measures/M4-21")
    assert "A test of this measure failed" in html and ">a test fails</span>" in html
    assert "with a failing test" in page("/measures") and "1 with a failing test" in page("/measures")
    assert "M4-21.3" in page("/measures?state=failing") and "M4-21.1" not in page("/measures?state=failing")
    ran(runs, "passed")
    assert "A test of this measure failed" not in page("/measures/M4-21")


def test_parameters_are_shown_with_day_and_standing():
    html = page("/measures/M4-21")
    assert "ecommerce.return_districts" in html and "2024-07-05" in html and "not confirmed" in html


def test_a_report_that_is_overwritten_within_the_same_moment_is_read(runs):
    ran(runs, "passed")
    before = runs.stat()
    assert "0 with a failing test" in page("/measures")
    ran(runs, "failed")
    os.utime(runs, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert runs.stat().st_size == before.st_size and "1 with a failing test" in page("/measures")


def test_everybody_finds_it():
    for path in ("/", "/sign-in", "/measures/indicators"):
        assert page(path).count('href="/measures"') >= 1, path
    assert "none named; issued by Beijing Customs" in page("/measures/M0-1")
    assert "Customs (any)" in page("/measures") and "海关（含各关区）" in page("/measures", "zh")


def test_filters_and_unknown_ones():
    assert "4 measures" in page("/measures?document=M4&domain=cbec")
    assert "180 measures" in page("/measures?document=M9&domain=%00&state=x")
    assert "No measure is in this state there" in page("/measures?document=M1&state=partly")


def test_a_file_for_a_spreadsheet():
    response = Client(headers={"accept-language": "en"}).get("/measures.csv?document=M4&domain=cbec")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 5 and lines[0].startswith("Measure,Document,Clause,Title")
    assert any(line.startswith("M4-21.3,") and ",built," in line for line in lines)


def test_what_is_not_there():
    for path in ("/measures/M9", "/measures/M4-21.9", "/measures/%00"):
        assert Client().get(path).status_code == 404


def test_statements_do_not_grow_with_the_register(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        page("/measures")
    with django_assert_max_num_queries(14):
        page("/measures/indicators")


def test_the_list_is_made_before_anybody_asks():
    from tongguan.desk.measures import views

    views._list.cache_clear()
    views.warm()
    made = views._list.cache_info().misses
    html = Client(headers={"accept-language": "en"}).get("/measures").content.decode()
    assert views._list.cache_info().misses == made == 2
    assert '<span lang="en">Joint Announcement of Beijing and Tianjin No.8</span>' in html
