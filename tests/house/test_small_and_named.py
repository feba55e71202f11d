"""Small and named: files and functions of a size one can read, names that say what a thing is, docstrings that explain."""

from __future__ import annotations

import ast
import re

import pytest
from tests.house.source import BELOW_THE_EDGE, DOMAINS, PACKAGE, ROOT, Module, modules, without

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40
READ_BY_PEOPLE = {".py", ".html", ".css", ".js"}
VAGUE_MODULES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "tools"}
VAGUE_FUNCTION = re.compile(r"_*(?:process|handle|do)(?:_|[A-Z]|$)")
VAGUE_CLASS = re.compile(r"(?:Info|Data|Helper|Manager|Utils?|Handler|Processor)$")
CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")

LONG_FILES: dict[tuple[str], str] = {}
LONG_FUNCTIONS = {
    ("ecommerce/samples.py", "parcel"): "the four documents of an invented parcel, field by field",
}
NAMES_OF_OTHERS = {
    ("server/middleware.py", "process_view"): "Django calls a middleware by this name",
    ("exchange/webhooks/receiver.py", "do_POST"): "http.server calls a method by this name",
}
# What a class of ours is for is said where its kind is defined.
SELF_EXPLAINING = {"AppConfig", "Meta"}
INHERITED = {"broken_by"}


def size_of(path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def long_functions(module: Module) -> dict[tuple[str, str], str]:
    """Return the functions that are longer than one reads at a glance."""
    found = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if lines > MOST_LINES_OF_A_FUNCTION:
                found[module.name, node.name] = f"{module.name}:{node.lineno} {node.name} has {lines} lines"
    return found


def vague_names(module: Module) -> dict[tuple[str, str], str]:
    """Return the names of modules, functions and classes that say nothing."""
    found = {}
    for part in module.name.removesuffix(".py").split("/"):
        if part in VAGUE_MODULES:
            found[module.name, part] = f"{module.name} is called {part}"
    for node in ast.walk(module.tree):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and VAGUE_FUNCTION.match(node.name)
        if is_function or (isinstance(node, ast.ClassDef) and VAGUE_CLASS.search(node.name)):
            found[module.name, node.name] = f"{module.name}:{node.lineno} {node.name}"
    return found


def undocumented(module: Module) -> list[str]:
    """Return the public classes, functions and methods that have no docstring; a rule may have its pattern's."""
    found = [] if ast.get_docstring(module.tree) or not module.text.strip() else [f"{module.name} itself"]
    for node in module.tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        bases = {ast.unparse(base).split(".")[-1] for base in getattr(node, "bases", ())}
        if not ast.get_docstring(node) and not bases & SELF_EXPLAINING and not _inherits_its_words(module, node):
            found.append(f"{module.name}:{node.lineno} {node.name}")
        for inner in getattr(node, "body", ()) if isinstance(node, ast.ClassDef) else ():
            is_public = isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_")
            if is_public and inner.name not in INHERITED and not ast.get_docstring(inner):
                found.append(f"{module.name}:{inner.lineno} {node.name}.{inner.name}")
    return found


def _inherits_its_words(module: Module, node: ast.AST) -> bool:
    """Say whether a class is a rule made from a pattern: the message is the pattern's, tested with the rules."""
    return "/rules" in module.name and isinstance(node, ast.ClassDef) and len(node.bases) > 0


def test_files_are_small():
    found = {}
    for folder in (PACKAGE, ROOT / "tests", ROOT / "docs", ROOT / "bench", ROOT / "examples"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in READ_BY_PEOPLE and "migrations" not in path.parts:
                name = path.relative_to(ROOT).as_posix()
                if (lines := size_of(path)) > MOST_LINES_OF_A_FILE:
                    found[(name,)] = f"{name} has {lines} lines"
    assert without(found, LONG_FILES) == ([], [])


def test_functions_are_small():
    found = {}
    for module in modules():
        found |= long_functions(module)
    assert without(found, LONG_FUNCTIONS) == ([], [])


def test_names_say_what_a_thing_is():
    found = {}
    for module in modules():
        found |= vague_names(module)
    assert without(found, NAMES_OF_OTHERS) == ([], [])


def test_public_names_are_explained():
    assert [line for module in modules(BELOW_THE_EDGE) for line in undocumented(module)] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_says_what_it_is_in_the_words_of_the_law(domain):
    said = ast.get_docstring(Module(domain, (PACKAGE / domain / "__init__.py").read_text(encoding="utf-8")).tree)
    assert CHINESE.search(said.splitlines()[0])
    assert said.count("\n") >= 2


def test_what_is_too_long_or_vague_is_found():
    long = "def f():\n" + "    x = 1\n" * MOST_LINES_OF_A_FUNCTION
    assert long_functions(Module("x.py", long)) and not long_functions(Module("x.py", "def f():\n    x = 1\n"))
    assert vague_names(Module("holds/utils.py", "")) and vague_names(Module("x.py", "def handle_message(): ..."))
    assert vague_names(Module("x.py", "class OrderData: ..."))
    assert not vague_names(Module("x.py", "def document(): ...\nclass Database: ..."))


def test_what_is_not_explained_is_found():
    assert undocumented(Module("x.py", "x = 1"))
    assert undocumented(Module("x.py", "'''Words.'''\ndef f(): ..."))
    assert undocumented(Module("x.py", "'''Words.'''\nclass C:\n    '''Words.'''\n    def m(self): ..."))
    assert not undocumented(Module("x.py", "'''Words.'''\ndef _f(): ...\nclass C:\n    '''Words.'''\n"))
