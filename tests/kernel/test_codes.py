from __future__ import annotations

from datetime import date

import pytest

from tongguan.kernel.codes import Code, codes, read_list
from tongguan.kernel.law import ROOT, Malformed

FILE = """
title: {en: Units, zh: 计量单位}
reference: {title: A table, href: "", standing: read}
complete: true
codes:
  - {code: "007", zh: 个, en: piece}
  - {code: "001", zh: 台, en: set, until: 2020-12-31}
  - {code: "001", zh: 座, en: block, since: 2021-01-01, factor: "2"}
"""


@pytest.fixture
def read(tmp_path):
    def read(text=FILE):
        path = tmp_path / "units.yaml"
        path.write_text(text, encoding="utf-8")
        return read_list("units", path)

    return read


def test_a_code_has_the_meaning_of_its_day(read):
    units = read()
    assert units.get("001", on=date(2020, 12, 31)).zh == "台"
    assert units.get("001", on=date(2021, 1, 1)).zh == "座"
    assert units.get("001").zh == "座"
    assert units.get("001", on=date(2021, 1, 1)).extra == {"factor": "2"}
    assert units.get("999") is None and units.get("999", on=date(2021, 1, 1)) is None


def test_a_code_out_of_its_days_is_unknown_on_that_day_but_in_the_list(read):
    units = read(FILE.replace('  - {code: "001", zh: 座, en: block, since: 2021-01-01, factor: "2"}\n', ""))
    assert units.get("001", on=date(2021, 1, 1)) is None
    assert "001" in units and "002" not in units


def test_the_list_keeps_its_order_and_says_whether_it_is_complete(read):
    units = read()
    assert [c.code for c in units] == ["007", "001", "001"]
    assert len(units) == 3 and units.complete is True and units.title["zh"] == "计量单位"
    assert units.get("007").text("zh-hans") == "个" and units.get("007").text("en") == "piece"
    assert units.get("007") == Code("007", "个", "piece")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"007"', "007", "text in quotes"),
        ("en: piece", "en: NO", "text in quotes"),
        ("since: 2021-01-01", "since: 2020-12-31", "stands twice"),
        ('- {code: "007", zh: 个, en: piece}', "- piece", "a code is a mapping"),
        ("until: 2020-12-31", "until: never", "is a day"),
        ("complete: true", "complete: mostly", "complete is true or false"),
        ("standing: read", "standing: seen", "standing is one of"),
        ("zh: 计量单位", "fr: unités", "en and zh"),
    ],
)
def test_a_list_out_of_shape_is_an_error(read, old, new, complaint):
    assert old in FILE
    with pytest.raises(Malformed, match=complaint):
        read(FILE.replace(old, new))


def test_an_unknown_list():
    with pytest.raises(LookupError):
        codes("no_such_list")


@pytest.mark.parametrize("name", sorted(p.stem for p in (ROOT / "codes").glob("*.yaml")))
def test_every_list_of_the_house_loads(name):
    assert len(codes(name)) > 0
