"""Credit by the JSON API: one's own grade and what it gives, contesting, and comparing a document."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tongguan.credit import actions
from tongguan.ecommerce import samples
from tongguan.kernel.states import Actor

CODE = samples.PLATFORM.code
OFFICER, SYSTEM = Actor("officer", "officer"), Actor("tongguan", "system")


def test_a_program_reads_the_grade_of_its_firm_and_contests_a_fact(window):
    today = timezone.localdate()
    shown = window.platform.get("/api/v1/credit").json()
    assert (shown["uscc"], shown["grade"], shown["history"]) == (CODE, "regular", None)
    assert window.platform.get("/api/v1/credit?on=2026-03-31").json()["grade"] == "other"
    actions.set_grade(
        CODE,
        "advanced",
        since=today - timedelta(days=9),
        basis="certified",
        words="认证",
        by=OFFICER,
        at=timezone.now(),
    )
    shown = window.platform.get("/api/v1/credit").json()
    assert shown["inspectionFactor"] == "0.2" and all(one["applies"] for one in shown["benefits"])
    assert not any(one["applies"] for one in shown["barred"]) and shown["benefits"][0]["name"]["zh"]
    row = actions.record(CODE, "error", reference="E1", on=today, by=SYSTEM, at=timezone.now())
    [fact] = window.platform.get("/api/v1/credit/facts").json()["facts"]
    assert (fact["id"], fact["state"]) == (row.pk, "stands")
    assert window.carrier.get("/api/v1/credit/facts").json()["facts"] == []
    address = f"/api/v1/credit/facts/{row.pk}/contest"
    assert window.carrier.post(address, {"words": "不是"}).status_code == 404
    assert window.platform.post(address, {"words": ""}).status_code == 409
    assert window.platform.post(address, {"word": "不是"}).status_code == 400
    assert window.platform.post(address, {"words": "不是"}).json()["state"] == "contested"
    assert window.platform.post(address, {"words": "不是"}).status_code == 409


def test_anybody_compares_a_document_by_its_digest(window):
    answer = window.platform.get(f"/api/v1/credit/anchors/{'0' * 64}")
    assert answer.json() == {"digest": "0" * 64, "anchored": []}
    assert window.platform.get("/api/v1/credit/anchors/xyz").status_code == 400
