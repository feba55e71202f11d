"""The tests that show a measure to work (验证), and what came of them when they last ran here.

Which tests there are is a file that travels with the program, made from the marks in the tests. What came of them is
written by a run of the tests in a checkout (``settings.TEST_RUNS``); where no tests were run, nothing is claimed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tongguan.kernel.packaged import read

from .register import FOLDER

OUTCOMES = ("failed", "skipped", "passed", "not_run")
"""The gravest first: of a test with several cases the gravest outcome counts."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A test, and what came of it; ``commit`` and ``at`` are those of the run, ``changed`` when files differed from it."""

    test: str
    outcome: str
    commit: str = ""
    changed: bool = False
    at: datetime | None = None


@cache
def tests() -> dict[str, tuple[str, ...]]:
    """Return the tests that are marked with each measure."""
    return {number: tuple(named) for number, named in read(FOLDER / "tests.yaml").items()}


def noted() -> bytes:
    """Return what the runs of tests have noted here, as it is now; nothing where no tests were run."""
    try:
        return Path(settings.TEST_RUNS).read_bytes()
    except OSError:
        return b""


@lru_cache(maxsize=4)
def read_runs(noted: bytes) -> Mapping[str, Any]:
    """Return what is known of the cases of each test that was run here, from what was noted."""
    try:
        return json.loads(noted)["tests"]
    except (ValueError, KeyError, TypeError):
        return {}  # a file that is being written, or is none of ours, tells nothing


def trial(test: str, known: Mapping[str, Any]) -> Trial:
    """Return a test with what came of it, among the runs that are known."""
    try:
        cases = [_case(test, case) for case in known.get(test, {}).values()]
    except (KeyError, ValueError, TypeError, AttributeError):
        cases = []
    return min(cases, key=lambda one: OUTCOMES.index(one.outcome), default=Trial(test, "not_run"))


def _case(test: str, case: Mapping[str, Any]) -> Trial:
    if case["outcome"] not in OUTCOMES:
        raise ValueError(case["outcome"])
    return Trial(test, case["outcome"], case["commit"], bool(case["changed"]), datetime.fromisoformat(case["at"]))
