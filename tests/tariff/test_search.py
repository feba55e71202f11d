"""Finding commodity codes: digits, words of both languages, initials of pinyin, on a day."""

from __future__ import annotations

import json
import statistics
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.beside import SHARED

from tongguan.kernel.states import Actor
from tongguan.tariff import queries
from tongguan.tariff.actions import load, withdraw
from tongguan.tariff.importing.tables import read_table
from tongguan.tariff.models import Line
from tongguan.tariff.search import search, understood

CLERK, AT, DAY = Actor("tests", "operator"), datetime(2026, 5, 1, tzinfo=UTC), date(2026, 5, 1)
OFFICIAL = SHARED / "data" / "tariff-2026" / "hs_codes.json"
WHISKY, BEER, RICE = "2208300000", "2203000000", "1006302090"

pytestmark = pytest.mark.usefixtures("tariff_loaded", "db")


@pytest.mark.parametrize(
    "asked", ["2208.30", "22083000", "威士忌", "威士忌酒", "whisky", "Whiskies", "WSJ", "wsjj", "２２０８３０"]
)
def test_a_code_is_found_by_any_name_of_it(asked):
    assert WHISKY in search(asked, DAY)


def test_every_word_must_be_there():
    assert search("sparkling wine", DAY) == ["2204100000"]
    assert search("汽酒 wine", DAY) == ["2204100000"]  # of both languages
    assert search("sparkling whisky", DAY) == []


def test_what_is_called_so_comes_before_what_only_begins_so():
    found = search("gin", DAY)
    names = [queries.book(DAY).line(code).en.casefold() for code in found]
    called = ["gin" in name for name in names]
    assert called[0] and called == sorted(called, reverse=True)


def test_nothing_is_found_by_too_little_or_by_what_is_no_word():
    for asked in ("", "  ", "c", "%", "'", "zeppelin", "飞艇", "00"):
        assert search(asked, DAY) == [], asked
    assert not understood("c") and understood("酒")
    assert search("酒" * 500, DAY) == []


def test_digits_find_what_begins_with_them_in_order():
    found = search("22", DAY)
    assert found == sorted(found) and WHISKY in found and all(code.startswith("22") for code in found)
    assert search(WHISKY, DAY) == [WHISKY] and search(f"{WHISKY}0", DAY) == []


def test_two_queries_are_asked():
    queries.book(DAY)
    with CaptureQueriesContext(connection) as asked:
        search("威士忌", DAY)
    assert len(asked) == 2


def test_a_line_that_was_loaded_before_is_found_as_one_that_is_loaded_now():
    from importlib import import_module

    from django.apps import apps

    before = list(Line.objects.order_by("pk").values_list("names", "initials", "grams"))
    Line.objects.update(names="", initials="", grams=[])
    assert search("威士忌", DAY) == []
    import_module("tongguan.tariff.migrations.0003_search").fill(apps, None)
    assert list(Line.objects.order_by("pk").values_list("names", "initials", "grams")) == before
    assert search("威士忌", DAY)


def small_table(path: Path) -> Path:
    rows = [
        {"hs_code": code, "standard_name": name, "mfn_rate": 0.05, "general_rate": 0.3, "tentative_rate": None,
         "vat_rate": 0.13, "consumption_rate": 0.0}
        for code, name in ((RICE, "籼米精米"), ("0101210010", "改良种用濒危野马"))
    ]  # fmt: skip
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def test_of_a_later_table_only_its_codes_are_found_from_its_day(tmp_path):
    table = read_table(small_table(tmp_path / "table.json"))
    assert search("yema", DAY) == [] and search("濒危野马", DAY) == []
    load(table, by=CLERK, at=AT)
    assert search("濒危野马", DAY) == search("bwym", DAY) == search("0101.21", DAY) == ["0101210010"]
    assert RICE in search("1006", DAY)
    withdraw(table.source.name, by=CLERK, at=AT)
    assert search("濒危野马", DAY) == []


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the table is not here")
def test_among_twelve_thousand_lines_it_takes_little_time():
    table = read_table(OFFICIAL)
    load(table, by=CLERK, at=AT, partly=True)
    assert len(queries.book(DAY)) > 12_000
    asked = ("威士忌", "婴幼儿 奶粉", "whisky", "8517", "wsj", "其他", "electric apparatus parts", "bxj", "84", "酒")
    took: dict[str, float] = {}
    for one in asked:
        times = []
        for _ in range(5):
            began = time.perf_counter()
            search(one, DAY)
            times.append(time.perf_counter() - began)
        took[one] = statistics.median(times) * 1000
    print({one: f"{ms:.1f} ms" for one, ms in took.items()})
    assert statistics.median(took.values()) < 20 and max(took.values()) < 100, took
