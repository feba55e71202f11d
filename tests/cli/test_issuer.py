"""`tongguan issuer` drives the simulated issuing body and shows what it has."""

from __future__ import annotations

import json

import pytest
from tests.licences.given import AT, HOLDER, asked, firms, trader

from tongguan.licences.actions import apply, pass_on, take_delivered
from tongguan.licences.actions.exchanging import number_of
from tongguan.licences.models import Licence

PAPER = {
    "asked": {
        "type": "7", "mode": "MULTI", "holder": HOLDER,
        "lines": [{"gcode": "1201901900", "name": "黄大豆", "quantity": "800", "unit": "070", "bulk": True}],
    },
    "issued": {"number": "26-D-7", "issued_on": "2026-03-02", "valid_from": "2026-03-02", "valid_to": "2026-08-31"},
}  # fmt: skip


@pytest.fixture
def window(db, settings):
    settings.ISSUING_BODY = "tongguan.exchange.issuing_body.SimulatedBody"
    firms()


def test_a_person_lets_the_body_ask_and_issue(tongguan, window):
    assert tongguan("issuer").status == 0
    row = pass_on(apply(asked(), by=trader(), at=AT).pk, at=AT)
    number = number_of(row)
    assert tongguan("issuer", "ask", number, "--words", "补合同").status == 0
    assert pass_on(row.pk, at=AT).words == "补合同"
    assert [case["state"] for case in tongguan("issuer", "--json").json["cases"]] == ["supplement"]
    assert number in tongguan("issuer").out


def test_a_person_delivers_and_revokes_a_licence(tongguan, window, tmp_path):
    file = tmp_path / "licence.json"
    file.write_text(json.dumps(PAPER))
    assert tongguan("issuer", "deliver", str(file)).status == 0
    assert take_delivered(at=AT) == 1 and Licence.objects.get().number == "26-D-7"
    assert tongguan("issuer", "revoke", "26-D-7", "--words", "取消").status == 0
    assert take_delivered(at=AT) == 1 and Licence.objects.get().state == "revoked"


def test_a_person_says_how_it_behaves(tongguan, window):
    assert tongguan("issuer", "mode", "issue", "--holder", HOLDER).status == 0
    row = pass_on(apply(asked(), by=trader(), at=AT).pk, at=AT)
    assert row.state == "issued"
    assert [one["mode"] for one in tongguan("issuer", "--json").json["modes"]] == ["issue"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("rob", "x"), 2), (("mode",), 2), (("mode", "kind"), 2), (("ask", "L000000000099"), 1),
        (("revoke", "none"), 1), (("deliver", "/nowhere.json"), 1),
    ],
)  # fmt: skip
def test_wrong_use_says_what_is_wrong(tongguan, window, words, status):
    for lang in ("zh", "en"):
        ran = tongguan("issuer", *words, "--lang", lang)
        assert (ran.status, ran.out) == (status, "") and ran.err.strip() and "Traceback" not in ran.err


def test_what_is_issued_already_is_not_decided_again(tongguan, window):
    tongguan("issuer", "mode", "issue")
    row = pass_on(apply(asked(), by=trader(), at=AT).pk, at=AT)
    assert tongguan("issuer", "refuse", number_of(row)).status == 1


def test_it_answers_twice(tongguan, window):
    tongguan("issuer", "mode", "issue")
    row = pass_on(apply(asked(), by=trader(), at=AT).pk, at=AT)
    assert tongguan("issuer", "repeat", number_of(row)).status == 0
    assert take_delivered(at=AT) == 1 and Licence.objects.get().state == "issued"
