"""Code lists from parameter tables: read, compared, loaded beside ours, dated by the tables that followed."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from tests.beside import SHARED

from tongguan.journal.models import Event
from tongguan.kernel import codes as kernel
from tongguan.kernel.codes import Code, CodeList
from tongguan.kernel.law import Malformed
from tongguan.kernel.states import Actor
from tongguan.tariff import codelists, queries
from tongguan.tariff.actions import NotWhole
from tongguan.tariff.codelists import Version, merged
from tongguan.tariff.codelists.actions import load_codes, preview_codes
from tongguan.tariff.importing.parameters import read_parameters, read_tables
from tongguan.tariff.models import CodeTable

TABLES = SHARED / "data" / "params-2022"
CLERK = Actor("Li Ming", "authority")
AT = datetime(2026, 5, 1, 9, tzinfo=timezone(timedelta(hours=8)))
REFERENCE = {"title": "A table", "href": "", "standing": "read"}
UNIT = {"UNIT_CODE": "007", "UNIT_NAME": "个"}


@pytest.fixture
def folder(tmp_path: Path):
    def write(**tables) -> Path:
        for name, rows in tables.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        return tmp_path

    return write


def customs(*pairs: tuple[str, str]) -> list[dict]:
    return [{"CUSTOMS_CODE": code, "CUSTOMS_NAME": name, "ABBR_CUST": name[:4]} for code, name in pairs]


def version(day: str, **names: str) -> Version:
    rows = [{"code": code.removeprefix("c"), "zh": zh, "en": ""} for code, zh in names.items()]
    return Version(date.fromisoformat(day), {"en": "Things", "zh": "东西"}, REFERENCE, False, rows)


def ours(*codes: Code, complete: bool = False) -> CodeList:
    return CodeList("things", {"en": "Ours", "zh": "自有"}, {"title": "ours"}, complete, list(codes))


def meaning(found: CodeList, code: str, day: str) -> str | None:
    known = found.get(code, on=date.fromisoformat(day))
    return known and known.zh


# Merging


def test_a_single_table_knows_no_beginning_and_no_end():
    found = merged("things", None, [version("2022-06-01", c1="一", c2="二")])
    assert meaning(found, "1", "1990-01-01") == meaning(found, "1", "2030-01-01") == "一"
    assert (found.title["en"], found.complete, found.reference) == ("Things", False, REFERENCE)


def test_from_several_tables_follow_the_days_of_a_code():
    found = merged(
        "things", None,
        [version("2022-06-01", c1="一", c2="二"), version("2024-01-01", c1="壹", c3="三"), version("2025-01-01", c1="壹", c2="二")],
    )  # fmt: skip
    assert [meaning(found, "1", day) for day in ("2023-12-31", "2024-01-01", "2030-01-01")] == ["一", "壹", "壹"]
    assert [meaning(found, "2", day) for day in ("2023-12-31", "2024-01-01", "2025-01-01")] == ["二", None, "二"]
    assert [meaning(found, "3", day) for day in ("2023-12-31", "2024-12-31", "2025-01-01")] == [None, "三", None]
    assert "3" in found and found.get("3").until == date(2024, 12, 31)
    assert [one.code for one in found] == ["1", "1", "2", "2", "3"]


def test_ours_gives_english_names_and_what_else_it_knows():
    known = Code("1", "旧名", "one", extra={"iso": "ONE"})
    found = merged("things", ours(known), [version("2022-06-01", c1="一", c2="二")])
    assert (found.get("1").zh, found.get("1").en, found.get("1").extra) == ("一", "one", {"iso": "ONE"})
    assert (found.get("2").text("en"), found.title["en"]) == ("二", "Ours")


def test_a_code_only_we_have_stays_and_what_we_date_is_better():
    dated = [Code("1", "旧", "old", until=date(2020, 12, 31)), Code("1", "新", "new", since=date(2021, 1, 1))]
    found = merged("things", ours(*dated, Code("9", "九", "nine")), [version("2022-06-01", c1="一")])
    assert meaning(found, "1", "2020-06-01") == "旧" and meaning(found, "1", "2022-06-01") == "新"
    assert found.get("9").en == "nine" and len(found) == 3


def test_a_list_is_complete_when_ours_or_the_table_is():
    assert merged("things", ours(Code("1", "一", "one"), complete=True), [version("2022-06-01", c1="一")]).complete
    assert not merged("things", ours(Code("1", "一", "one")), [version("2022-06-01", c1="一")]).complete


# Reading


def test_every_row_of_a_table_ends_in_one_class(folder):
    rows = [
        UNIT,
        UNIT,
        {**UNIT, "UNIT_NAME": "箇"},
        {"UNIT_CODE": "999"},
        {"UNIT_NAME": "无码"},
        None,
        {"UNIT_CODE": True},
    ]
    [table] = read_tables(folder(CusUnit=rows)).tables
    assert table.counts() == {"rows": 7, "taken": 2, "repeated": 1, "unreadable": 4, "unnamed": 1}
    assert [(one.row, one.problem) for one in table.unreadable] == [
        (3, "twice"), (5, "code_missing"), (6, "code_missing"), (7, "code_missing")
    ]  # fmt: skip
    assert table.codes[1] == {"code": "999", "zh": "999", "en": ""}
    assert all(one.text(lang) for one in table.unreadable for lang in ("zh", "en"))


def test_a_folder_tells_what_it_leaves_out_and_what_it_does_not_know(folder):
    found = read_tables(folder(CusUnit=[UNIT], CusMerchElement=[{}], Weather=[{}]))
    assert [table.name for table in found.tables] == ["units"]
    assert found.left_out["CusMerchElement"]["en"] and found.unknown == ["Weather"]


def test_a_single_file_is_known_by_its_columns(folder):
    [table] = read_tables(folder(anything=customs(("5300", "深圳海关"))) / "anything.json").tables
    assert (table.name, table.codes[0]["extra"]) == ("customs_districts", {"short": "深圳海关"})
    assert table.as_of == date(2022, 6, 1)
    assert read_tables(table_path := folder(CusUnit=[UNIT]) / "CusUnit.json", as_of=date(2024, 1, 1)).tables[
        0
    ].as_of == date(2024, 1, 1), table_path


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("CusUnit", "[", "no JSON"),
        ("CusUnit", '{"a": 1}', "list of mappings"),
        ("CusUnit", "[]", "list of mappings"),
        ("CusUnit", '[{"UNIT_CODE": "007"}]', "UNIT_NAME are missing"),
        ("Weather", '[{"RAIN": "1"}]', "there is no table of codes"),
    ],
)
def test_a_folder_with_a_file_that_is_no_table_is_refused(tmp_path: Path, name: str, text: str, told: str):
    (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    with pytest.raises(Malformed, match=told):
        read_tables(tmp_path)


def test_a_file_of_unknown_columns_and_a_format_that_is_none(tmp_path: Path, folder):
    with pytest.raises(Malformed, match="no table of the format"):
        read_tables(folder(weather=[{"RAIN": "1"}]) / "weather.json")
    with pytest.raises(Malformed, match="which format"):
        read_tables(tmp_path, name="params-1999")
    (tmp_path / "own.yaml").write_text("title: {en: a, zh: b}", encoding="utf-8")
    with pytest.raises(Malformed, match="no format of parameter tables"):
        read_parameters(tmp_path / "own.yaml")


# Loading


@pytest.mark.django_db
def test_a_loaded_list_comes_into_force_with_the_next_look_at_the_tariff(folder):
    reading = read_tables(folder(CusCustoms=customs(("0101", "首都机场海关"), ("5300", "深圳海关"))))
    assert "5300" not in kernel.codes("customs_districts")
    [done] = load_codes(reading, by=CLERK, at=AT)
    assert (done.added, done.renamed, done.unchanged) == (["5300"], [], 1)
    assert "0102" in done.only_ours
    queries.stamp()
    found = kernel.codes("customs_districts")
    assert found.get("5300").zh == "深圳海关" and found.get("0101").en == "Beijing Capital Airport Customs"
    assert "0102" in found and not found.complete
    event = Event.objects.get(what="codes.loaded")
    assert (event.details["name"], event.details["added"]) == ("customs_districts", 1)


@pytest.mark.django_db
def test_a_list_that_only_a_table_has(folder):
    load_codes(read_tables(folder(CusUsedTo=[{"USEDT_CODE": "11", "USEDT_NAME": "企业自用"}])), by=CLERK, at=AT)
    assert "goods_uses" not in kernel.names()
    queries.stamp()
    assert "goods_uses" in kernel.names()
    uses = kernel.codes("goods_uses")
    assert (uses.get("11").text("en"), uses.title["zh"]) == ("企业自用", "用途代码")
    codelists.refresh(0)
    with pytest.raises(LookupError):
        kernel.codes("goods_uses")


@pytest.mark.django_db
def test_a_preview_writes_nothing_and_the_same_table_again_neither(folder):
    reading = read_tables(folder(CusUnit=[UNIT]))
    [told] = preview_codes(reading)
    assert (told.is_new, told.unchanged, CodeTable.objects.count()) == (True, 1, 0)
    load_codes(reading, by=CLERK, at=AT)
    [again] = load_codes(read_tables(folder(CusUnit=[UNIT])), by=CLERK, at=AT)
    assert (again.is_new, CodeTable.objects.count(), Event.objects.filter(what="codes.loaded").count()) == (False, 1, 1)


@pytest.mark.django_db
def test_a_correction_of_the_same_day_takes_the_place_of_the_first_load_and_both_are_kept(folder):
    for name in ("深圳关", "深圳海关"):
        load_codes(read_tables(folder(CusCustoms=customs(("5300", name)))), by=CLERK, at=AT)
    [first, second] = CodeTable.objects.order_by("pk")
    assert second.changes["renamed"] == [{"code": "5300", "former": "深圳关", "now": "深圳海关"}]
    assert first.codes[0]["zh"] == "深圳关"
    queries.stamp()
    assert [one.zh for one in kernel.codes("customs_districts") if one.code == "5300"] == ["深圳海关"]


@pytest.mark.django_db
def test_a_later_table_ends_what_it_no_longer_has(folder):
    load_codes(read_tables(folder(CusCustoms=customs(("5300", "深圳海关"), ("5399", "旧关")))), by=CLERK, at=AT)
    later = read_tables(folder(CusCustoms=customs(("5300", "深圳海关"), ("5398", "新关"))), as_of=date(2024, 1, 1))
    [done] = load_codes(later, by=CLERK, at=AT, complete=True)
    assert (done.added, done.ended) == (["5398"], ["5399"])
    queries.stamp()
    found = kernel.codes("customs_districts")
    assert found.complete
    assert found.get("5399", on=date(2023, 12, 31)) and not found.get("5399", on=date(2024, 1, 1))
    assert found.get("5398", on=date(2024, 1, 1)) and not found.get("5398", on=date(2023, 12, 31))


@pytest.mark.django_db
def test_tables_are_loaded_all_or_none(folder):
    path = folder(CusCustoms=customs(("5300", "深圳海关")), CusUnit=[UNIT, {"UNIT_NAME": "无码"}])
    with pytest.raises(NotWhole) as refused:
        load_codes(read_tables(path), by=CLERK, at=AT)
    assert CodeTable.objects.count() == 0 and "CusUnit" in refused.value.text("en")
    assert len(load_codes(read_tables(path), by=CLERK, at=AT, partly=True)) == 2


@pytest.mark.django_db
def test_a_failure_in_the_middle_leaves_no_list(folder):
    path = folder(CusCustoms=customs(("5300", "深圳海关")), CusUnit=[UNIT])

    def fail(step: str, done: int, all_: int) -> None:
        if done:
            raise OSError("the terminal is gone")

    with pytest.raises(OSError, match="terminal"):
        load_codes(read_tables(path), by=CLERK, at=AT, told=fail)
    assert CodeTable.objects.count() == 0


@pytest.mark.skipif(not TABLES.is_dir(), reason="the parameter tables are not at hand")
@pytest.mark.django_db
def test_the_parameter_tables_as_they_are():
    reading = read_tables(TABLES)
    assert (len(reading.tables), len(reading.left_out), reading.unknown) == (42, 19, [])
    lists = {one.reading.name: one for one in load_codes(reading, by=CLERK, at=AT)}
    for name, one in lists.items():
        counts = one.counts()
        assert counts["rows"] == counts["taken"], name
        renamed = 5 if name == "transaction_modes" else 0  # ours say what the letters mean
        assert (counts["repeated"], counts["unreadable"], counts["renamed"]) == (0, 0, renamed), name
    assert {name: lists[name].counts()["rows"] for name in ("customs_districts", "trade_modes", "levy_natures")} == {
        "customs_districts": 1_369, "trade_modes": 104, "levy_natures": 104,
    }  # fmt: skip
    assert {name: lists[name].counts()["rows"] for name in ("inspection_names", "ports", "units", "countries")} == {
        "inspection_names": 29_561, "ports": 2_682, "units": 124, "countries": 245,
    }  # fmt: skip
    assert lists["ports"].reading.unnamed == ["1594", "3450", "3465"]
    assert not any(one.is_new for one in load_codes(read_tables(TABLES), by=CLERK, at=AT))
    queries.stamp()
    districts, units = kernel.codes("customs_districts"), kernel.codes("units")
    assert len(districts) == 1_369 and not districts.complete
    assert len(units) == 124 and units.complete and units.get("036").extra["factor"] == "0.001"
    assert kernel.codes("countries").get("502").extra["iso"] == "USA"
