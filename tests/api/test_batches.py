"""Declarations filed together by the JSON API."""

from __future__ import annotations

from tests.api.test_declarations import PATH, body, client, quay
from tests.declarations.made import CARRIER

from tongguan.declarations.models import Declaration

__all__ = ["quay"]
BATCHES = f"{PATH}/batches"


def test_each_is_answered_and_the_answer_is_kept(quay):
    strange = body()
    strange["document"]["BillNo"] = "NOBODY1"
    sent = {"number": "26-1", "declarations": [body(), strange, body(mode="someday")]}
    answered = quay.post(BATCHES, sent).json()
    assert (answered["filed"], answered["accepted"], answered["rejected"], answered["refused"]) == (3, 1, 1, 1)
    assert [one["state"] for one in answered["answers"]] == ["due", "rejected", "refused"]
    assert answered["answers"][1]["findings"][0]["code"] == "DEC_BILL_NOT_IN_MANIFEST"
    assert answered["answers"][0]["number"] == "020220261000000001"
    assert quay.post(BATCHES, sent).json() == answered == quay.get(f"{BATCHES}/26-1").json()
    assert Declaration.objects.count() == 2
    listed = quay.get(BATCHES).json()
    assert listed["batches"] == [{name: answered[name] for name in listed["batches"][0]}] and listed["next"] is None


def test_a_number_files_once(quay):
    quay.post(BATCHES, {"number": "26-1", "declarations": [body()]})
    refused = quay.post(BATCHES, {"number": "26-1", "declarations": [body(mode="advance")]})
    assert refused.status_code == 409 and refused.json()["errors"][0]["code"] == "DEC_BATCH_REUSED"


def test_what_has_no_shape_is_told_with_its_place(quay):
    sent = {"number": "1", "declarations": [body()]}
    sent["declarations"][0]["document"]["GrossWet"] = "heavy"
    refused = quay.post(BATCHES, sent)
    assert refused.status_code == 400 and refused.json()["errors"][0]["pointer"] == "GrossWet"
    for wrong in ({"number": "1", "declarations": []}, {"number": "", "declarations": [body()]}, {"number": "1"}):
        assert quay.post(BATCHES, wrong).status_code == 400


def test_others_find_nothing(quay):
    quay.post(BATCHES, {"number": "26-1", "declarations": [body()]})
    carrier = client("carrier", CARRIER)
    assert carrier.get(f"{BATCHES}/26-1").status_code == 404 and carrier.get(BATCHES).json()["batches"] == []
    assert carrier.post(BATCHES, {"number": "2", "declarations": [body()]}).status_code == 403
