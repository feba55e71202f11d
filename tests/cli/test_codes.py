"""`tongguan codes` shows the code lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tongguan.kernel.codes import codes
from tongguan.kernel.packaged import ROOT
from tongguan.tariff import codelists
from tongguan.tariff.models import CodeTable


@pytest.fixture(autouse=True)
def _no_loaded_lists():
    yield
    codelists.refresh(0)


@pytest.fixture
def params(tmp_path: Path) -> Path:
    """A folder with one table that is known, one that is left out, and one that is neither."""
    rows = [
        {"CUSTOMS_CODE": code, "CUSTOMS_NAME": name, "ABBR_CUST": name}
        for code, name in (("0101", "首都机场海关"), ("5300", "深圳海关"))
    ]
    tables = {"CusCustoms": rows, "CusMerchElement": [{"CODE_TS": "01"}], "Weather": [{"RAIN": "1"}]}
    for name, content in tables.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return tmp_path


def test_every_list_is_named(tongguan):
    names = sorted(path.stem for path in (ROOT / "codes").glob("*.yaml"))
    assert [row["name"] for row in tongguan("codes", "--json").json] == names
    out = tongguan("codes").out
    assert all(name in out for name in names)


def test_a_list_shows_every_code(tongguan):
    rows = tongguan("codes", "units", "--json").json
    assert [row["code"] for row in rows] == [code.code for code in codes("units")]
    assert "035" in tongguan("codes", "units").out


def test_one_code_shows_both_names_and_the_source(tongguan):
    out = tongguan("codes", "units", "007").out
    assert out.startswith("007  个  piece\n")
    assert codes("units").reference["title"] in out


def test_a_code_holds_on_its_days_only(tongguan):
    dated = next((code for name in ("countries", "currencies") for code in codes(name) if code.since), None)
    table = "countries" if dated in list(codes("countries")) else "currencies"
    if dated is None:
        assert (
            tongguan("codes", "units", "--on", "2026-01-01", "--json").json == tongguan("codes", "units", "--json").json
        )
        return
    shown = tongguan("codes", table, "--on", "1900-01-01", "--json").json
    assert dated.code not in [row["code"] for row in shown if row["since"]]


@pytest.mark.django_db
def test_tables_are_shown_before_they_are_loaded(tongguan, params):
    out = tongguan("codes", "load", str(params), "--dry-run").out
    assert "customs_districts (CusCustoms)  2     2      0           1    0        0      1" in out
    assert "Left out (elements of declarations by the first digits of a code): CusMerchElement" in out
    assert "Files the format does not know, not loaded: Weather" in out
    assert "customs_districts: codes that only our own list has stay:" in out
    assert out.endswith("Nothing was written.\n") and not CodeTable.objects.exists()


@pytest.mark.django_db
def test_a_loaded_list_is_shown_when_asked_for(tongguan, params):
    told = tongguan("codes", "load", str(params), "--json").json
    assert told["written"] and told["lists"][0]["added"] == 1 and told["unknown"] == ["Weather"]
    assert tongguan("codes", "load", str(params)).out.endswith("Nothing is new; nothing was written.\n")
    assert tongguan("codes", "customs_districts", "5300").status == 1
    assert tongguan("codes", "customs_districts", "5300", "--loaded").out.startswith("5300  深圳海关")


@pytest.mark.django_db
def test_a_table_that_cannot_be_read_wholly_is_not_loaded(tongguan, params):
    (params / "CusUnit.json").write_text(
        '[{"UNIT_CODE": "007", "UNIT_NAME": "个"}, {"UNIT_NAME": "x"}]', encoding="utf-8"
    )
    assert tongguan("codes", "load", str(params), "--dry-run").status == 1
    ran = tongguan("codes", "load", str(params))
    assert ran.status == 1 and "CusUnit has 1 rows" in ran.err and not CodeTable.objects.exists()
    assert tongguan("codes", "load", str(params), "--partly").out.endswith("2 lists loaded.\n")


@pytest.mark.django_db
def test_without_tables_there_is_nothing_to_load(tongguan, tmp_path):
    assert tongguan("codes", "load").status == 2
    ran = tongguan("codes", "load", str(tmp_path))
    assert (ran.status, ran.out) == (2, "") and "no table of codes" in ran.err
