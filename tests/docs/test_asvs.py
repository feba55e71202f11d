"""The table of ASVS points: each has a cover that is there, or is said to be open."""

from __future__ import annotations

import re

import pytest

from tongguan.server.configuration import checkout

ROOT = checkout()
PLACES = (ROOT, ROOT / "src" / "tongguan")
PAGE = (ROOT / "docs" / "operate" / "asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.M)
NAMED = sorted({name for _, _, cover in ROWS for name in re.findall(r"`([\w./-]+/[\w./-]+|[\w-]+\.\w+)`", cover)})


def test_every_point_stands_once_and_says_what_covers_it():
    numbers = [number for number, _, _ in ROWS]
    assert len(numbers) == len(set(numbers)) > 200
    assert numbers == sorted(numbers, key=lambda one: [int(part) for part in one.split(".")])
    assert [row for row in ROWS if not row[2].strip()] == []


@pytest.mark.parametrize("name", [name for name in NAMED if not name.startswith("parties.")])
def test_what_covers_a_point_is_there(name):
    assert any((place / name).exists() for place in PLACES), name


def test_the_numbers_at_the_top_are_those_of_the_table():
    opened = sum("**open**" in cover for _, _, cover in ROWS)
    elsewhere = sum(cover.startswith("not here") for _, _, cover in ROWS)
    [told] = re.findall(r"\*\*all\*\* \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", PAGE)
    assert [int(one) for one in told] == [len(ROWS), len(ROWS) - opened - elsewhere, opened, elsewhere]
