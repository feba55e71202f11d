"""The register, the indicators and the followed measures for programs."""

from __future__ import annotations

from datetime import date

import pytest
from tests.api.conftest import AT, OPERATOR

from tongguan.governance import actions, queries
from tongguan.governance.models import Case, Measure
from tongguan.kernel.states import Actor
from tongguan.parties.actions import admit


def test_anybody_reads_the_register(window):
    found = window.nobody.get("/api/v1/measures").json()["measures"]
    assert len(found) == 180
    returned = next(one for one in found if one["id"] == "M4-21.3")
    assert returned["built"] is True and returned["pages"] == ["requests", "requests_work", "ask"]
    assert returned["tests"][0].keys() == {"test", "outcome", "commit", "changed", "at"}
    assert next(one for one in found if one["id"] == "M4-21.1")["lacking"]["zh"]


def test_filters(window):
    asked = {"document": "M4", "domain": "cbec", "state": "missing"}
    found = window.nobody.get("/api/v1/measures", asked).json()["measures"]
    assert {one["id"] for one in found} <= {"M4-21.2", "M4-21.4"}
    for name in ("document", "domain", "department", "state"):
        response = window.nobody.get("/api/v1/measures", {name: "x"})
        assert (response.status_code, response.json()["code"]) == (400, "BAD_PARAMETER")


def test_one_clause_also_by_its_item(window):
    clause = window.nobody.get("/api/v1/measures/M4-21").json()
    assert clause == window.nobody.get("/api/v1/measures/M4-21.3").json()
    assert clause["documentNumber"] == "京商总部字〔2024〕3号" and clause["issued"] == "2024-07-05"
    assert [one["id"] for one in clause["measures"]] == ["M4-21.1", "M4-21.2", "M4-21.3", "M4-21.4"]
    assert window.nobody.get("/api/v1/measures/M9").status_code == 404


def test_indicators(window):
    found = window.nobody.get("/api/v1/indicators").json()["indicators"]
    assert len(found) == 9 and {len(one["frameworks"]) > 1 for one in found} == {True}
    cost = next(one for one in found if one["name"] == "port_cost")
    assert cost["before"] is None and cost["now"] is None


@pytest.fixture
def followed(window) -> Measure:
    admit("commerce", "商务", "correct horse battery", [("member", None)], by=OPERATOR, at=AT)
    actions.seat("commerce", "commerce", by=OPERATOR, at=AT)
    by = Actor("commerce", "member")
    row = actions.plan("M4-1.1", lead="commerce", due=date(2026, 5, 2), by=by, at=AT)
    actions.attach(row.pk, title="t", name="n", content=b"x", dated=AT.date(), by=by, at=AT)
    return row


def test_the_operator_reads_what_is_followed(window, followed):
    [row] = window.operator.get("/api/v1/followed-measures").json()["measures"]
    assert (row["id"], row["lead"], row["due"], row["overdue"]) == ("M4-1.1", "commerce", "2026-05-02", False)
    assert window.operator.get("/api/v1/followed-measures", {"overdue": "true"}).json()["measures"] == []
    whole = window.operator.get("/api/v1/followed-measures/M4-1.1").json()
    assert len(whole["evidence"][0]["digest"]) == 64
    assert window.operator.get("/api/v1/followed-measures/M9").status_code == 404
    assert window.operator.get("/api/v1/followed-measures", {"state": "x"}).status_code == 400
    assert window.platform.get("/api/v1/followed-measures").status_code == 403
    assert window.nobody.get("/api/v1/followed-measures").status_code == 401


@pytest.mark.measure("M4-III-3", "M4-III-4")
def test_anybody_reads_published_cases_and_publicity(window, followed, monkeypatch):
    by, today = Actor("commerce", "member"), AT.date()
    monkeypatch.setattr(queries, "PAGE", 1)
    for title in ("first", "second", "kept"):
        row = actions.collect(title, "says", place="上海", seed="M4-1.1", by=by, at=AT)
        actions.sum_up(row.pk, "lesson", by=by, at=AT)
        if title != "kept":
            actions.publish(row.pk, by=by, at=AT)
            actions.announce(title, channel="press", day=today, by=by, at=AT)
    actions.replicate(Case.objects.get(title="second").pk, place="天津", on=today, result="好", by=by, at=AT)
    page = window.nobody.get("/api/v1/cases").json()
    [case] = page["cases"]
    assert (case["title"], case["state"], case["publishedOn"]) == ("second", "replicated", str(today))
    assert [one["place"] for one in case["replications"]] == ["天津"]
    rest = window.nobody.get("/api/v1/cases", {"before": page["next"]}).json()
    assert [one["title"] for one in rest["cases"]] == ["first"] and rest["next"] is None
    page = window.nobody.get("/api/v1/publicity").json()
    rest = window.nobody.get("/api/v1/publicity", {"day": page["nextDay"], "before": page["next"]}).json()
    assert [one["title"] for one in page["occasions"] + rest["occasions"]] == ["second", "first"]
    assert rest["next"] is None and window.nobody.get("/api/v1/cases", {"before": 0}).status_code == 400
