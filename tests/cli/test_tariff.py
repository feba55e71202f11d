"""`tongguan tariff` finds codes by digits and by words in both languages, and shows rates with their instruments."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tongguan.server.prepare import OPERATOR
from tongguan.tariff import actions
from tongguan.tariff.models import Edition

AT = datetime(2026, 5, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    actions.load(by=OPERATOR, at=AT)


def test_a_code_with_names_units_rates_and_references(tongguan, loaded):
    out = tongguan("tariff", "2208300000", "--on", "2026-05-01").out
    assert out.startswith("2208300000  威士忌酒  Whisky\nLegal units: 095 litre, 035 kilogram\n")
    assert "On the positive list of cross-border e-commerce on 2026-05-01: yes" in out
    for words in ("provisional", "2026-02-02", "税委会公告2026年第1号", "value-added tax", "增值税法"):
        assert words in out


def test_a_day_before_a_rate_says_that_it_is_not_known_or_shows_the_former(tongguan, loaded):
    rates = {
        row["kind"]: row for row in tongguan("tariff", "2208300000", "--on", "2026-01-15", "--json").json[0]["rates"]
    }
    assert rates["provisional"].get("since") != "2026-02-02"


@pytest.mark.parametrize(
    ("words", "lang", "field"), [(["milk", "powder"], "en", "en"), (["奶粉"], "zh", "zh"), (["2208"], "en", "code")]
)
def test_words_and_first_digits_find_lines(tongguan, loaded, words: list[str], lang: str, field: str):
    found = tongguan("tariff", *words, "--lang", lang, "--json").json
    assert len(found) > 1
    assert all(word in line[field].lower() for line in found for word in words)
    listed = tongguan("tariff", *words, "--lang", lang).out
    assert all(line["code"] in listed for line in found)


def test_nothing_found_is_a_no(tongguan, loaded):
    ran = tongguan("tariff", "9999999999")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("Error: There is no commodity code for 9999999999 on ")


def test_without_a_tariff_the_answer_is_a_refusal_not_a_guess(tongguan):
    ran = tongguan("tariff", "2208300000", "--on", "2026-05-01")
    assert (ran.status, ran.out) == (1, "")
    assert "2026-05-01" in ran.err


def test_load_reads_the_files_in_once(tongguan):
    first = tongguan("tariff", "load", "--json").json
    assert first["added"] == first["lines"] > 200
    assert tongguan("tariff", "load").out == f"{first['lines']} lines, as they were.\n"
    assert Edition.objects.count() == 1


def table(folder: Path, *rows: dict) -> Path:
    path = folder / "hs_codes.json"
    full = [
        {"hs_code": "", "standard_name": "某物", "mfn_rate": 0.05, "general_rate": 0.8, "tentative_rate": None, "vat_rate": 0.13,
         "consumption_rate": 0.0, **row} for row in rows
    ]  # fmt: skip
    path.write_text(json.dumps(full, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_table_is_shown_before_it_is_loaded(tongguan, tmp_path):
    path = table(tmp_path, {"hs_code": "101210010"}, {"hs_code": "2203000000", "consumption_rate": 0.003745})
    out = tongguan("tariff", "load", str(path), "--dry-run").out
    for words in (
        "2 rows: 2 taken, 0 repeated, 0 unreadable", "1 codes had lost their leading zero", "0101210010",
        "1 values cannot be", "2203000000 (0.003745)", "2 lines new, 0 changed", "Nothing was written.",
    ):  # fmt: skip
        assert words in out
    assert not Edition.objects.exists()
    told = tongguan("tariff", "load", str(path), "--dry-run", "--json").json
    assert (told["written"], told["added"], told["report"]["doubts_by_reason"]) == (False, 2, {"no_such_share": 1})


def test_a_table_is_loaded_once_listed_and_taken_out(tongguan, loaded, tmp_path):
    path = table(tmp_path, {"hs_code": "9031100000"})
    assert "Loaded as edition" in tongguan("tariff", "load", str(path)).out
    assert tongguan("tariff", "load", str(path)).out.endswith("Nothing is new; nothing was written.\n")
    assert [row["source"] for row in tongguan("tariff", "sources", "--json").json] == ["law/tariff", "tariff-2026"]
    assert "tariff-2026  1      2026-01-01  2026-12-31" in tongguan("tariff", "sources").out
    assert "9031100000" in tongguan("tariff", "9031100000", "--on", "2026-05-01").out
    assert tongguan("tariff", "withdraw", "tariff-2026").out == "tariff-2026 was taken out: 1 lines.\n"
    ran = tongguan("tariff", "withdraw", "tariff-2026")
    assert (ran.status, ran.err) == (1, "Error: No tariff source called tariff-2026 is in use.\n")
    assert tongguan("tariff", "withdraw").status == 2


def test_a_difference_is_told_with_examples(tongguan, tmp_path):
    tongguan("tariff", "load", str(table(tmp_path, {"hs_code": "9031100000"}, {"hs_code": "9030100000"})))
    path = table(tmp_path, {"hs_code": "9031100000", "mfn_rate": 0.04}, {"hs_code": "9030200000"})
    out = tongguan("tariff", "load", str(path), "--dry-run").out
    assert "1 lines new, 1 changed, 1 gone, 0 as before" in out
    assert "  new: 9030200000\n  changed: 9031100000\n  gone: 9030100000\n" in out


def test_what_a_table_contradicts_and_lacks_is_told(tongguan, loaded, tmp_path):
    path = table(tmp_path, {"hs_code": "2208300000"})
    out = tongguan("tariff", "load", str(path), "--since", "2027-01-01", "--until", "2027-12-31", "--dry-run").out
    assert "tariff-2026@2027-01-01\nFor the days from 2027-01-01 to 2027-12-31.\n" in out
    assert "rates of ours are contradicted by the table" in out and "the table" in out
    assert "codes of ours are not in the table" in out


def test_rows_that_cannot_be_read_stop_a_load_unless_told_otherwise(tongguan, tmp_path):
    path = str(table(tmp_path, {"hs_code": "9031100000"}, {"hs_code": "90O1"}))
    ran = tongguan("tariff", "load", path, "--dry-run")
    assert ran.status == 1 and "Row 2: no commodity code of ten digits (90O1" in ran.out
    ran = tongguan("tariff", "load", path)
    assert (ran.status, ran.out) == (1, "") and "Nothing was changed" in ran.err
    assert not Edition.objects.exists()
    assert tongguan("tariff", "load", path, "--partly").status == 0


def test_a_file_that_is_no_table_is_told_in_one_line(tongguan, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Nothing here.", encoding="utf-8")
    ran = tongguan("tariff", "load", str(path))
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert str(path) in ran.err
    assert tongguan("tariff", "load", str(tmp_path / "nowhere.json")).status == 2


def test_the_note_of_the_positive_list_is_shown(tongguan, loaded):
    assert "Note of the list: Not more than 20 kg" in tongguan("tariff", "1006302090", "--on", "2026-05-01").out
    [line] = tongguan("tariff", "1006302090", "--on", "2026-05-01", "--json").json
    assert line["conditions"] == {"person_cap": "1006"} and line["note"]["zh"].startswith("每人每年")
