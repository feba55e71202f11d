"""Marks become an index, and runs of marked tests a record: what failed is told, also of one case among others."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import textwrap

import pytest
from tests import measured
from tests.measured import ROOT, index, showing, written

MODULE = """
import pytest
pytestmark = [pytest.mark.django_db, pytest.mark.measure("A-1")]

def test_one(): ...

@pytest.mark.measure("B-1", "B-2")
def test_two(): ...

@pytest.mark.measure("C-1")
class TestMany:
    def test_three(self): ...
    def aside(self): ...
    @pytest.mark.measure("C-2")
    def test_four(self): ...
"""


def test_marks_on_functions_classes_and_modules():
    found = list(showing(ast.parse(MODULE), "tests/test_x.py"))
    assert [number for number, test in found if test.endswith("::test_one")] == ["A-1"]
    assert [number for number, test in found if test.endswith("::test_two")] == ["A-1", "B-1", "B-2"]
    assert [number for number, test in found if test == "tests/test_x.py::TestMany::test_four"] == ["A-1", "C-2", "C-1"]
    assert not any("aside" in test for _, test in found)


def test_the_index_is_a_file_one_reads(tmp_path):
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_x.py").write_text(MODULE, encoding="utf-8")
    assert written(index(folder)).endswith("C-2:\n  - tests/test_x.py::TestMany::test_four\n")
    assert written({}).endswith("{}\n")


TRIED = """
import pytest

@pytest.mark.measure("A-1")
@pytest.mark.parametrize("n", [1, 2])
def test_cases(n):
    assert n != WRONG

@pytest.mark.measure("A-2")
def test_without_its_fixture(nobody): ...

@pytest.mark.measure("A-3")
def test_left_out():
    pytest.skip("today")

def test_of_no_measure(): ...
"""
CONFTEST = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from tests.measured import Recorder

def pytest_configure(config):
    config.addinivalue_line("markers", "measure(id): what it shows")
    config.pluginmanager.register(Recorder(Path(__file__).parent / "runs.json", Path(__file__).parent), "measured")
"""


@pytest.fixture
def project(tmp_path):
    """Return a function that runs the tests of a small project, ``wrong`` being the case that fails."""
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")

    def ran(wrong: int, *arguments: str) -> dict:
        (tmp_path / "test_tried.py").write_text(textwrap.dedent(TRIED).replace("WRONG", str(wrong)), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        tests = json.loads((tmp_path / "runs.json").read_text(encoding="utf-8"))["tests"]
        return {
            case.removeprefix("test_tried.py::"): row["outcome"]
            for cases in tests.values()
            for case, row in cases.items()
        }

    return ran


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "on cores"])
def test_what_came_of_each_case_is_noted(project, workers):
    found = project(2, *workers)
    assert found == {
        "test_cases[1]": "passed",
        "test_cases[2]": "failed",
        "test_without_its_fixture": "failed",
        "test_left_out": "skipped",
    }


def test_a_case_that_passes_does_not_hide_another_that_failed(project):
    project(2)
    assert project(2, "test_tried.py::test_cases[1]")["test_cases[2]"] == "failed"
    assert project(2, "-k", "cases and 1")["test_cases[2]"] == "failed"
    assert project(9)["test_cases[2]"] == "passed"


def test_a_case_that_is_gone_is_forgotten(project):
    project(2)
    recorder = measured.Recorder()
    recorder.collected = {"f": ["f[1]"], "g": []}
    assert recorder._still("f", "f[1]") and not recorder._still("f", "f[2]") and recorder._still("g", "g[2]")


def test_outside_of_git_there_is_no_commit(tmp_path):
    assert measured.commit(tmp_path) == ("", False)
    commit, _ = measured.commit()
    assert len(commit) in (0, 40)
