"""The documents keep up with the program: everything is named, what they name is there, and the made pages are current."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest
from django.apps import apps
from tests.house.source import PACKAGE, ROOT

from docs import make
from tongguan.cli import COMMANDS
from tongguan.formats.ceb import CAUSES, TABLES
from tongguan.kernel import rules
from tongguan.kernel.codes import codes
from tongguan.kernel.law import ROOT as LAW
from tongguan.kernel.law import law
from tongguan.server.configuration import SETTINGS

DOCS = ROOT / "docs"
CODE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)+\.(?:py|yaml|md|toml)")
PLACE = re.compile(r"(\w+(?:/\w+)+):([A-Za-z_][\w.]*)")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def documents() -> dict[str, str]:
    """Return every page below ``docs``, by its path there."""
    return {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}


@cache
def named() -> frozenset[str]:
    """Return every word in code type, and the words inside a longer one."""
    found = {one for text in documents().values() for one in CODE.findall(text)}
    return frozenset(found | {word for one in found for word in one.split()})


def unnamed(words) -> list[str]:
    """Return what no document names."""
    return sorted(word for word in words if word not in named())


@cache
def made() -> dict[str, str]:
    """Return the pages as they ought to be."""
    return make.pages()


def test_made_pages_are_current():
    stale = [name for name, text in made().items() if documents().get(f"reference/{name}") != text]
    assert stale == [], "run: .venv/bin/python docs/make.py"


def test_every_page_is_made():
    assert {f"reference/{name}" for name in made()} == {name for name in documents() if name.startswith("reference/")}


def test_every_command_is_named():
    assert unnamed(COMMANDS) == []


def test_every_setting_is_named():
    assert unnamed(SETTINGS) == []


def test_every_code_is_named():
    made()
    assert unnamed({rule.code for rule in rules._NAMED.values() if rule.__module__.startswith("tongguan.")}) == []
    assert unnamed(cause.status for cause in CAUSES.values()) == []


def test_every_parameter_of_the_law_is_named():
    assert unnamed(law.names()) == []


def test_every_code_list_is_named():
    assert unnamed(codes(path.stem).name for path in (LAW / "codes").glob("*.yaml")) == []


def test_every_message_has_its_page():
    assert [kind for kind in TABLES if f"reference/messages/{kind.removesuffix('Message')}.md" not in documents()] == []


def test_every_table_is_in_the_glossary_with_its_official_term():
    rows = [line for line in documents()["glossary.md"].splitlines() if line.startswith("|")]
    models = [m for m in apps.get_models() if m.__module__.startswith("tongguan.")]
    assert len(models) > 20
    bare = []
    for model in models:
        module = model.__module__.removeprefix("tongguan.").replace(".", "/")
        places = [f"`{where}:{model.__name__}`" for where in (f"{model._meta.app_label}/models", module)]
        if not any(place in row and CHINESE.search(row) for place in places for row in rows):
            bare += places
    assert bare == []


@cache
def names_in(module: str) -> frozenset[str]:
    """Return the names of a module or package: functions, classes, constants, and what is in its classes."""
    found = set()
    for path in [PACKAGE / f"{module}.py", *(PACKAGE / module).glob("*.py")]:
        if path.is_file():
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
                found |= {one.id for one in targets if isinstance(one, ast.Name)}
                if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    found |= {node.name} | {
                        f"{node.name}.{inner.name}" for inner in node.body if hasattr(inner, "name")
                    }
    return frozenset(found)


def astray(text: str) -> list[str]:
    """Return the files and the places of code that a document names and that are not there."""
    found = []
    for written in CODE.findall(text):
        place = PLACE.fullmatch(written)
        gone = place and place[2] not in names_in(place[1])
        if FILE.fullmatch(written):
            gone = not any((base / written).is_file() for base in (PACKAGE, ROOT, DOCS))
        found += [written] if gone else []
    return found


@pytest.mark.parametrize("name", documents())
def test_places_of_code_are_there(name):
    assert astray(documents()[name]) == []


def test_a_place_that_is_gone_is_found():
    gone = ["kernel/rules:NoSuchRule", "kernel/no_module:Rule", "kernel/gone.py", "law/texts/none.yaml"]
    assert astray(" ".join(f"`{one}`" for one in gone)) == gone
    there = ["kernel/rules:Rule", "ledgers/batch:Batch.debit", "ecommerce/models:Order", "settings.py", "docs/make.py"]
    assert astray(" ".join(f"`{one}`" for one in there)) == []


def links(name: str) -> list[str]:
    """Return the documents a document leads to."""
    targets = [(DOCS / name).parent / target for target in re.findall(r"\]\(([^)\s#:]+)", documents()[name])]
    return [one.resolve().relative_to(DOCS).as_posix() for one in targets if one.resolve().is_relative_to(DOCS)]


def test_every_document_can_be_reached():
    seen, waiting = set(), ["index.md"]
    while waiting:
        name = waiting.pop()
        if name not in seen and name in documents():
            seen.add(name)
            waiting += links(name)
    assert sorted(set(documents()) - seen) == []


@pytest.mark.parametrize("name", [name for name in documents() if name.startswith("decisions/")])
def test_a_decision_has_its_three_parts(name):
    text = documents()[name]
    number = re.match(r"decisions/(\d{4})-", name)[1]
    assert text.startswith(f"# {number} ")
    assert [text.count(f"**{part}.**") for part in ("Context", "Choice", "Consequence")] == [1, 1, 1]
    assert len(text.splitlines()) <= 20


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(name[10:14]) for name in documents() if name.startswith("decisions/")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_decision_stands_in_the_index():
    decisions = [name for name in documents() if name.startswith("decisions/")]
    assert [name for name in decisions if f"]({name})" not in documents()["index.md"]] == []
