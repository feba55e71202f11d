"""Declarations by message over HTTP: answered by a DecImportResponse, receipts read on after a cursor."""

from __future__ import annotations

import pytest
from tests.api.test_declarations import client, quay  # noqa: F401  the window with its ship
from tests.declarations import made
from tests.declarations.made import AGENT, AT, TRADER, again, document
from tests.declarations.test_messages import message

from tongguan.declarations.messages.actions import give_receipts
from tongguan.declarations.models import Declaration
from tongguan.formats import dec
from tongguan.journal.actions import sequence

PATH, RECEIPTS = "/api/v1/declaration-messages", "/api/v1/declaration-receipts"


def posted(caller, data: bytes, path: str = PATH, content_type: str = "application/xml"):
    return caller.post(path, data, content_type=content_type)


def answered(answer) -> dec.Response:
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/xml"), answer.content
    return dec.read_receipt(answer.content)[0]


def test_a_message_is_declared_and_answered(quay):  # noqa: F811
    said = answered(posted(quay, message(operation="C")))
    row = Declaration.objects.get()
    assert said == dec.Response(ResponseCode="0", ClientSeqNo="LOCAL-1", SeqNo=row.pre_no) and row.state == "due"
    assert answered(posted(quay, message(operation="C"), content_type="text/plain")) == said


def test_what_is_refused_is_an_answer_and_what_cannot_be_read_a_problem(quay):  # noqa: F811
    said = answered(posted(quay, message(document(PackNo=99), "C")))
    assert said.ResponseCode == "2" and "[DEC_OVER_MANIFEST]" in said.ErrorMessage
    refused = posted(quay, b"<DecMessage><DecHead>")
    assert (refused.status_code, refused.json()["code"]) == (422, "UNREADABLE_MESSAGE")
    assert posted(quay, b"").status_code == 422
    assert posted(quay, message(), f"{PATH}?mode=two_step").status_code == 400


def test_how_it_is_filed_can_be_said_beside_it(quay):  # noqa: F811
    bond = made.guarantee()
    answered(posted(quay, message(), f"{PATH}?mode=advance&guarantee={bond.number}"))
    row = Declaration.objects.get()
    assert (row.mode, row.settlement, row.guarantee) == ("advance", "guarantee", bond.number)


def test_who_may_not_file(quay):  # noqa: F811
    assert posted(client("carrier", made.CARRIER), message()).status_code == 403
    assert posted(client("broker", AGENT, "looking", scopes=["see"]), message()).status_code == 403
    assert posted(type(quay)(""), message()).status_code == 401
    assert not Declaration.objects.exists()


def test_receipts_are_read_on_and_by_nobody_else(quay):  # noqa: F811
    answered(posted(quay, message(operation="C")))
    row = Declaration.objects.get()
    assert quay.get(RECEIPTS).json() == {"receipts": [], "next": ""}
    sequence()
    give_receipts()
    first = quay.get(f"{RECEIPTS}?limit=1").json()
    assert [one["channel"] for one in first["receipts"]] == ["L"]
    rest = quay.get(f"{RECEIPTS}?after={first['next']}").json()
    assert [one["text"]["zh"] for one in rest["receipts"]] == ["需交税费"]
    assert quay.get(f"{RECEIPTS}?after={rest['next']}").json() == {"receipts": [], "next": rest["next"]}
    status, remarks = dec.read_receipt(first["receipts"][0]["xml"].encode())
    assert remarks == [] and (row.number, row.pre_no) == (status.ENTRY_ID, status.CUS_CIQ_NO)
    whole = quay.get(f"/api/v1/declarations/{row.pre_no}/receipts").json()
    assert [one["channel"] for one in whole["receipts"]] == ["L", "T"]
    owner = client("trader", TRADER)
    assert owner.get(RECEIPTS).json()["receipts"] == []
    assert len(owner.get(f"/api/v1/declarations/{row.number}/receipts").json()["receipts"]) == 2
    assert client("broker", made.CARRIER).get(f"/api/v1/declarations/{row.number}/receipts").status_code == 404
    made.passed(again(row), AT)


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 30, "１"])
def test_a_cursor_that_is_none(quay, after):  # noqa: F811
    answer = quay.get(f"{RECEIPTS}?after={after}")
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_PARAMETER")
