"""Every text a page or a program asks for is there, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from tests.house.source import PACKAGE, Module, modules

from tongguan.api.problems import STATUSES
from tongguan.ecommerce import states as ecommerce
from tongguan.holds.states import life
from tongguan.inspections import states as inspections
from tongguan.kernel import texts
from tongguan.kernel.packaged import ROOT as LAW
from tongguan.kernel.states import Machine

# Who asks for a text, and what is put before the key it is asked by.
CALLS = {
    "text": "", "both": "", "worded": "ecommerce.receipt.", "said": "", "Failed": "cli.failed.",
    "t": "cli.", "say": "cli.", "note": "cli.",
}  # fmt: skip
OPTION_HELP = "cli."
TAG = re.compile(r"\{%\s*(?:t|count)\s+(\"[^\"]*\"|'[^']*')(\|add:)?")


def pattern_of(node: ast.AST, prefix: str) -> re.Pattern | None:
    """Return what a key can be, from a text or an f-string; None when that is not known before running."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value in texts.LANGUAGES:
            return None  # the method text(lang) of a refusal
        return re.compile(re.escape(prefix + node.value))
    if isinstance(node, ast.JoinedStr):
        pieces = [re.escape(p.value) if isinstance(p, ast.Constant) else ".+" for p in node.values]
        return re.compile(re.escape(prefix) + "".join(pieces)) if set(pieces) != {".+"} else None
    return None


def asked_in_code(module: Module) -> Iterator[tuple[str, re.Pattern]]:
    """Yield where a module asks for texts, and by which keys."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        in_cli = module.name.startswith("cli/")
        prefix = CALLS.get(called)
        if prefix is not None and node.args and (prefix != "cli." or in_cli):
            for one in _branches(node.args[0]):
                if wanted := pattern_of(one, prefix):
                    yield f"{module.name}:{node.lineno}", wanted
        if in_cli and called in {"Option", "Argument"}:
            for word in node.keywords:
                if word.arg == "help" and isinstance(word.value, ast.Constant):
                    yield f"{module.name}:{node.lineno}", re.compile(re.escape(OPTION_HELP + word.value.value))


def _branches(node: ast.AST) -> list[ast.AST]:
    """Return both sides of a choice: ``"a" if x else "b"``."""
    return [*_branches(node.body), *_branches(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def asked_in_page(name: str, text: str) -> Iterator[tuple[str, re.Pattern]]:
    """Yield where a template asks for texts, and by which keys; ``|add:`` completes one while it runs."""
    for number, line in enumerate(text.splitlines(), 1):
        for written, completed in TAG.findall(line):
            yield f"{name}:{number}", re.compile(re.escape(written[1:-1]) + (".+" if completed else ""))


@cache
def pages() -> list[tuple[str, str]]:
    """Return the templates, by name."""
    return [(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8"))
            for path in sorted(PACKAGE.rglob("*.html"))]  # fmt: skip


def asked() -> list[tuple[str, re.Pattern]]:
    """Return every place of the program that asks for a text."""
    found = [row for module in modules() for row in asked_in_code(module)]
    return found + [row for name, text in pages() for row in asked_in_page(name, text)]


def missing(rows: list[tuple[str, re.Pattern]], known: set[str]) -> list[str]:
    """Return the places that ask for what is not there."""
    return [f"{where} {wanted.pattern}" for where, wanted in rows if not any(map(wanted.fullmatch, known))]


@cache
def known() -> set[str]:
    """Return every key, those of rules without a class included."""
    return set(texts.known_keys())


def test_every_text_that_is_asked_for_is_there():
    rows = asked()
    assert len(rows) > 300
    assert missing(rows, known()) == []


def test_every_file_of_texts_is_in_both_languages():
    both, rules = texts.read_folder(LAW / "texts")  # raises for a text that lacks a language
    assert len(both) > 300 and len(rules) > 90


def test_both_languages_name_the_same_values():
    both, _ = texts.read_folder(LAW / "texts")
    assert [key for key, row in both.items() if texts.fields(row["zh"]) != texts.fields(row["en"])] == []


@pytest.mark.parametrize("code", STATUSES)
def test_every_problem_has_its_texts(code):
    assert {f"api.problem.{code}.title", f"api.problem.{code}.detail"} <= known()


def machines() -> list[Machine]:
    """Return the lives of records, a hold's with an officer as its owner."""
    found = [one for module in (ecommerce, inspections) for one in vars(module).values() if isinstance(one, Machine)]
    return [*found, life("officer")]


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_every_state_and_verb_has_its_name(machine):
    wanted = {f"{machine.name}.machine"}
    wanted |= {f"{machine.name}.state.{state}" for state in machine.states}
    wanted |= {f"{machine.name}.verb.{move.verb}" for move in machine.moves}
    wanted |= {f"role.{role}" for move in machine.moves for role in move.by}
    assert wanted - known() == set()


def test_a_text_that_is_not_there_is_found():
    rows = [
        *asked_in_code(Module("x.py", "text('no.such', lang); text(f'none.{x}', lang); text('a' if b else 'c', l)"))
    ]
    assert len(missing(rows, {"a", "yes.such"})) == 3
    assert missing([*asked_in_page("x.html", '<h1>{% t "desk.none" %}</h1>')], {"desk.nothing"})
    assert not missing([*asked_in_page("x.html", '{% t "desk.state."|add:row.state %}')], {"desk.state.held"})
