"""What the tests of the register and the conference share: runs of tests that are told, not run."""

from __future__ import annotations

import json

import pytest

from tongguan.governance import trials

COMMIT = "0123456789abcdef0123456789abcdef01234567"
AT = "2026-11-22T10:00:00+08:00"


@pytest.fixture
def told(settings, tmp_path):
    """Return a function that tells what came of tests: ``told({"tests/a.py::test_b": "passed"})``."""
    settings.TEST_RUNS = tmp_path / "measures.json"

    def tell(outcomes: dict[str, str], commit: str = COMMIT) -> None:
        run = {"commit": commit, "changed": False, "at": AT}
        cases = {test: {test: {"outcome": outcome, **run}} for test, outcome in outcomes.items()}
        settings.TEST_RUNS.write_text(json.dumps({"tests": cases}), encoding="utf-8")

    yield tell
    trials.read_runs.cache_clear()
