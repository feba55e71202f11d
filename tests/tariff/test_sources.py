"""The authored tariff files: their form, and what a wrong one is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tongguan.kernel.codes import codes
from tongguan.kernel.law import STANDINGS, Malformed
from tongguan.tariff import sources


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(sources.FOLDER, tmp_path / "tariff"))


def test_the_authored_lines_have_units_names_and_references():
    source = sources.read()
    assert 400 <= len(source.lines) <= 450
    for line in source.lines:
        assert line.zh
        assert line.en
        assert line.en.isascii() or "é" in line.en
        assert line.unit1 in codes("units")
        assert not line.unit2 or line.unit2 in codes("units")
        assert set(sources.KINDS) - {rate.kind for rate in line.rates} <= {"consumption"}, line.code
        assert all(rate.reference["standing"] in STANDINGS for rate in line.rates)


def test_rows_of_one_kind_never_overlap():
    for line in sources.read().lines:
        for kind in sources.KINDS:
            rows = [rate for rate in line.rates if rate.kind == kind]
            for one, following in zip(rows, rows[1:], strict=False):
                assert one.until is not None
                assert one.since <= one.until < following.since


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("drinks.yaml", "mfn: 14%", "mfn: 0.14", "0.14"),
        ("drinks.yaml", "mfn: 14%", "mfn: champagne", "champagne"),
        ("drinks.yaml", 'code: "2204100000"', "code: 2204100000", "ten digits"),
        ("drinks.yaml", "zh: 威士忌酒", "colour: amber, zh: 威士忌酒", "colour"),
        ("drinks.yaml", 'code: "2208400000"', 'code: "2208300000"', "stands twice"),
        ("schedules.yaml", "until: 2026-08-31", "until: 2019-08-31", "do not fit"),
        ("schedules.yaml", "standing: unverified", "standing: rumour", "standing"),
        ("schedules.yaml", "reference: whisky_2026", "reference: hearsay", "hearsay"),
    ],
)
def test_a_wrong_file_is_named(folder: Path, file: str, old: str, new: str, told: str):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Malformed, match=told):
        sources.read(folder)


def test_the_digest_changes_with_any_file(folder: Path):
    before = sources.read(folder).digest
    assert before == sources.read().digest
    (folder / "home.yaml").write_text((folder / "home.yaml").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert sources.read(folder).digest != before
