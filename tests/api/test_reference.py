"""What everybody may look up."""

from __future__ import annotations

import pytest

from tongguan.kernel.codes import codes
from tongguan.kernel.law import law


def test_a_commodity_code_has_its_rates_and_their_instruments(window):
    line = window.nobody.get("/api/v1/tariff/3304990029", {"on": "2026-05-01"}).json()
    assert (line["code"], line["on"], line["units"], line["listed"]) == (
        "3304990029",
        "2026-05-01",
        ["035", "011"],
        True,
    )
    rates = {rate["kind"]: rate for rate in line["rates"]}
    assert rates["vat"]["words"] == {"zh": "13%", "en": "13%"} and rates["vat"]["reference"]["standing"] == "read"
    assert all(set(rate["reference"]) == {"title", "href", "standing", "note"} for rate in line["rates"])


def test_a_day_is_today_when_none_is_named(window):
    assert window.nobody.get("/api/v1/tariff/3304990029").json()["on"] == "2026-05-01"


@pytest.mark.parametrize("path", ["/api/v1/tariff/9999999999", "/api/v1/law/no.such", "/api/v1/codes/nothing"])
def test_what_does_not_exist_is_not_there(window, path):
    assert window.nobody.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/api/v1/tariff/3304990029", "/api/v1/law", "/api/v1/law/ecommerce.single_limit", "/api/v1/codes/units"]
)
@pytest.mark.parametrize("day", ["today", "2026-02-30", "20260501", "2026-W01-1", "0"])
def test_a_wrong_day_is_a_problem(window, path, day):
    response = window.nobody.get(path, {"on": day})
    assert response.status_code == 400 and response.json()["errors"][0]["pointer"] == "on"


def test_a_rate_that_is_not_known_for_the_day_is_named(window):
    line = window.nobody.get("/api/v1/tariff/3304990029", {"on": "2015-01-01"})
    assert line.status_code == 404 or "mfn" in line.json()["unknown"]


def test_a_value_of_the_law_has_its_history(window):
    shown = window.nobody.get("/api/v1/law/ecommerce.single_limit", {"on": "2026-05-01"}).json()
    provision = law("ecommerce.single_limit", on=__import__("datetime").date(2026, 5, 1))
    assert (
        shown["inForce"]["value"] == str(provision.value) and shown["inForce"]["since"] == provision.since.isoformat()
    )
    assert [one["since"] for one in shown["history"]] == sorted(one["since"] for one in shown["history"])
    assert set(shown["title"]) == {"zh", "en"}


def test_a_value_that_was_not_there_yet_is_null(window):
    shown = window.nobody.get("/api/v1/law/ecommerce.single_limit", {"on": "1990-01-01"}).json()
    assert shown["inForce"] is None and shown["history"]


def test_the_whole_law_of_a_day_is_listed(window):
    shown = window.nobody.get("/api/v1/law", {"on": "2026-05-01"}).json()
    assert [one["name"] for one in shown["values"]] == law.names()
    part = window.nobody.get("/api/v1/law", {"name": "ecommerce"}).json()["values"]
    assert part and all(one["name"].startswith("ecommerce.") for one in part)
    [one] = window.nobody.get("/api/v1/law", {"name": "ecommerce.single_limit"}).json()["values"]
    assert one["unit"] == "yuan"


def test_code_tables_are_listed_and_shown(window):
    tables = window.nobody.get("/api/v1/codes").json()["tables"]
    assert {"units", "countries", "customs_districts"} <= {table["name"] for table in tables}
    shown = window.nobody.get("/api/v1/codes/units").json()
    assert shown["size"] == len(shown["codes"]) == len(codes("units")) and shown["on"] is None
    assert {"code": "007", "name": {"zh": "个", "en": codes("units").get("007").en}}.items() <= next(
        one for one in shown["codes"] if one["code"] == "007"
    ).items()


def test_a_table_on_a_day_has_the_codes_of_that_day(window):
    for name in ("units", "trade_modes", "currencies"):
        shown = window.nobody.get(f"/api/v1/codes/{name}", {"on": "2026-05-01"}).json()
        assert shown["codes"]
        assert all((one["until"] or "9999") >= "2026-05-01" >= (one["since"] or "") for one in shown["codes"])


def test_no_path_leads_out_of_the_tables(window):
    for name in ("..%2Ftariff%2Ffood", "..", "units.yaml", "%2e%2e"):
        assert window.nobody.get(f"/api/v1/codes/{name}").status_code == 404


def test_the_data_elements_say_where_each_document_has_them(window):
    found = window.nobody.get("/api/v1/elements?q=GrossWet").json()["elements"]
    assert [one["key"] for one in found] == ["gross_weight"]
    one = window.nobody.get("/api/v1/elements/gross_weight").json()
    assert one == found[0] and one["wco"] == "TotalGrossMassMeasure" and "customs" in one["readBy"]
    assert {"document": "manifest", "path": "bills/gross"}.items() <= one["places"][-1].items()
    assert window.nobody.get("/api/v1/elements?document=none").status_code == 400
    assert window.nobody.get("/api/v1/elements/none").status_code == 404
    assert all(one["shared"] for one in window.nobody.get("/api/v1/elements?shared=true").json()["elements"])
