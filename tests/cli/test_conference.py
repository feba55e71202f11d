"""``tongguan conference``: what is followed, what is late, issues and minutes, for people, programs and spreadsheets."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from tests.governance.test_conference import seated

from tongguan.cli.screen import now, today
from tongguan.governance import actions
from tongguan.governance.models import Issue, Measure


@pytest.fixture
def window(db):
    """Two measures, one of them late; an issue that was decided at a meeting, and another that has no owner."""
    who = seated()
    commerce, at = who["commerce"], now()
    actions.plan("M4-21.1", lead="beijing_customs", units=["tax"], due=today() + timedelta(9), by=commerce, at=at)
    actions.plan("M4-1.1", lead="commerce", due=today(), by=commerce, at=at)
    Measure.objects.filter(seed="M4-1.1").update(due=today() - timedelta(1))
    slow = actions.raise_issue("Slow", "=1+1", by=who["taxes"], at=at)
    actions.assign(slow.pk, "tax", by=commerce, at=at)
    actions.decide(slow.pk, "Mend it", follow_up_by=today() + timedelta(3), by=commerce, at=at)
    actions.keep_minutes(today(), "First", "We met.", settled=[slow.pk], by=commerce, at=at)
    late = actions.raise_issue("Unowned", "x", by=who["drugs"], at=at)
    Issue.objects.filter(pk=late.pk).update(owner_by=today() - timedelta(1))


@pytest.mark.measure("M4-III-1")
def test_measures_with_last_days(tongguan, window):
    rows = {one["id"]: one for one in tongguan("conference", "--json").json}
    assert [rows[seed]["overdue"] for seed in ("M4-1.1", "M4-21.1")] == [True, False]
    assert rows["M4-21.1"]["units"] == ["tax"] and rows["M4-21.1"]["due"] == str(today() + timedelta(9))
    shown = tongguan("conference", "--lang", "zh")
    assert shown.status == 0 and "逾期1项" in shown.out and "北京海关" in shown.out and "推进" in shown.out
    assert [one["id"] for one in tongguan("conference", "--body", "tax", "--json").json] == ["M4-21.1"]
    assert tongguan("conference", "--state", "done", "--json").json == []


def test_what_is_overdue(tongguan, window):
    late = tongguan("conference", "overdue", "--json").json
    assert [one["id"] for one in late["measures"]] == ["M4-1.1"]
    assert [one["title"] for one in late["issues"]] == ["Unowned"]
    shown = tongguan("conference", "overdue").out
    assert "M4-1.1" in shown and "Unowned" in shown and "LATE" in shown and "M4-21.1" not in shown
    assert "Nothing is overdue" in tongguan("conference", "overdue", "--body", "tax").out


def test_issues_and_minutes(tongguan, window):
    assert [one["title"] for one in tongguan("conference", "issues", "--json").json] == ["Unowned", "Slow"]
    assert [one["title"] for one in tongguan("conference", "issues", "--state", "decided", "--json").json] == ["Slow"]
    assert "Slow" in tongguan("conference", "issues").out
    [meeting] = tongguan("conference", "minutes", "--json").json
    assert (meeting["title"], len(meeting["issues"])) == ("First", 1)
    assert "Slow: Mend it" in tongguan("conference", "minutes").out


def test_every_page_of_issues_is_asked_for(tongguan, window, monkeypatch):
    from tongguan.governance import queries

    monkeypatch.setattr(queries.issues, "__kwdefaults__", queries.issues.__kwdefaults__ | {"limit": 1})
    assert len(tongguan("conference", "issues", "--json").json) == 2


def test_tables_for_spreadsheets(tongguan, window, tmp_path):
    rows = list(csv.reader(io.StringIO(tongguan("conference", "--csv").out)))
    assert rows[0][:2] == ["Measure", "Title"] and [row[0] for row in rows[1:]] == ["M4-1.1", "M4-21.1"]
    path = tmp_path / "tracker.xlsx"
    assert tongguan("conference", "--xlsx", str(path)).status == 0
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert "M4-21.1" in sheet and "<row " in sheet
    path = tmp_path / "register.xlsx"
    assert tongguan("measures", "--document", "M4", "--xlsx", str(path)).status == 0
    assert "M4-21.3" in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert len(tongguan("measures", "--csv").out.splitlines()) == 181


@pytest.mark.parametrize(
    "words, said",
    [
        (("people",), "measures, overdue, issues, minutes"),
        (("--state", "late"), "planned"),
        (("--body", "nobody"), "commerce"),
        (("issues", "--csv"), "Only the measures"),
        (("--xlsx", "/nowhere/t.xlsx"), "cannot be written"),
    ],
)
def test_wrong_uses(tongguan, window, words, said):
    told = tongguan("conference", *words)
    assert told.status == 2 and said in told.err


def test_an_empty_conference(tongguan, db):
    assert "0 measures" in tongguan("conference").out
    assert "no issues" in tongguan("conference", "issues").out
    assert "No minutes" in tongguan("conference", "minutes").out
