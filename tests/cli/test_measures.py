"""``tongguan measures``: the register on the command line."""

from __future__ import annotations

import pytest


def test_a_list_for_programs(tongguan):
    found = tongguan("measures", "--json").json
    assert len(found) == 180 and {"id", "built", "title", "pages", "tests"} <= found[0].keys()
    built = {one["id"]: one["built"] for one in found}
    assert built["M4-21.3"] is True and built["M4-21.1"] is False and built["M0-1.1"] is False


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_for_people(tongguan, lang):
    told = tongguan("measures", "M4-21", "--lang", lang)
    assert told.status == 0 and "M4-21.3" in told.out and "-625001" in told.out
    assert ("已实现" if lang == "zh" else "built") in told.out
    assert "180" in tongguan("measures", "--lang", lang).out.splitlines()[-1]


def test_one_item_for_programs(tongguan):
    [one] = tongguan("measures", "M4-21.3", "--json").json
    assert one["clause"] == "M4-21" and one["state"] == "built"
    assert {test["outcome"] for test in one["tests"]} <= {"passed", "failed", "skipped", "not_run"}


def test_filters(tongguan):
    found = tongguan("measures", "--document", "M4", "--domain", "cbec", "--json").json
    assert [one["id"] for one in found] == ["M4-21.1", "M4-21.2", "M4-21.3", "M4-21.4"]
    assert all(one["state"] == "missing" for one in tongguan("measures", "--state", "missing", "--json").json)


def test_what_is_not_there(tongguan):
    assert tongguan("measures", "M4-99").status == 1 and "M4-9" in tongguan("measures", "M4-99").err
    told = tongguan("measures", "--state", "half")
    assert told.status == 2 and "built, partly, failing, missing" in told.err
