"""The advisor's page, its paper, its draft and its operation, all of the same answer."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from django.test import Client
from tests.advisor import planning
from tests.declarations import made

from tongguan.declarations.models import Declaration
from tongguan.parties.actions import admit
from tongguan.parties.models import Person

ASKED = {
    "direction": "I", "terms": "3", "currency": "502", "mode": "0110", "transport": "2", "filing": "2026-03-16",
    "entered": "2026-03-02", "customs": "0202", "freight": "5000", "code": made.GCODE, "price": "100000", "origin": "日本",
    "qty": "10", "unit": "007", "qty1": "900", "unit1": "035",
}  # fmt: skip


@pytest.fixture
def pages(window, monkeypatch):
    monkeypatch.setattr("tongguan.desk.public.advisor.book", made.tariff())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_answers_in_both_languages(pages, lang):
    client = Client(headers={"accept-language": lang})
    empty = client.get("/advisor")
    assert empty.status_code == 200 and b'id="plan"' in empty.content
    html = client.get(f"/advisor?{urlencode(ASKED)}").content.decode()
    assert "164,801.12" in html and "2026-03-16" in html and "desk.advisor" not in html and "advice." not in html
    assert "<script>" not in html and "style=" not in html
    wrong = client.get("/advisor?code=1&price=x&filing=soon&customs=9&firm=X").content.decode()
    assert wrong.count('aria-invalid="true"') == 5


def test_the_answer_is_printed_as_pdf(pages):
    response = Client().get(f"/advisor?{urlencode(ASKED)}&as=pdf")
    assert response["Content-Type"] == "application/pdf" and response.content.startswith(b"%PDF")


def test_programs_get_the_same_answer(pages):
    body = {
        "items": [{"gcode": made.GCODE, "price": "100000", "origin": planning.JAPAN, "qty1": "900", "unit1": "035"}],
        "filing": "2026-03-16", "entered": "2026-03-02", "terms": "3", "currency": "502", "freight": "5000",
    }  # fmt: skip
    response = Client().post("/api/v1/advice", json.dumps(body), content_type="application/json")
    told = response.json()
    assert response.status_code == 200, told
    assert (told["costs"]["tax"], told["times"], told["own"]) == ("164801.12", None, False)
    verdicts = {one["key"]: one["verdict"] for one in told["ways"]}
    assert verdicts["ordinary"] == "applies" and verdicts["guarantee:exemption"] == "does_not"
    assert all(law["reference"]["standing"] for one in told["ways"] for law in one["law"])
    wrong = Client().post("/api/v1/advice", json.dumps(body | {"customs": "x"}), content_type="application/json")
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["pointer"] == "customs"


def test_a_trader_begins_a_draft_of_the_plan(pages):
    firm = made.find(made.TRADER)
    admit("li", "李某", "a pass phrase of tests", [("trader", firm)], by=made.OPERATOR, at=made.AT)
    client = Client()
    client.force_login(Person.objects.get(username="li"))
    assert "advisor/draft" in client.get(f"/advisor?{urlencode(ASKED)}").content.decode()
    response = client.post("/advisor/draft", ASKED)
    row = Declaration.objects.get()
    assert response.status_code == 302 and response["Location"] == f"/declarations/{row.pk}/edit"
    assert (row.state, row.mode, row.trader, row.customs, row.lines) == ("draft", "ordinary", firm, "0202", 1)
