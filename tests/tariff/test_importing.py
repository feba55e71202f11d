"""Reading tariff tables: every row ends in one counted class, defects are repaired or doubted, nothing is guessed."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from tongguan.kernel.law import Malformed
from tongguan.tariff import sources
from tongguan.tariff.importing.formats import FORMATS, known_formats, read_format
from tongguan.tariff.importing.report import Doubt
from tongguan.tariff.importing.tables import Reading, read_table

FIRST_2026 = date(2026, 1, 1)


def row(code: str = "9503006000", **more) -> dict:
    return {
        "hs_code": code, "standard_name": "智力玩具", "mfn_rate": 0.0, "general_rate": 0.8, "tentative_rate": None,
        "vat_rate": 0.13, "consumption_rate": 0.0, **more,
    }  # fmt: skip


@pytest.fixture
def read(tmp_path: Path):
    def read(*rows, **more) -> Reading:
        path = tmp_path / "hs_codes.json"
        path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        return read_table(path, **more)

    return read


OLD = ("编码", "名称", "许可证代码", "普通税率", "优惠税率", "备注", "出口税率", "消费税率", "增值税率", "第一法定单位",
       "第二法定单位", "申报要素")  # fmt: skip


@pytest.fixture
def read_csv(tmp_path: Path):
    def read(*rows, names=OLD, encoding="utf-8-sig", **more) -> Reading:
        path = tmp_path / "lines.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([names, *rows])
        return read_table(path, **more)

    return read


def rates(reading: Reading, place: int = 0) -> dict:
    return {rate.kind: rate.formula for rate in reading.source.lines[place].rates}


def test_a_row_becomes_a_line_of_its_year(read):
    reading = read(row("2208300000", standard_name="威士忌酒", mfn_rate=0.1, tentative_rate=0.05, consumption_rate=0.2))
    [line] = reading.source.lines
    assert (line.code, line.zh, line.en, line.unit1, line.listings) == ("2208300000", "威士忌酒", "Whiskies", "", ())
    assert rates(reading) == {
        "mfn": {"rate": "0.1"}, "general": {"rate": "0.8"}, "provisional": {"rate": "0.05"}, "vat": {"rate": "0.13"}
    }  # fmt: skip
    assert {(rate.since, rate.until) for rate in line.rates} == {(FIRST_2026, date(2026, 12, 31))}
    assert {rate.reference["standing"] for rate in line.rates} == {"read"}
    assert (reading.source.name, reading.source.since, reading.source.is_table) == ("tariff-2026", FIRST_2026, True)


def test_what_is_not_levied_is_known_and_no_rate_of_nothing(read):
    reading = read(row())
    assert rates(reading)["consumption"] is None and rates(reading)["provisional"] is None
    assert rates(reading)["mfn"] == {"rate": "0"}
    assert rates(read(row(tentative_rate=0.0, mfn_rate=0.05)))["provisional"] == {"rate": "0"}


def test_a_lost_leading_zero_is_given_back_and_counted(read):
    reading = read(row("101210010"), row("9503006000"))
    assert [line.code for line in reading.source.lines] == ["0101210010", "9503006000"]
    assert reading.report.repaired == ["0101210010"]
    assert reading.report.counts() | {"without_units": 0} == {
        "rows": 2, "taken": 2, "repeated": 0, "unreadable": 0, "repaired": 1, "doubted": 0, "overruled": 0, "missing": 0,
        "without_units": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "doubt"),
    [
        ({"consumption_rate": 0.003745}, ("consumption", "0.003745", "no_such_share")),
        ({"consumption_rate": 0.0152}, ("consumption", "0.0152", "no_such_share")),
        ({"mfn_rate": -0.1}, ("mfn", "-0.1", "no_such_share")),
        ({"vat_rate": None}, ("vat", "", "empty")),
        ({"general_rate": "n/a"}, ("general", "n/a", "no_number")),
        ({"mfn_rate": 0.9}, ("general", "0.8", "below_mfn")),
        ({"mfn_rate": 0.2, "tentative_rate": 0.2}, ("provisional", "0.2", "not_below_mfn")),
        ({"mfn_rate": 0.2, "tentative_rate": 0.3}, ("provisional", "0.3", "not_below_mfn")),
    ],
)
def test_a_value_that_cannot_be_is_doubted_and_the_line_has_no_such_rate(read, more: dict, doubt: tuple):
    reading = read(row(**more))
    assert reading.report.doubts == [Doubt("9503006000", *doubt)]
    assert doubt[0] not in rates(reading)
    assert len(rates(reading)) == 4
    assert reading.report.taken == 1
    assert all(reading.report.doubts[0].text(lang) for lang in ("zh", "en"))


@pytest.mark.parametrize(
    ("code", "more", "kinds"),
    [
        ("2208200010", {"consumption_rate": 0.2}, {"consumption"}),  # an amount by weight comes on top
        ("2208909001", {"consumption_rate": 0.0}, set()),
        ("2402200000", {"consumption_rate": 0.0}, {"consumption"}),
        ("3304990091", {"consumption_rate": 0.15}, {"consumption"}),
        ("0207142200", {"general_rate": 0.0}, {"mfn", "general"}),
        ("2709000000", {"general_rate": 0.0}, {"general"}),
    ],
)
def test_where_goods_are_taxed_by_quantity_or_by_cases_a_share_is_not_believed(read, code, more, kinds):
    reading = read(row(code, **more))
    assert {doubt.kind for doubt in reading.report.doubts} == kinds
    assert {doubt.reason for doubt in reading.report.doubts} <= {"by_quantity"}


def test_an_exemption_that_ends_within_the_year_ends(read):
    def until(reading: Reading) -> date:
        return next(rate.until for rate in reading.source.lines[0].rates if rate.kind == "consumption")

    assert until(read(row("8507600020"))) == date(2026, 8, 31)
    assert until(read(row("8507100000", consumption_rate=0.04))) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (row("12345678"), "code"),
        (row("95030060001"), "code"),
        (row("012345678"), "code"),  # a zero was not lost here
        (row("95O3006000"), "code"),
        (row("９５０３００６０００"), "code"),
        (row(None), "code"),
        (row("9504901000", standard_name="  "), "name"),
        (row("9503006000", mfn_rate=0.5), "twice"),
    ],
)
def test_a_row_that_cannot_be_read_is_kept_in_the_report(read, bad: dict, problem: str):
    reading = read(row(), bad, row("9504901000", standard_name="电子游戏机"))
    [unread] = reading.report.unreadable
    assert (unread.row, unread.problem) == (2, problem)
    assert unread.text("en") and unread.text("zh") and unread.written
    assert reading.report.taken == 2


def test_a_row_that_is_said_again_is_counted_apart(read):
    report = read(row(), row(), row("9504901000")).report
    assert (report.rows, report.taken, report.repeated, report.unreadable) == (3, 2, ["9503006000"], [])


def test_every_row_ends_in_one_class(read):
    report = read(row(), row(), row("x"), row("101210010"), row("9504901000", standard_name="")).report
    assert report.rows == report.taken + len(report.repeated) + len(report.unreadable) == 5


def test_the_older_table_has_units_letters_elements_and_export_duty(read_csv):
    elements = "1品牌类型;2成分含量(如铬;碳);33C标志;"
    reading = read_csv(
        ["7202410000", "铬铁", "4xy", "0.11", "0.02", "含碳量4%以上", "0.20", "0", "0.13", "035", "", elements],
        ["8521101100", "广播级磁带录像机", "", "", "0", "", "0", "0", "0.13", "001", "035", "#N/A"],
    )  # fmt: skip
    alloy, recorder = reading.source.lines
    assert (alloy.unit1, alloy.unit2, alloy.letters, alloy.remark) == ("035", "", "4xy", "含碳量4%以上")
    assert alloy.elements == ("品牌类型", "成分含量(如铬;碳)", "3C标志") and recorder.elements == ()
    assert rates(reading)["export"] == {"rate": "0.2"} and rates(reading, 1)["export"] is None
    assert reading.report.doubts == [Doubt("8521101100", "general", "", "empty")]
    assert "provisional" not in rates(reading) and reading.report.without_units == 0


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (["9503006000", "智力玩具", "A", "0.80"], "columns"),
        (["9503006000", "智力玩具", "A", "0.80", "0", "", "0", "0", "0.13", "006", "035", "", "more"], "columns"),
        (["9503006000", "智力玩具", "A", "0.80", "0", "", "0", "0", "0.13", "999", "035", ""], "units"),
        (["9503006000", "智力玩具", "A", "0.80", "0", "", "0", "0", "0.13", "", "035", ""], "units"),
    ],
)
def test_a_row_of_csv_that_cannot_be_read(read_csv, cells: list[str], problem: str):
    good = ["9504901000", "电子游戏机", "", "1.30", "0", "", "0", "0", "0.13", "001", "035", ""]
    report = read_csv(good, cells).report
    assert [(one.row, one.problem) for one in report.unreadable] == [(2, problem)]


def test_a_table_of_a_chinese_spreadsheet_is_read(read_csv):
    cells = ["9503006000", "智力玩具", "A", "0.80", "0", "", "0", "0", "0.13", "006", "035", ""]
    assert read_csv(cells, encoding="gb18030").source.lines[0].zh == "智力玩具"


def test_a_column_that_is_not_used_is_named(read):
    assert read(row(colour="red")).report.left_out == ["colour"]
    assert read(row()).report.left_out == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "columns are of no known format|names in its first row"),
        ("[", "no JSON"),
        ("[]", "list of mappings"),
        ('{"hs_code": "1"}', "list of mappings"),
        ("[1, 2]", "list of mappings"),
        ('[{"hs_code": NaN}]', "NaN is no number"),
        ('[{"hs_code": "9503006000"}]', "no known format"),
        ("编码,名称\n", "names in its first row"),
        ("a,b\n1,2\n", "no known format"),
        ('编码,名称\n"9503', "no table"),
    ],
)
def test_a_file_that_is_no_table_is_refused_as_a_whole(tmp_path: Path, text: str, told: str):
    path = tmp_path / "table"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Malformed, match=told):
        read_table(path)


def test_bytes_of_no_text_and_a_file_that_is_not_there(tmp_path: Path):
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff\xff\x80")
    with pytest.raises(Malformed, match="GB 18030"):
        read_table(tmp_path / "picture")
    with pytest.raises(Malformed, match="No such file"):
        read_table(tmp_path / "nowhere.json")


def test_a_table_of_another_year_is_a_source_of_its_own(read):
    reading = read(row(), since=date(2027, 1, 1), until=date(2027, 12, 31))
    assert (reading.source.name, reading.source.until) == ("tariff-2026@2027-01-01", date(2027, 12, 31))
    assert {rate.since for rate in reading.source.lines[0].rates} == {date(2027, 1, 1)}
    assert read(row(), since=date(2027, 1, 1)).source.until is None
    with pytest.raises(Malformed, match="cannot end"):
        read(row(), since=date(2027, 1, 1), until=date(2026, 12, 31))


def test_the_digest_changes_with_the_file(read):
    first = read(row()).source.digest
    assert read(row()).source.digest == first != read(row(mfn_rate=0.1)).source.digest


def test_a_format_may_be_named_or_described_by_a_file(read, tmp_path: Path):
    assert read(row(), name="tariff-2026").source.name == "tariff-2026"
    with pytest.raises(Malformed, match="tariff-2020, tariff-2026"):
        read(row(), name="tariff-1999")
    with pytest.raises(Malformed, match="missing 优惠税率"):
        read(row(), name="tariff-2020")
    own = yaml.safe_load((FORMATS / "tariff-2026.yaml").read_text(encoding="utf-8"))
    own["columns"] = {**own["columns"], "code": "number"}
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(own, allow_unicode=True), encoding="utf-8")
    reading = read({**row(), "number": "9503006000"}, name=str(path))
    assert (reading.source.name, reading.source.lines[0].code) == ("own", "9503006000")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"colour": "red"}, "colour"),
        ({"file": "xlsx"}, "json or csv"),
        ({"columns": {"code": "a", "zh": "b", "price": "c"}}, "price"),
        ({"columns": {"code": "a"}}, "code and zh"),
        ({"references": {}}, "mfn"),
        ({"references": {"mfn": "hearsay"}}, "hearsay"),
        ({"hidden": [{"codes": [2208], "kinds": ["vat"], "when": "any"}]}, "digits in quotes"),
    ],
)
def test_a_format_that_makes_no_sense_is_refused(tmp_path: Path, change: dict, told: str):
    own = yaml.safe_load((FORMATS / "tariff-2026.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump({**own, **change}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(Malformed, match=told):
        read_format(path)


def test_the_formats_of_the_house_cite_known_instruments():
    assert set(known_formats()) == {"tariff-2020", "tariff-2026"}
    known = [dict(one) for one in sources.references().values()]
    for form in known_formats().values():
        assert form.title["zh"] and form.title["en"]
        assert all(reference in known for reference in form.references.values())
        assert set(form.references) == {kind for kind in form.columns if kind in form.references}
