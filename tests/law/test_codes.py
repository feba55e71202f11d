"""Every code list: it loads, no code stands twice, and both languages are there; and it agrees with the full tables."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from tests.beside import SHARED

from tongguan.kernel.codes import codes
from tongguan.kernel.law import ROOT, law
from tongguan.tariff import sources

LISTS = sorted(path.stem for path in (ROOT / "codes").glob("*.yaml"))
TABLES = SHARED / "data" / "params-2022"

at_hand = pytest.mark.skipif(not TABLES.is_dir(), reason="the parameter tables are not at hand")


def table(name: str) -> list[dict]:
    return json.loads((TABLES / f"{name}.json").read_text(encoding="utf-8"))


def test_the_lists_of_the_product_are_there():
    assert set(LISTS) >= {
        "units", "packages", "countries", "currencies", "transport_modes", "trade_modes", "customs_districts",
        "licence_documents", "levy_modes",
    }  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_unique_and_bilingual(name: str):
    listed = list(codes(name))
    assert listed
    assert len({(one.code, one.since) for one in listed}) == len(listed)
    for one in listed:
        assert re.search(r"[\u4e00-\u9fff]", one.zh), one
        assert re.search(r"[A-Za-z]", one.en), one
        assert not re.search(r"[\u4e00-\u9fff]", one.en), one
        assert one.zh == one.zh.strip(), one
        assert one.en == one.en.strip(), one


@pytest.mark.parametrize("name", ["units", "countries", "currencies"])
def test_two_codes_never_share_an_english_name(name: str):
    names = [one.en for one in codes(name)]
    assert len(set(names)) == len(names)


def test_multiples_of_units_lead_to_a_unit_in_one_step():
    units = codes("units")
    multiples = [one for one in units if "of" in one.extra]
    assert len(multiples) > 15
    for one in multiples:
        base = units.get(one.extra["of"])
        assert base is not None, one
        assert "of" not in base.extra, one
        assert Decimal(one.extra["factor"]) > 0, one


def test_every_letter_of_a_commodity_code_is_a_document_that_is_known():
    letters = {letter for line in sources.read().lines for letter in line.letters}
    assert len(letters) > 15
    assert [letter for letter in sorted(letters) if letter not in codes("licence_documents")] == []


@pytest.mark.parametrize(("name", "iso", "length"), [("countries", "iso", 3), ("currencies", "iso", 3)])
def test_iso_codes_are_letters_and_unique(name: str, iso: str, length: int):
    found = [one.extra[iso] for one in codes(name) if iso in one.extra]
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(f"[A-Z]{{{length}}}", one) for one in found)


def test_codes_that_messages_of_retail_import_use():
    assert codes("countries").get("116").extra["iso"] == "JPN"
    assert codes("countries").get("142").extra["iso"] == "CHN"
    assert codes("countries").get("502").extra["iso"] == "USA"
    assert codes("currencies").get("142").extra["iso"] == "CNY"
    assert codes("units").get("007").zh == "个"
    assert codes("transport_modes").get("5").en == "air"
    assert {"0110", "9610", "1210", "1239", "9710", "9810", "1039"} <= {one.code for one in codes("trade_modes")}
    for name in law.names():
        if name == "ecommerce.trade_modes":
            assert set(law.history(name)[-1].value) <= {one.code for one in codes("trade_modes")}


@at_hand
@pytest.mark.parametrize(
    ("name", "file", "code", "zh"),
    [
        ("units", "CusUnit", "UNIT_CODE", "UNIT_NAME"),
        ("packages", "CusWrap", "WRAP_CODE", "WRAP_NAME"),
        ("transport_modes", "CusTransf", "TRAF_CODE", "TRAF_SPEC"),
        ("countries", "CusCountry", "COUNTRY_CODE", "COUN_C_NAME"),
        ("trade_modes", "CusTrade", "TRADE_MODE", "ABBR_TRADE"),
        ("customs_districts", "CusCustoms", "CUSTOMS_CODE", "CUSTOMS_NAME"),
        ("currencies", "CusMappingCurrencyCode", "CUSTOMS_CURRENCY_CODE", "CURRENCY_NAME_CN"),
        ("licence_documents", "CusLicensedocu", "DOCU_CODE", "DOCU_NAME"),
        ("levy_modes", "CusLevymode", "DUTY_MODE", "DUTY_SPEC"),
    ],
)
def test_a_list_agrees_with_the_full_table(name: str, file: str, code: str, zh: str):
    full = {row[code]: row[zh].strip() for row in table(file)}
    ours = codes(name)
    assert {one.code: one.zh for one in ours}.items() <= full.items()
    if ours.complete:
        assert {one.code for one in ours} == set(full)


@at_hand
def test_districts_of_beijing_and_tianjin_are_all_there():
    full = {row["CUSTOMS_CODE"] for row in table("CusCustoms") if row["CUSTOMS_CODE"][:2] in ("01", "02")}
    assert full == {one.code for one in codes("customs_districts")}


@at_hand
def test_iso_codes_agree_with_the_full_tables():
    # The table gives whole regions the code of one island, and Romania the code it had before 2002.
    wrong = {"328", "449", "499", "699"}
    full = {row["COUNTRY_CODE"]: row["ISO_E"] for row in table("CusCountry") if row.get("ISO_E")}
    ours = {one.code: one.extra["iso"] for one in codes("countries") if "iso" in one.extra}
    assert {code: iso for code, iso in full.items() if code not in wrong}.items() <= ours.items()
    assert set(ours) - set(full) == {"260"}
    currencies = {row["CUSTOMS_CURRENCY_CODE"]: row["CURRENCY_CODE"] for row in table("CusMappingCurrencyCode")}
    assert {one.code: one.extra["iso"] for one in codes("currencies")} == currencies
