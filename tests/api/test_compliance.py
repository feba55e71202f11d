"""Errors, disclosures and reductions by the JSON API, the calculator for everybody, and bad input."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.declarations import made

from tongguan.compliance import actions
from tongguan.compliance.models import Disclosure
from tongguan.ecommerce import samples

ASK = "/api/v1/calculator/disclosure"
QUESTION = {"kind": "tax", "breach": "2025-03-01", "disclosed": "2026-01-05", "underpaid": "2000000", "due": "3000000"}


class TestCalculator:
    def test_it_answers_everybody_with_the_law(self, window):
        found = window.nobody.post(ASK, QUESTION | {"paidOn": "2025-03-10"})
        assert found.status_code == 200, found.content
        told = found.json()
        assert (told["outcome"], told["month"], told["tier"], told["findings"]) == ("exempt", 11, 1, [])
        assert "194" in told["version"]["title"] and told["fineLeast"] is None and told["surcharge"] == "301000.00"
        assert all(one["reference"]["standing"] for one in told["terms"])

    def test_it_says_what_a_fine_would_be(self, window):
        told = window.nobody.post(ASK, QUESTION | {"breach": "2024-12-01", "disclosed": "2025-10-10"}).json()
        assert told["outcome"] == "mitigated" and [one["code"] for one in told["findings"]] == ["DISC_OVER"]
        assert (told["fineLeast"], told["fineMost"], told["fineBelow"]) == ("600000.00", "4000000.00", False)

    @pytest.mark.parametrize("changes, code, pointer", [
        ({"breach": "soon"}, "DISC_UNREADABLE", "breach"), ({"breach": ""}, "DISC_UNREADABLE", "breach"),
        ({"paidOn": "x"}, "DISC_UNREADABLE", "paidOn"), ({"underpaid": "many"}, "DISC_UNREADABLE", "underpaid"),
        ({"value": "1e99"}, "DISC_UNREADABLE", "value"), ({"grade": "x"}, "DISC_UNREADABLE", "grade"),
        ({"against": ["x"]}, "DISC_UNREADABLE", "against"), ({"kind": "x"}, "DISC_KIND", "kind"),
        ({"disclosed": "2027-07-01"}, "DISC_NO_LAW", "disclosed"), ({"due": "1"}, "DISC_AMOUNT", "underpaid"),
    ])  # fmt: skip
    def test_bad_input(self, window, changes, code, pointer):
        answer = window.nobody.post(ASK, QUESTION | changes)
        assert answer.status_code == 409, answer.content
        assert (code, pointer) in [(one["code"], one["pointer"]) for one in answer.json()["errors"]]
        assert window.nobody.post(ASK, QUESTION | {"more": 1}).status_code in (400, 422)


TOLD = {
    "kind": "tax", "breach": "2026-01-10", "words": "漏报运费", "nature": "price", "kinds": {"duty": "80000", "vat": "200000"},
    "due": "1000000", "paidOn": "2026-01-20",
}  # fmt: skip


class TestDisclosures:
    def test_a_program_discloses(self, window):
        day = timezone.localdate().replace(day=1).isoformat()
        draft = window.broker.post("/api/v1/disclosures", TOLD | {"breach": day, "paidOn": day})
        assert draft.status_code == 200, draft.content
        whole = draft.json()
        number = whole["disclosure"]["id"]
        assert (whole["disclosure"]["state"], whole["advice"]["outcome"]) == ("draft", "exempt")
        assert window.broker.get("/api/v1/disclosures").json()["disclosures"][0]["id"] == number
        assert window.carrier.get(f"/api/v1/disclosures/{number}").status_code == 404
        assert window.carrier.post(f"/api/v1/disclosures/{number}/file", {}).status_code in (403, 404)
        filed = window.broker.post(f"/api/v1/disclosures/{number}/file", {}).json()
        assert filed["disclosure"]["state"] == "filed" and filed["disclosure"]["firm"] == samples.BROKER.code
        assert window.broker.post(f"/api/v1/disclosures/{number}/file", {}).status_code == 409
        done = actions.accept(number, by=made.OFFICER, at=timezone.now())
        shown = window.broker.get(f"/api/v1/disclosures/{number}").json()["disclosure"]
        assert shown["state"] == "accepted" and shown["surcharge"] == f"{done.surcharge:.2f}"
        assert window.broker.get("/api/v1/disclosures", {"stage": "x"}).status_code == 400
        assert window.broker.get("/api/v1/disclosures", {"stage": "over"}).json()["disclosures"] == []
        assert window.nobody.get("/api/v1/disclosures").status_code == 401

    def test_bad_input(self, window):
        bad = window.broker.post("/api/v1/disclosures", TOLD | {"words": "", "nature": "x"})
        assert bad.status_code == 409
        assert {("DISC_WORDS", "words"), ("DISC_NATURE", "nature")} <= {
            (one["code"], one["pointer"]) for one in bad.json()["errors"]
        }
        assert window.broker.post("/api/v1/disclosures", {"kind": "tax"}).status_code in (400, 422)
        assert window.broker.post("/api/v1/disclosures", TOLD | {"words": "\0"}).status_code == 400
        assert window.carrier.post("/api/v1/disclosures", TOLD).status_code == 403
        assert not Disclosure.objects.exists()


class TestErrorsAndFees:
    def test_errors_and_their_review(self, window):
        assert window.broker.get("/api/v1/errors").json() == {
            "errors": [], "next": None, "counted": 0, "declarations": 0,
        }  # fmt: skip
        assert window.broker.get("/api/v1/errors", {"stage": "x"}).status_code == 400
        assert window.broker.post("/api/v1/errors/1/review", {"words": "x"}).status_code == 404
        assert window.broker.post("/api/v1/errors/1/review", {}).status_code in (400, 422)
        assert window.broker.get("/api/v1/fee-reductions").json() == {"reductions": [], "next": None}
        told = {"declaration": "020220260000000001", "grounds": "policy", "words": "x"}
        assert window.broker.post("/api/v1/fee-reductions", told).status_code == 404

    def test_a_firm_sees_and_contests_its_own(self, window, monkeypatch):
        made.use_tariff(monkeypatch, made.tariff())
        made.prepare()
        made.parities("2026-02-24", "2026-03-18")
        made.ship()
        of = made.submitted(at=made.moment("2026-03-20"))
        of.agent = made.find(samples.BROKER.code)
        of.save()
        one = actions.found(of.pk, "数量不符", ["item/1/GQty"], by=made.OFFICER, at=timezone.now())
        [shown] = window.broker.get("/api/v1/errors").json()["errors"]
        assert (shown["id"], shown["declaration"], shown["counted"]) == (one.pk, of.number, True)
        asked = window.broker.post(f"/api/v1/errors/{one.pk}/review", {"words": "数量无误"})
        assert asked.status_code == 200 and asked.json()["state"] == "asked"
        told = {"declaration": of.number, "grounds": "force_majeure", "words": "台风"}
        reduction = window.broker.post("/api/v1/fee-reductions", told)
        assert reduction.status_code == 200 and reduction.json()["state"] == "asked", reduction.content
        assert window.broker.post("/api/v1/fee-reductions", told).status_code == 409
