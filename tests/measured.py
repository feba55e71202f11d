"""Which tests show which measure, and what came of them: the mark ``measure``, its index, and the record of runs.

``python -m tests.measured`` writes the index ``law/measures/tests.yaml`` anew. While tests run, ``Recorder`` notes the
outcome of those that are marked, with the commit and the moment, for the register's pages.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

ROOT = Path(__file__).resolve().parents[1]
INDEX = ROOT / "law" / "measures" / "tests.yaml"
RUNS = ROOT / "var" / "measures.json"
SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = "# The tests that show each measure, made from their marks by `python -m tests.measured`. Do not edit.\n"


def marked(tree: ast.AST) -> list[str]:
    """Return the measures a test, a class or a module is marked with."""
    found = []
    for one in getattr(tree, "decorator_list", None) or _module_marks(tree):
        if isinstance(one, ast.Call) and ast.unparse(one.func) == "pytest.mark.measure":
            found += [argument.value for argument in one.args if isinstance(argument, ast.Constant)]
    return found


def _module_marks(tree: ast.AST) -> list[ast.AST]:
    for node in getattr(tree, "body", ()):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            return node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
    return []


def showing(tree: ast.Module, name: str) -> Iterator[tuple[str, str]]:
    """Yield each measure with a test of a module that shows it; a mark on a class or a module is one on its tests."""
    above = marked(tree)
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{name}::{node.name}" if isinstance(node, ast.ClassDef) else name
        for test in inside:
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test"):
                own = marked(test) + (marked(node) if node is not test else [])
                for number in dict.fromkeys([*above, *own]):
                    yield number, f"{prefix}::{test.name}"


def index(folder: Path = ROOT / "tests") -> dict[str, list[str]]:
    """Return the tests of each measure, by the marks below a folder."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        name = path.relative_to(folder.parent).as_posix()
        for number, test in showing(ast.parse(path.read_text(encoding="utf-8")), name):
            found.setdefault(number, []).append(test)
    return {number: sorted(found[number]) for number in sorted(found)}


def written(found: dict[str, list[str]]) -> str:
    """Return the index as its file holds it."""
    lines = [HEAD]
    for number, tests in found.items():
        lines += [f"{number}:\n", *(f"  - {test}\n" for test in tests)]
    return "".join(lines) if found else HEAD + "{}\n"


def commit(root: Path = ROOT) -> tuple[str, bool]:
    """Return the commit of the checkout, and whether its files differ from it; nothing outside of git."""
    try:
        said = [
            subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout.strip()
            for words in (("rev-parse", "HEAD"), ("status", "--porcelain"))
        ]
    except (OSError, subprocess.CalledProcessError):
        return "", False
    return said[0], bool(said[1])


class Recorder:
    """A plugin of pytest that notes what came of the tests that are marked with a measure.

    Each case of a test has its own line, so that one case that passes never hides another that failed before. With
    xdist the tests run elsewhere: what is needed travels in the reports, and only the process that gets them writes.
    """

    def __init__(self, path: Path = RUNS, root: Path = ROOT):
        self.path, self.root = path, root
        self.cases: dict[str, dict[str, str]] = {}
        self.collected: dict[str, list[str]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Note on each marked test its function and all its cases, before any is deselected."""
        whole = not any("[" in str(one) for one in config.args)
        functions: dict[str, list[str]] = {}
        measured = [item for item in items if item.get_closest_marker("measure")]
        for item in measured:
            functions.setdefault(item.nodeid.split("[")[0], []).append(item.nodeid)
        for item in measured:
            function = item.nodeid.split("[")[0]
            item.user_properties.append(("measured", [function, functions[function] if whole else []]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what came of a phase of a test: any failure fails it, and it passes by its call."""
        told = dict(report.user_properties).get("measured")
        if told is None:
            return
        function, all_cases = told
        self.collected[function] = all_cases
        cases = self.cases.setdefault(function, {})
        if report.failed:
            cases[report.nodeid] = "failed"
        elif report.skipped:
            cases.setdefault(report.nodeid, "skipped")
        elif report.when == "call":
            cases.setdefault(report.nodeid, "passed")

    def pytest_sessionfinish(self, session: Any) -> None:
        """Write what came of them beside what is known of others."""
        if hasattr(session.config, "workerinput") or not self.cases:
            return
        head, changed = commit(self.root)
        at = datetime.now(SHANGHAI).isoformat(timespec="seconds")
        run = {"commit": head, "changed": changed, "at": at}
        known = _known(self.path)
        for function, cases in self.cases.items():
            kept = {name: row for name, row in known.get(function, {}).items() if self._still(function, name)}
            known[function] = kept | {name: {"outcome": outcome, **run} for name, outcome in cases.items()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps({"tests": known}, indent=1, sort_keys=True), encoding="utf-8")
        draft.replace(self.path)

    def _still(self, function: str, case: str) -> bool:
        """Say whether a case may still exist: one that a whole collection did not find is gone."""
        return not self.collected[function] or case in self.collected[function]


def _known(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))["tests"]
    except (OSError, ValueError, KeyError):
        return {}


if __name__ == "__main__":
    INDEX.write_text(written(index()), encoding="utf-8")
    print(f"{INDEX.relative_to(ROOT)}: {sum(map(len, index().values()))} tests")
