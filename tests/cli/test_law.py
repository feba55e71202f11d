"""`tongguan law` shows what the law files say, with history, reference and standing."""

from __future__ import annotations

from datetime import date

from tongguan.kernel.law import law


def test_every_figure_is_listed_with_the_value_of_the_day(tongguan):
    ran = tongguan("law", "--json", "--on", "2026-05-01")
    assert ran.status == 0
    assert [row["name"] for row in ran.json] == law.names()
    [limit] = [row for row in ran.json if row["name"] == "ecommerce.single_limit"]
    assert limit["in_force"]["value"] == str(law("ecommerce.single_limit", on=date(2026, 5, 1)).value)
    assert limit["in_force"]["reference"]["standing"] == "read"


def test_a_beginning_lists_what_is_under_it(tongguan):
    names = [row["name"] for row in tongguan("law", "ecommerce", "--json").json]
    assert names and all(name.startswith("ecommerce.") for name in names)
    assert "ecommerce.single_limit" in tongguan("law", "ecommerce").out


def test_one_figure_shows_history_instrument_and_standing(tongguan):
    out = tongguan("law", "ecommerce.single_limit", "--on", "2026-05-01").out
    assert "On 2026-05-01: 5000 (yuan)" in out
    for provision in law.history("ecommerce.single_limit"):
        assert provision.since.isoformat() in out
        assert provision.reference["title"] in out
    assert "→  2019-01-01" in out
    assert "not confirmed" in out


def test_the_day_chooses_the_value(tongguan):
    assert "→  2016-04-08" in tongguan("law", "ecommerce.single_limit", "--on", "2018-12-31").out
    before = tongguan("law", "ecommerce.single_limit", "--on", "2010-01-01")
    assert (before.status, before.out) == (1, "")
    assert "gives no value of ecommerce.single_limit for 2010-01-01" in before.err


def test_the_titles_are_in_the_language_asked_for(tongguan):
    [zh, en] = [tongguan("law", "ecommerce.single_limit", "--lang", lang).out.splitlines()[1] for lang in ("zh", "en")]
    assert {"zh": zh, "en": en} == law.history("ecommerce.single_limit")[-1].title


def test_the_tree_has_every_name(tongguan):
    out = tongguan("law", "tree").out
    for name in law.names():
        assert f"── {name.rsplit('.', 1)[-1]} " in out


def test_a_name_that_is_not_there_brings_those_near_to_it(tongguan):
    assert "ecommerce.single_limit" in tongguan("law", "single_limit").err
