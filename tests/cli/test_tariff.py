"""`tongguan tariff` finds codes by digits and by words in both languages, and shows rates with their instruments."""

from __future__ import annotations

from datetime import datetime
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
