"""Looking up the tariff, estimating taxes and checking numbers, by programs of everybody."""

from __future__ import annotations

import logging

import pytest

WHISKY, TOY, LIPSTICK = "2208300000", "9503006000", "3304100091"


def asked(*items: dict, **more) -> dict:
    return {"tradeMode": "9610", "on": "2026-05-01", "items": list(items), **more}


def goods(gcode: str, price: object, **more) -> dict:
    return {"gcode": gcode, "totalPrice": price, **more}


def test_codes_are_found_and_paged(window):
    found = window.nobody.get("/api/v1/tariff", {"q": "wsj", "on": "2026-05-01"}).json()
    assert found["lines"][0]["code"] == WHISKY and found["on"] == "2026-05-01"
    assert window.nobody.get(found["lines"][0]["href"]).json()["code"] == WHISKY
    first = window.nobody.get("/api/v1/tariff", {"q": "其他"}).json()
    second = window.nobody.get("/api/v1/tariff", {"q": "其他", "page": first["next"]}).json()
    assert len(first["lines"]) == 50 and first["total"] == second["total"] > 50
    assert not {one["code"] for one in first["lines"]} & {one["code"] for one in second["lines"]}
    assert window.nobody.get("/api/v1/tariff", {"q": "其他", "page": 9999}).status_code == 400
    assert window.nobody.get("/api/v1/tariff", {"q": "zeppelin"}).json() == {
        "on": "2026-05-01", "total": 0, "lines": [], "next": None
    }  # fmt: skip
    assert window.nobody.get("/api/v1/tariff").status_code == 400


def test_a_code_tells_what_it_needs_and_what_nobody_knows(window):
    needs = window.nobody.get(f"/api/v1/tariff/{WHISKY}/needs", {"on": "2026-05-01"}).json()
    assert needs["units"]["values"] == ["095", "035"] and needs["exists"] is True
    assert [one["letter"] for one in needs["documents"]] == ["A", "B"] and needs["elements"] is None
    assert needs["documentsList"]["standing"] == "read" and "agreement" in needs["unknown"]
    assert needs["listing"]["reference"]["standing"] == "unverified"
    rice = window.nobody.get("/api/v1/tariff/1006302090/needs", {"on": "2026-05-01"}).json()["listing"]
    assert (rice["personCap"], rice["judged"], rice["note"]["en"]) == (
        "1006",
        True,
        "Not more than 20 kg a person a year",
    )
    gone = window.nobody.get(f"/api/v1/tariff/{WHISKY}/needs", {"on": "1999-01-01"}).json()
    assert gone["listing"] is None and len(gone["listings"]) == 1
    assert window.nobody.get("/api/v1/tariff/9999999999/needs").status_code == 404


def test_the_rates_of_a_code_have_their_days(window):
    found = window.nobody.get(f"/api/v1/tariff/{WHISKY}/history").json()
    provisional = [one for one in found["rates"] if one["kind"] == "provisional"]
    assert [(one["since"], one["words"] and one["words"]["en"]) for one in provisional][:2] == [
        ("2026-02-02", "5%"), ("2026-01-01", None)
    ]  # fmt: skip
    assert found["changed"] == [] and all(one["reference"]["title"] for one in found["rates"])
    assert window.nobody.get("/api/v1/tariff/9999999999/history").status_code == 404


def test_an_estimate_is_the_sheet_of_the_law(window):
    found = window.nobody.post("/api/v1/calculator", asked(goods(TOY, "1000"), freight="20")).json()
    assert (found["refused"], found["tax"], found["sheet"]["total"], found["value"]) == (
        False,
        "92.82",
        "92.82",
        "1020",
    )
    one = goods(LIPSTICK, 6800, qty=1, qty1=0.1, unit1="035")
    whole = window.nobody.post("/api/v1/calculator", asked(one, used=10000)).json()
    assert (whole["tax"], whole["overSingle"], whole["oneItem"], whole["left"]) == ("2692.00", True, True, "9200")


def test_what_refuses_a_purchase_is_no_failure_of_the_request(window):
    answer = window.nobody.post("/api/v1/calculator", asked(goods(TOY, "1500"), used="24800"))
    assert answer.status_code == 200 and answer.json()["sheet"] is None and answer.json()["refused"]
    [finding] = answer.json()["findings"]
    assert (finding["alias"], finding["pointer"]) == ("ANNUAL_LIMIT", "used") and "room for 1200" in finding["message"][
        "en"
    ]


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (asked(goods(TOY, "ten")), 422, "item/1/totalPrice"),
        (asked(goods(TOY, -1)), 422, "item/1/totalPrice"),
        (asked(goods(TOY, "1", qty="0")), 422, "item/1/qty"),
        (asked(), 422, "item"),
        (asked(goods(TOY, "1"), on="today"), 400, "on"),
        (asked(goods(TOY, [])), 400, "items/1/totalPrice"),
        (asked({"gcode": 1, "totalPrice": "1"}), 400, "items/1/gcode"),
        (asked(goods(TOY, "1"), name="x"), 400, "JSON"),
        ([], 400, "JSON"),
        (b"{", 400, ""),
    ],
)
def test_bad_input_is_a_problem_at_its_member(window, body, status, pointer):
    answer = window.nobody.post("/api/v1/calculator", body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert pointer in [one["pointer"] for one in answer.json()["errors"]]
    assert all(set(one["message"]) == {"zh", "en"} for one in answer.json()["errors"])


def test_a_number_is_judged_and_neither_told_again_nor_logged(window, caplog):
    number = "110105194912310021"
    with caplog.at_level(logging.DEBUG):
        answer = window.nobody.post("/api/v1/numbers", {"number": number})
    first = answer.json()["verdicts"][0]
    assert (first["kind"], first["valid"], first["place"], first["wanted"]) == ("resident_id", False, 18, "X")
    assert number not in answer.content.decode() + caplog.text
    right = window.nobody.post("/api/v1/numbers", {"number": "11010519491231002x"}).json()["verdicts"][0]
    assert (right["kind"], right["valid"], right["written"]) == ("resident_id", True, "")
    box = window.nobody.post("/api/v1/numbers", {"number": "csqu 3054383", "kind": "iso6346"}).json()["verdicts"]
    assert [(one["written"], one["message"]) for one in box] == [("CSQU 305438 3", None)]
    wrong = window.nobody.post("/api/v1/numbers", {"number": number, "kind": "passport"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "kind")
    assert window.nobody.post("/api/v1/numbers", {"number": ""}).json() == {"verdicts": []}
