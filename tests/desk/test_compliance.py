"""The pages of errors, disclosures and reductions, and the calculator: who sees and does what, in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.declarations import made
from tests.desk.test_pages import MOST_QUERIES, whole

from tongguan.compliance import actions
from tongguan.compliance.models import Disclosure, ErrorRecord, FeeReduction
from tongguan.parties.actions import admit
from tongguan.parties.queries import find

D = Decimal
SEES = {"agent": 200, "officer": 200, "operator": 200, "auditor": 200, "broker": 404, "platform": 403, "carrier": 403}
YEAR = timedelta(days=365)


@pytest.fixture
def row(window, monkeypatch):
    """A declaration that was declared four days late, of a broker who can sign in, with an error customs found."""
    made.use_tariff(monkeypatch, made.tariff())
    made.prepare()
    made.parities("2026-02-24", "2026-03-18")
    made.ship()
    at = timezone.now() - YEAR
    admit("agent", "王某", "correct horse battery", [("broker", find(made.AGENT))], by=made.OPERATOR, at=at)
    of = made.submitted(at=made.moment("2026-03-20"))
    actions.found(of.pk, "查验数量不符", ["item/1/GQty"], by=made.OFFICER, at=timezone.now())
    return of


def error() -> ErrorRecord:
    return ErrorRecord.objects.latest("pk")


WRITTEN = {
    "kind": "tax", "nature": "price", "breach": "2026-01-10", "words": "漏报运费", "declaration": "", "duty": "80000",
    "vat": "200000", "due": "1000000", "paid_on": "2026-01-20", "pointer": ["", ""], "value": ["", ""],
}  # fmt: skip


def disclosed(agent) -> Disclosure:
    breach = timezone.localdate() - timedelta(days=200)
    days = {"breach": breach.isoformat(), "paid_on": breach.isoformat()}
    response = agent.post("/disclosures/new", WRITTEN | days)
    assert response.status_code == 302, response.content.decode()
    return Disclosure.objects.latest("pk")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", SEES)
def test_each_page_is_seen_by_those_who_may(window, row, who, lang):
    agent = window.person("agent", lang)
    of = disclosed(agent)
    assert agent.post(f"/disclosures/{of.pk}/file").status_code == 302
    assert (
        agent.post(
            "/fee-reductions/ask", {"declaration": row.number, "grounds": "policy", "words": "迟发证"}
        ).status_code
        == 302
    )
    reduction, client = FeeReduction.objects.latest("pk"), window.person(who, lang)
    for path, is_list in (
        ("/errors", True), (f"/errors/{error().pk}", False), ("/disclosures", True), (f"/disclosures/{of.pk}", False),
        ("/fee-reductions", True), (f"/fee-reductions/{reduction.pk}", False),
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        wanted = 200 if is_list and SEES[who] == 404 else SEES[who]
        assert response.status_code == wanted, path
        assert len(asked) <= MOST_QUERIES + 1, (path, len(asked))
        if wanted == 200:
            whole(response, lang)
    assert window.person("").get("/errors").status_code == 302
    for path in ("/disclosures/new", "/fee-reductions/ask"):
        response = client.get(path)
        assert response.status_code == (200 if who in ("agent", "broker") else 403)
        if response.status_code == 200:
            whole(response, lang)


def test_a_firm_asks_for_review_and_customs_decide(window, row):
    agent, officer, one = window.person("agent", "en"), window.person("officer", "en"), error()
    page = agent.get("/errors").content.decode()
    assert row.number in page and "errors that count: 1" in page
    assert row.number.encode() in b"".join(agent.get("/errors?as=csv"))
    assert agent.get("/errors?stage=asked&q=x&before=1").status_code == 200
    assert agent.post(f"/errors/{one.pk}/ask", {"words": ""}).status_code == 409
    assert agent.post(f"/errors/{one.pk}/correct", {"words": "x"}).status_code == 403
    assert agent.post(f"/errors/{one.pk}/ask", {"words": "数量无误"}).status_code == 302
    assert officer.post(f"/errors/{one.pk}/keep", {"words": ""}).status_code == 409
    assert officer.post(f"/errors/{one.pk}/correct", {"words": "属实"}).status_code == 302
    assert officer.post(f"/errors/{one.pk}/other").status_code == 404 and not made.again(one).counted
    assert "corrected after review" in agent.get(f"/errors/{one.pk}").content.decode()


def test_customs_record_an_error(window, row):
    officer = window.person("officer", "en")
    told = {"declaration": row.number, "words": "重量不符", "fields": "GrossWet，item/1/GQty"}
    assert window.person("agent").post("/errors/record", told).status_code == 403
    assert officer.post("/errors/record", told | {"declaration": "1"}).status_code == 409
    assert officer.post("/errors/record", told | {"words": ""}).status_code == 409
    assert officer.post("/errors/record", told).status_code == 302
    assert error().fields == ["GrossWet", "item/1/GQty"]


def test_a_disclosure_from_draft_to_bill(window, row):
    agent, officer = window.person("agent", "en"), window.person("officer", "en")
    bad = agent.post("/disclosures/new", WRITTEN | {"duty": "x", "paid_on": "", "words": ""})
    assert bad.status_code == 409
    for name in ("duty", "paid_on", "words"):
        assert f'href="#{name}"' in bad.content.decode(), name
    unreadable = agent.post("/disclosures/new", WRITTEN | {"breach": "soon"})
    assert unreadable.status_code == 409 and 'href="#breach"' in unreadable.content.decode()
    corrected = WRITTEN | {
        "pointer": ["item/1/GName", ""],
        "value": ["x", ""],
        "duty": "",
        "vat": "",
        "declaration": row.number,
    }
    assert agent.post("/disclosures/new", corrected).status_code == 409
    more = agent.post("/disclosures/new", WRITTEN | {"pointer": ["FeeRate"], "value": ["1"], "more": "1"})
    assert more.status_code == 200 and 'id="pointer-2"' in more.content.decode()
    of = disclosed(agent)
    page = agent.get(f"/disclosures/{of.pk}").content.decode()
    assert "If it were disclosed today" in page and "Goes unpunished" in page
    assert 'value="80000"' in agent.get(f"/disclosures/{of.pk}/edit").content.decode()
    assert officer.get(f"/disclosures/{of.pk}").status_code == 404
    assert agent.post(f"/disclosures/{of.pk}/accept").status_code == 403
    assert agent.post(f"/disclosures/{of.pk}/file").status_code == 302
    assert agent.get(f"/disclosures/{of.pk}/edit").status_code == 404
    assert officer.post(f"/disclosures/{of.pk}/accept", {"penalty": "fine", "fine": "5"}).status_code == 409
    assert officer.post(f"/disclosures/{of.pk}/refuse", {"words": ""}).status_code == 409
    assert officer.post(f"/disclosures/{of.pk}/accept", {"penalty": "none"}).status_code == 302
    assert made.again(of).state == "accepted"
    assert "/duty-bills/" in agent.get(f"/disclosures/{of.pk}").content.decode()
    second = disclosed(agent)
    assert agent.post(f"/disclosures/{second.pk}/take_back").status_code == 302
    assert agent.post(f"/disclosures/{second.pk}/other").status_code == 404


def test_a_breach_of_long_ago_is_shown_too(window, row):
    agent = window.person("agent", "en")
    told = WRITTEN | {"breach": "2004-12-01", "paid_on": "2004-12-10"}
    done = agent.post("/disclosures/new", told)
    assert done.status_code == 302
    page = agent.get(done.url)
    assert page.status_code == 200 and "200,000.00" in page.content.decode()
    assert (
        agent.post("/disclosures/new", WRITTEN | {"breach": "1999-12-01", "paid_on": "1999-12-10"}).status_code == 409
    )


def test_a_fee_is_reduced(window, row):
    agent, officer = window.person("agent", "en"), window.person("officer", "en")
    told = {"declaration": row.number, "grounds": "policy", "words": "许可证迟发"}
    assert f"/fee-reductions/ask?declaration={row.number}" in agent.get(f"/declarations/{row.pk}").content.decode()
    assert officer.post("/fee-reductions/ask", told).status_code == 403
    assert agent.post("/fee-reductions/ask", told | {"declaration": "1"}).status_code == 409
    assert agent.post("/fee-reductions/ask", told | {"grounds": "x"}).status_code == 409
    assert agent.post("/fee-reductions/ask", told).status_code == 302
    one = FeeReduction.objects.latest("pk")
    assert officer.post(f"/fee-reductions/{one.pk}/grant", {"left": "x"}).status_code == 409
    assert officer.post(f"/fee-reductions/{one.pk}/refuse", {"words": ""}).status_code == 409
    assert officer.post(f"/fee-reductions/{one.pk}/grant", {"left": "100", "words": "属实"}).status_code == 302
    assert made.again(row).late_fee == 100
    assert agent.post(f"/fee-reductions/{one.pk}/take_back").status_code == 409
    assert agent.post(f"/fee-reductions/{one.pk}/other").status_code == 404


class TestCalculator:
    PATH = "/calculator/disclosure"

    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("query, status", [
        ("", 200), ("?kind=tax&breach=2025-03-01&disclosed=2026-01-05&underpaid=2000000&due=3000000&paid_on=2025-03-10", 200),
        ("?kind=tax&breach=2023-03-01&disclosed=2023-11-01&underpaid=1200000&due=3000000", 200),
        ("?kind=statistics&breach=2026-01-01&disclosed=2026-05-05&affected=5&against=lead", 200),
        ("?kind=export_refund&breach=2024-01-01&disclosed=2026-05-05&underpaid=5&due=9&value=100", 200),
        ("?kind=x&breach=soon&disclosed=2026-13-01&underpaid=many&value=1e99&against=x", 200),
        ("?kind=tax&breach=2027-07-01&disclosed=2027-07-02&underpaid=1&due=2", 200),
    ])  # fmt: skip
    def test_it_answers_everybody(self, window, lang, query, status):
        response = window.person("", lang).get(self.PATH + query)
        assert response.status_code == status
        whole(response, lang)

    def test_it_says_by_which_version_and_why(self, window):
        page = (
            window.person("", "en")
            .get(
                self.PATH
                + "?kind=tax&breach=2024-12-01&disclosed=2025-10-10&underpaid=2000000&due=3000000&paid_on=2024-12-10"
            )
            .content.decode()
        )
        for said in ("Punished less", "2024年第87号", "66.67%", "600,000.00 – 4,000,000.00", "month 11", "304,000.00"):
            assert said in page, said
        page = (
            window.person("", "en")
            .get(self.PATH + "?kind=tax&breach=2024-12-01&disclosed=2025-10-11&underpaid=2000000&due=3000000")
            .content.decode()
        )
        assert "Goes unpunished" in page and "2025年第194号" in page
        late = window.person("", "en").get(
            self.PATH + "?kind=tax&breach=2027-06-01&disclosed=2027-07-01&underpaid=1&due=2"
        )
        assert "nothing is judged" in late.content.decode()
        assert date(2027, 7, 1) > timezone.localdate()
