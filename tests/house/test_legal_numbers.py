"""No legal number in Python: what a rule needs to know stands under ``law/``, with its day and its source.

Numbers of form are let be where their place shows what they are: an index, the exact length of a code, the size of a
column, a power of two or ten, a page. Any other number needs a line in ALLOWED that says why it is no law.
"""

from __future__ import annotations

import ast
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.house.numbers_allowed import ALLOWED, WHOLE_FILES
from tests.house.source import BELOW_THE_EDGE, Module, modules, without

PLAIN = {Fraction(n) for n in (0, 1, 2, 10, 100)}
# Sizes of columns, keys and caches, and pages: technique, wherever they stand.
TECHNICAL = {"max_length", "max_digits", "decimal_places", "digest_size", "maxsize", "batch_size", "limit", "places"}
EXACT = {"Decimal", "D", "Fraction"}


def value_of(node: ast.AST) -> Fraction | None:
    """Return the number a node writes, as ``7`` or as ``Decimal("0.7")``; None for anything else."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Fraction(str(node.value))
    if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in EXACT and node.args:
        written = node.args[0]
        if isinstance(written, ast.Constant) and isinstance(written.value, str):
            return Fraction(Decimal(written.value))
    return None


def is_of_form(node: ast.AST, text: str) -> bool:
    """Say whether the place of a number, or its hexadecimal writing, shows that it is no law."""
    if text.startswith(("0x", "0X")):
        return True
    inner, above = node, node.above
    while isinstance(above, ast.UnaryOp):
        inner, above = above, above.above
    if isinstance(above, ast.Slice) or (isinstance(above, ast.Subscript) and above.slice is inner):
        return True
    if isinstance(above, ast.keyword):
        return above.arg in TECHNICAL
    if isinstance(above, ast.Dict):
        key = above.keys[above.values.index(inner)] if inner in above.values else None
        return isinstance(key, ast.Constant) and key.value in TECHNICAL
    if isinstance(above, ast.arguments):
        return _parameter(above, inner) in TECHNICAL
    if isinstance(above, ast.Compare) and all(isinstance(one, ast.Eq | ast.NotEq) for one in above.ops):
        sides = [above.left, *above.comparators]
        return any(isinstance(s, ast.Call) and getattr(s.func, "id", "") == "len" for s in sides)
    return isinstance(above, ast.BinOp) and isinstance(above.op, ast.Pow) and value_of(above.left) in (2, 10)


def _parameter(arguments: ast.arguments, default: ast.AST) -> str:
    named = [*arguments.posonlyargs, *arguments.args]
    pairs = list(zip(named[len(named) - len(arguments.defaults) :], arguments.defaults, strict=True))
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return next((name.arg for name, given in pairs if given is default), "")


def numbers(module: Module) -> dict[tuple[str, str], str]:
    """Return every number that could be law: by module and value, with the line it stands on."""
    found = {}
    for node in ast.walk(module.tree):
        value = value_of(node)
        if value is None or value in PLAIN:
            continue
        written = ast.get_source_segment(module.text, node) or ""
        if not is_of_form(node, written):
            shown = str(int(value)) if value.denominator == 1 else str(float(value))
            found[module.name, shown] = f"{module.name}:{node.lineno} {written}"
    return found


def test_no_legal_number_in_python():
    found = {}
    for module in modules(BELOW_THE_EDGE):
        if not any(module.name.startswith(whole) for whole in WHOLE_FILES):
            found |= numbers(module)
    assert without(found, ALLOWED) == ([], [])


def test_every_allowance_says_why():
    assert [key for key, reason in {**ALLOWED, **WHOLE_FILES}.items() if len(reason.split()) < 3] == []


@pytest.mark.parametrize(
    "written",
    [
        "if doc.value > 5000: yield Break('item')",
        "SHARE = Decimal('0.7')",
        "tax = value * 0.7",
        "due = at + timedelta(days=14)",
        "if len(doc.items) > 99: yield Break('item')",
        "def late(filed, days=15): ...",
        "return {'rate': 13}",
        "if year >= 2019: ...",
        "limit = -26000",
    ],
)
def test_a_legal_number_is_found(written):
    assert numbers(Module("x.py", written))


@pytest.mark.parametrize(
    "written",
    [
        "name = models.CharField(max_length=60)",
        "_DIGITS = {'max_digits': 19}",
        "if len(code) == 18: ...",
        "year = text[:4]",
        "last = text[-6:]",
        "serial = number % 10**9",
        "def page(after=0, limit=50): ...",
        "_LOADER = 0x746172696666",
        "half = value / 2",
    ],
)
def test_a_number_of_form_is_let_be(written):
    assert not numbers(Module("x.py", written))
