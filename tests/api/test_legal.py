"""Reliefs by the law itself through the JSON API: claiming, seeing, taking back, and bad input."""

from __future__ import annotations

from functools import partial

from tests.api.test_declarations import PATH, body, client, quay  # noqa: F401
from tests.declarations import made
from tests.declarations.made import CARRIER
from tests.seconded import by_two

from tongguan.declarations import actions

CLAIMS = "/api/v1/legal-reliefs"
SENT = {"ground": "sample", "lines": [1], "evidence": ["worthless: S-1"], "words": "货样"}


def submitted(quay) -> str:  # noqa: F811
    saved = quay.post(PATH, body()).json()
    return quay.post(f"{PATH}/{saved['preNo']}/submit", b"").json()["number"]


def test_a_relief_is_claimed_seen_and_granted(quay):  # noqa: F811
    number = submitted(quay)
    done = quay.post(f"{PATH}/{number}/legal-reliefs", SENT)
    assert done.status_code == 200, done.content
    shown = done.json()
    assert (shown["state"], shown["declaration"], shown["lines"]) == (
        "asked",
        number,
        [{"item": 1, "gcode": made.GCODE}],
    )
    assert quay.get(CLAIMS).json() == {"legalReliefs": [shown], "next": None}
    assert quay.get(f"{CLAIMS}/{shown['number']}").json() == shown
    assert client("carrier", CARRIER).get(f"{CLAIMS}/{shown['number']}").status_code == 404
    by_two(partial(actions.grant_relief, shown["number"], at=made.AT), made.AT)
    after = quay.get(f"{CLAIMS}/{shown['number']}").json()
    assert (after["state"], after["share"], after["version"]) == ("granted", "0", 2)
    duties = quay.get(f"{PATH}/{number}/duties").json()
    assert (duties["tax"], duties["recomputed"]) == ("0.00", "0.00")
    assert duties["sheet"]["lines"][0]["measure"] == f"legal:sample:{shown['number']}"


def test_taken_back_and_bad_input(quay):  # noqa: F811
    number = submitted(quay)
    wrong = quay.post(f"{PATH}/{number}/legal-reliefs", SENT | {"lines": [7], "evidence": []})
    assert wrong.status_code == 409
    assert [(one["code"], one["pointer"]) for one in wrong.json()["errors"]] == [
        ("LEGAL_LINES", "lines/1"), ("LEGAL_EVIDENCE", "evidence"),
    ]  # fmt: skip
    assert quay.post(f"{PATH}/{number}/legal-reliefs", SENT | {"lines": "1"}).status_code == 400
    assert quay.post(f"{PATH}/000000000000000000/legal-reliefs", SENT).status_code == 404
    assert quay.get(CLAIMS, {"state": "x"}).status_code == 400
    made_ = quay.post(f"{PATH}/{number}/legal-reliefs", SENT).json()["number"]
    assert quay.post(f"{CLAIMS}/{made_}/cancel", b"").json()["state"] == "cancelled"
    assert quay.post(f"{CLAIMS}/{made_}/cancel", b"").status_code == 409
    assert quay.get(f"{CLAIMS}/L0").status_code == 404
