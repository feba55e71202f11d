"""Some five thousand messages made wrong by chance: where our reading differs from the published schema, and why.

``docs/api/schema.md`` lists the differences with their numbers; run this with ``-s`` to see those of today:
``.venv/bin/python -m pytest tests/formats/ceb/test_disagreements.py -s``. The published schema must be at hand
(``TONGGUAN_SHARED``).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.formats.ceb.mutating import EACH, SEED, Comparison, compared, drawn

from tongguan.formats.ceb import faults
from tongguan.kernel.rules import RULES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "api" / "schema.md"
INSIDE = "inside ds:Signature"


@pytest.fixture(scope="module")
def found(make, official) -> Comparison:
    return compared(make, official)


def listed() -> dict[str, int]:
    """Return the numbers on the page by what they count."""
    rows = re.findall(r"^\| `?([^`|]+?)`? \| ([0-9]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: int(count) for name, count in rows}


def counted(found: Comparison) -> dict[str, int]:
    """Return the numbers that the page should have."""
    judged = {f"{published}, {read}": count for (published, read), count in found.verdicts.items()}
    return {"messages": found.total, **judged, **found.taken}


def test_our_schema_differs_inside_a_signature_only(found):
    assert found.total > 5000
    assert set(found.schemas) == {INSIDE}


def test_nothing_valid_is_refused(found):
    assert found.unexplained == []
    assert found.verdicts["valid", "refused"] == 0


def test_whatever_is_taken_against_the_schema_is_told_by_a_code(found):
    codes = {fault.code for fault in vars(faults).values() if isinstance(fault, type) and hasattr(fault, "code")}
    assert set(found.taken) - {INSIDE} <= codes & set(RULES)


def test_the_page_has_the_numbers_of_today(found):
    for name, count in sorted(counted(found).items(), key=lambda row: -row[1]):
        print(f"{count:6} {name}")
    assert listed() == counted(found)


def test_the_page_says_how_its_numbers_came_about():
    text = PAGE.read_text(encoding="utf-8")
    assert str(SEED) in text and str(EACH) in text and "test_disagreements.py" in text


def test_the_same_seed_draws_the_same(make):
    first, again = (list(drawn(make, each=3)) for _ in range(2))
    assert first == again and first != list(drawn(make, seed=1, each=3))
