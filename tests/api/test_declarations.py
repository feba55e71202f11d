"""Declarations by the JSON API: a draft is saved, submitted, read, its duties worked out again, and a change asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests.api.conftest import Caller
from tests.declarations import made
from tests.declarations.made import AGENT, AT, OFFICER, TRADER, again, document

from tongguan.declarations import actions
from tongguan.declarations.models import Declaration
from tongguan.formats import dec
from tongguan.parties.actions import issue
from tongguan.parties.queries import find

PATH = "/api/v1/declarations"


class Firm(Caller):
    """A caller that also replaces and deletes."""

    def put(self, path: str, body: Any) -> Any:
        return Client().generic(
            "PUT", path, json.dumps(body), content_type="application/json", headers=self._headers({})
        )

    def delete(self, path: str) -> Any:
        return Client().delete(path, headers=self._headers({}))


def client(role: str, code: str, name: str = "", **more: Any) -> Firm:
    return Firm(issue(name or f"{role} of {code}", find(code), role=role, by=made.OPERATOR, at=AT, **more)[1])


@pytest.fixture
def quay(db, monkeypatch, settings) -> Firm:
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    made.use_tariff(monkeypatch, made.tariff())
    made.prepare()
    made.parities("2026-02-24", "2026-03-18")
    made.ship()
    return client("broker", AGENT)


def body(**changed: Any) -> dict[str, Any]:
    return {"document": json.loads(dec.write_json(document()))} | changed


def test_a_draft_is_saved_submitted_and_read(quay):
    saved = quay.post(PATH, body()).json()
    assert (saved["state"], saved["number"], saved["document"]["DeclareName"]) == ("draft", None, f"broker of {AGENT}")
    place = f"{PATH}/{saved['preNo']}"
    assert quay.get(place).json() == saved
    done = quay.post(f"{place}/submit", b"").json()
    assert (done["number"], done["state"], done["tax"], done["value"]) == (
        "020220261000000001", "due", "164801.12", "747736.50",
    )  # fmt: skip
    assert [one["reason"] for one in done["holds"]] == ["selection"]
    assert done["rateDay"] == done["exchangeDay"] == "2026-03-16"
    assert quay.get(f"{PATH}/020220261000000001").json() == done


def test_what_is_wrong_is_a_problem_with_every_pointer(quay):
    wrong = body()
    wrong["document"]["items"][0]["DeclTotal"] = "1"
    wrong["document"]["PackNo"] = 99
    saved = quay.post(PATH, wrong).json()
    assert [one["code"] for one in quay.post(f"{PATH}/check", wrong).json()["findings"]] == [
        "DEC_TOTAL", "DEC_OVER_MANIFEST",
    ]  # fmt: skip
    refused = quay.post(f"{PATH}/{saved['preNo']}/submit", b"")
    assert refused.status_code == 409 and refused["Content-Type"] == "application/problem+json"
    assert [(one["code"], one["pointer"]) for one in refused.json()["errors"]] == [
        ("DEC_TOTAL", "item/1/DeclTotal"), ("DEC_OVER_MANIFEST", "PackNo"),
    ]  # fmt: skip
    kept = quay.get(f"{PATH}/{saved['preNo']}").json()
    assert (kept["state"], kept["number"], len(kept["findings"])) == ("rejected", None, 2)
    assert quay.put(f"{PATH}/{saved['preNo']}", body()).json()["state"] == "draft"
    assert quay.post(f"{PATH}/{saved['preNo']}/submit", b"").json()["number"] == "020220261000000001"


def test_a_message_is_taken_in(quay):
    saved = quay.post(PATH, dec.write(document()), content_type="application/xml")
    assert saved.status_code == 200 and saved.json()["document"]["items"][0]["DeclTotal"] == "100000"
    refused = quay.post(PATH, b"<DecMessage><DecHead>", content_type="application/xml")
    assert (refused.status_code, refused.json()["code"]) == (422, "UNREADABLE_MESSAGE")


@pytest.mark.parametrize(
    "sent, pointer",
    [
        ({}, "JSON"), ([], "JSON"), (body(document={"grossWeight": 1}), "JSON"), (body(document={"GrossWet": "x"}), "GrossWet"),
        (body(document={"items": [{"GQty": "many"}]}), "item/1/GQty"), (body(more=1), "JSON"),
    ],
)  # fmt: skip
def test_a_body_that_is_none(quay, sent, pointer):
    answer = quay.post(PATH, sent)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


@pytest.mark.parametrize("written", ["NaN", "1E+999999999", "-Infinity", "0.123456789"])
def test_a_number_that_is_none_is_told_before_it_is_counted_with(quay, written):
    wrong = body()
    wrong["document"]["items"][0] |= {"GQty": written, "DeclPrice": written}
    wrong["document"]["NetWt"] = written
    found = quay.post(f"{PATH}/check", wrong).json()["findings"]
    assert {one["code"] for one in found} == {"DEC_NUMBER"} and len(found) == 3
    assert quay.post(PATH, wrong).status_code == 409


def test_a_required_field_is_told_when_saving(quay):
    answer = quay.post(PATH, {"document": {"IEFlag": "I"}})
    assert answer.status_code == 409
    assert ("DEC_REQUIRED_TO_SAVE", "CustomMaster") in [(e["code"], e["pointer"]) for e in answer.json()["errors"]]


def test_others_find_nothing(quay):
    saved = quay.post(PATH, body()).json()
    place = f"{PATH}/{saved['preNo']}"
    stranger = client("broker", made.CARRIER)
    nobody = Firm("")
    for call in (stranger.get, stranger.delete):
        assert call(place).status_code == 404
    assert stranger.post(f"{place}/submit", b"").status_code == 404
    assert stranger.put(place, body()).status_code == 404
    assert stranger.get(PATH).json() == {"declarations": [], "next": None}
    assert nobody.get(place).status_code == 401
    owner = client("trader", TRADER)
    assert owner.get(place).status_code == 404, "a draft is its agent's alone"
    quay.post(f"{place}/submit", b"")
    assert owner.get(place).status_code == 200
    assert owner.post(f"{place}/requests", {"kind": "withdraw", "grounds": "clerical", "evidence": ["proof: 1"],
                                            "reason": "x"}).status_code == 404  # fmt: skip
    carrier = client("carrier", made.CARRIER)
    assert carrier.post(PATH, body()).status_code == 403


def test_a_program_without_the_scope_changes_nothing(quay):
    looking = client("broker", AGENT, "looking", scopes=["see"])
    assert looking.post(PATH, body()).status_code == 403


def test_the_list_comes_in_pages(quay, monkeypatch):
    monkeypatch.setattr("tongguan.declarations.queries.PAGE", 2)
    numbers = [quay.post(PATH, body()).json()["id"] for _ in range(5)]
    found, after = [], None
    for _ in range(3):
        page = quay.get(PATH, {"before": after} if after else {}).json()
        found += [one["id"] for one in page["declarations"]]
        after = page["next"]
    assert found == numbers[::-1] and after is None
    assert quay.get(PATH, {"group": "needs_you"}).json()["declarations"] == []
    assert len(quay.get(PATH, {"number": made.BILL}).json()["declarations"]) == 2
    assert quay.get(PATH, {"group": "none"}).status_code == 400
    gone = quay.delete(f"{PATH}/{Declaration.objects.first().pre_no}")
    assert gone.json()["state"] == "deleted"


def test_duties_are_worked_out_again(quay):
    saved = quay.post(PATH, body()).json()
    place = f"{PATH}/{saved['preNo']}"
    assert quay.get(f"{place}/duties").status_code == 404
    quay.post(f"{place}/submit", b"")
    found = quay.get(f"{place}/duties").json()
    assert (found["tax"], found["recomputed"], found["value"]) == ("164801.12", "164801.12", "747736.50")
    assert {line["kind"]: line["amount"] for line in found["sheet"]["lines"]} == {
        "duty": "59818.92",
        "vat": "104982.20",
    }
    assert [one["name"] for one in found["steps"]] == ["price", "freight", "insurance_unknown"]


def test_a_change_is_asked_for_and_granted(quay):
    saved = quay.post(PATH, body()).json()
    place = f"{PATH}/{saved['preNo']}"
    quay.post(f"{place}/submit", b"")
    said = {"grounds": "clerical", "evidence": ["proof: 26-1"], "reason": "价格填错"}
    after = body()["document"]
    after["items"][0] |= {"DeclTotal": "110000", "DeclPrice": "11000"}
    wrong = quay.post(f"{place}/requests", {"kind": "amend", **said})
    assert wrong.status_code == 400
    unshown = quay.post(f"{place}/requests", {"kind": "amend", **said, "evidence": [], "document": after})
    assert [one["code"] for one in unshown.json()["errors"]] == ["DEC_EVIDENCE"]
    asked = quay.post(f"{place}/requests", {"kind": "amend", **said, "document": after}).json()
    assert [one["state"] for one in asked["changeRequests"]] == ["asked"]
    actions.grant(asked["changeRequests"][0]["id"], by=OFFICER, at=AT)
    found = quay.get(place).json()
    assert (found["version"], found["document"]["items"][0]["DeclTotal"]) == (2, "110000")
    assert quay.get(f"{place}/duties", {"version": 1}).json()["recomputed"] == "164801.12"
    assert again(Declaration.objects.get()).number == found["number"]


@pytest.mark.parametrize("written", ["X", " ", "0", "i"])
def test_a_direction_that_is_none_is_told_and_holds_up_no_other(quay, written):
    wrong = body()
    wrong["document"]["IEFlag"] = written
    refused = quay.post(PATH, wrong)
    assert (refused.status_code, {one["pointer"] for one in refused.json()["errors"]}) == (409, {"IEFlag"})
    filed = quay.post(f"{PATH}/batches", {"number": "26-1", "declarations": [wrong, body()]}).json()
    assert [one["state"] for one in filed["answers"]] == ["refused", "due"]
    assert {one["pointer"] for one in filed["answers"][0]["findings"]} == {"IEFlag"}


def test_no_direction_and_blanks_are_told_while_one_fills_in(quay):
    wrong = body()
    wrong["document"] |= {"IEFlag": None, "GoodsPlace": " \n", "TradeMode": "X"}
    found = quay.post(f"{PATH}/check", wrong).json()["findings"]
    assert [(one["code"], one["pointer"]) for one in found] == [
        ("DEC_REQUIRED_TO_SAVE", "IEFlag"), ("DEC_REQUIRED_TO_DECLARE", "GoodsPlace"), ("DEC_CODE", "TradeMode"),
    ]  # fmt: skip
