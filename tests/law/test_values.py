"""Every file of dated values: it loads, says where its values come from, and invents nothing."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
import yaml
from tests.beside import SHARED

from tongguan.kernel.law import ROOT, STANDINGS, NotConfigured, law
from tongguan.tariff import sources

NAMES = law.names()
HANDBOOK = SHARED / "handbook"

UNITS = {
    "yuan", "share", "count", "text", "code", "rule", "mode", "supervision mode", "level", "byte",
    "second", "minute", "hour", "day", "calendar day", "district", "working day", "month", "year",
    "day of the month before", "kilogram a year", "character", "attempt", "body", "inventories a second",
}  # fmt: skip
KINDS = {"decimal", "integer", "text", "flag", "list", "mapping"}

# Addresses as they were found: a page, a file of a public repository, or a note of our own.
LINK = re.compile(
    r"|docs/\S+|https?://[^\s/]+\.[a-z]{2,}/\S*|[a-z0-9.-]+\.[a-z]{2,}(/\S*)?( \S+)?|github [\w.-]+/[\w.-]+( \S+)?"
    r"|LawRefBook/\S+ \S+\.md"
)
# Read in a public page while the tariff was authored; every other address stands in the handbook.
ALSO_READ = {
    "http://caidao8.com/library/fsknowledge/2/24/wanxianglll/003008342002.htm",
    "http://m.cornels-photography.com/paper/199111801.html",
}


def references() -> list[tuple[str, dict]]:
    found = [(name, p.reference) for name in NAMES for p in (*law.history(name), *law.expected(name))]
    found += [(line.code, rate.reference) for line in sources.read().lines for rate in line.rates]
    found += [(line.code, dict(one.reference)) for line in sources.read().lines for one in line.listings]
    found += list(sources.references().items())
    for path in sorted((ROOT / "codes" / "formats").glob("*.yaml")):
        found.append((path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))["reference"]))
    for path in sorted((ROOT / "codes").glob("*.yaml")):
        found.append((path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))["reference"]))
    return found


def test_there_are_values():
    assert {"ecommerce.single_limit", "ecommerce.annual_limit", "ecommerce.tax_share"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_value_has_titles_a_unit_a_kind_and_days_in_order(name: str):
    written = yaml.safe_load(ROOT.joinpath(*name.split(".")).with_suffix(".yaml").read_text(encoding="utf-8"))
    assert written["unit"] in UNITS
    assert written["kind"] in KINDS
    assert written["title"]["en"].isascii()
    assert re.search(r"[\u4e00-\u9fff]", written["title"]["zh"])
    history = law.history(name)
    assert [p.since for p in history] == sorted(p.since for p in history)
    with pytest.raises(NotConfigured):
        law(name, on=date(1900, 1, 1))


def test_every_reference_has_a_standing_and_an_honest_link():
    for name, reference in references():
        standing, href = reference["standing"], reference["href"]
        assert standing in STANDINGS, name
        assert LINK.fullmatch(href), (name, href)
        assert "example" not in href, name
        if standing == "design":
            assert href == "" or href.startswith("docs/"), name
        if standing == "official":
            assert href, name


@pytest.mark.skipif(not HANDBOOK.is_dir(), reason="the handbook is not at hand")
def test_no_link_is_invented():
    known = "\n".join(path.read_text(encoding="utf-8") for path in HANDBOOK.glob("*.md"))
    for name, reference in references():
        href = reference["href"]
        if href and not href.startswith("docs/"):
            assert href in known or href in ALSO_READ, (name, href)


@pytest.mark.parametrize(
    ("name", "day", "value"),
    [
        ("ecommerce.single_limit", date(2018, 12, 31), Decimal(2000)),
        ("ecommerce.single_limit", date(2019, 1, 1), Decimal(5000)),
        ("ecommerce.annual_limit", date(2018, 12, 31), Decimal(20000)),
        ("ecommerce.annual_limit", date(2019, 1, 1), Decimal(26000)),
        ("ecommerce.tax_share", date(2026, 5, 1), Decimal("0.70")),
        ("ecommerce.duty_within_limits", date(2026, 5, 1), Decimal(0)),
        ("ecommerce.nodes_per_message", date(2026, 5, 1), 100),
        ("ecommerce.items_per_node", date(2026, 5, 1), 99),
        ("ecommerce.parcels_per_inventory", date(2026, 5, 1), 1),
        ("ecommerce.waybill_reuse_months", date(2026, 5, 1), 6),
        ("ecommerce.buyer_id_type", date(2026, 5, 1), "1"),
        ("ecommerce.currency", date(2026, 5, 1), "142"),
        ("ecommerce.line_total_tolerance", date(2026, 5, 1), Decimal("0.01")),
        ("ecommerce.return_ask_days", date(2026, 5, 1), 30),
        ("ecommerce.return_arrive_days", date(2026, 5, 1), 45),
        ("ecommerce.check_share", date(2026, 5, 1), Decimal("0.02")),
        ("ecommerce.person_caps", date(2026, 5, 1), {"1006": Decimal(20), "1701": Decimal(2)}),
        ("ecommerce.payment_window", date(2026, 5, 1), {"first": 31, "last": 45}),
    ],
)
def test_the_law_of_retail_import(name: str, day: date, value: object):
    assert law(name, on=day).value == value


@pytest.mark.parametrize("name", ["ecommerce.single_limit", "ecommerce.annual_limit"])
def test_limits_before_2019_are_not_confirmed_and_before_2016_unknown(name: str):
    assert [p.reference["standing"] for p in law.history(name)] == ["unverified", "read"]
    with pytest.raises(NotConfigured):
        law(name, on=date(2016, 4, 7))


@pytest.mark.parametrize(
    "day, in_use", [(date(2016, 11, 30), {"9610", "1210"}), (date(2016, 12, 1), {"9610", "1210", "1239"})]
)
def test_the_modes_in_use(day: date, in_use: set[str]):
    modes = law("ecommerce.trade_modes", on=day).value
    assert {code for code, mode in modes.items() if mode["in_use"]} == in_use
    assert set(modes) == {"9610", "1210", "1239"}
