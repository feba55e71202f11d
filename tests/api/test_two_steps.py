"""Two steps by the JSON API: a summary with its answers, its complete declaration, and may the goods leave and be used."""

from __future__ import annotations

import json

import pytest
from tests.api.test_declarations import PATH, client, quay  # noqa: F401
from tests.declarations import made
from tests.declarations.made import AGENT, AT, OFFICER, TRADER
from tests.declarations.stepping import summary, whole

from tongguan.declarations import actions
from tongguan.declarations.models import Declaration
from tongguan.formats import dec

ANSWERS = {"licensed": False, "inspected": False, "taxed": True}


def document(of):
    return json.loads(dec.write_json(of))


@pytest.fixture
def filed(quay):  # noqa: F811
    """Return the address of a summary that was accepted."""
    bond = made.guarantee("5000000")
    of = {"document": document(summary()), "mode": "two_step", "settlement": "guarantee", "guarantee": bond.number}
    refused = quay.post(f"{PATH}/check", of | {"answers": ANSWERS | {"taxed": False}}).json()["findings"]
    assert "DEC_STEP_TAXED" in [one["code"] for one in refused]
    saved = quay.post(PATH, of | {"answers": ANSWERS}).json()
    done = quay.post(f"{PATH}/{saved['preNo']}/submit", b"").json()
    assert (done["state"], done["mode"], len(done["number"])) == ("summary", "two_step", 18)
    return f"{PATH}/{done['number']}"


def test_a_summary_is_filed_and_completed(quay, filed):  # noqa: F811
    told = quay.get(f"{filed}/steps").json()
    assert (told["estimate"], told["liftOffAllowed"], told["useAllowed"]) == ("164801.12", False, False)
    assert [one["code"] for one in told["liftOffReasons"]] == ["selection"]
    row = Declaration.objects.get()
    actions.select(row.pk, "pass", by=OFFICER, at=AT)
    told = quay.get(f"{filed}/steps").json()
    assert (told["state"], told["liftOffAllowed"], told["useAllowed"], told["dueOn"]) == (
        "lifted",
        True,
        True,
        "2026-03-16",
    )
    bad = quay.put(f"{filed}/completion", {"document": document(whole(BillNo="COSU600102"))})
    assert bad.status_code == 200
    wrong = quay.post(f"{filed}/complete", b"")
    assert wrong.status_code == 409 or wrong.status_code == 422
    assert "DEC_STEP_CONTRADICTS" in wrong.content.decode()
    quay.put(f"{filed}/completion", {"document": document(whole())})
    done = quay.post(f"{filed}/complete", b"").json()
    assert (done["version"], done["tax"]) == (2, "164801.12")
    assert client("trader", TRADER).get(f"{filed}/steps").json()["completedAt"]


def test_an_easier_way_is_asked_for(quay, filed):  # noqa: F811
    assert "ACCESS_PLACE" in quay.post(f"{filed}/access", {"place": "NOWHERE"}).content.decode()
    assert quay.post(f"{filed}/access", {"place": "CNTXG02S901"}).json()["portCheck"] is None
    assert quay.post(f"{filed}/access", {"nothing": 1}).status_code in (400, 422)


def test_a_declaration_in_one_step_has_no_second(quay):  # noqa: F811
    saved = quay.post(PATH, {"document": document(made.document())}).json()
    assert quay.post(f"{PATH}/{saved['preNo']}/complete", b"").status_code == 404
    assert quay.get(f"{PATH}/{saved['preNo']}/steps").json()["dueOn"] is None
    assert AGENT
