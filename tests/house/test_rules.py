"""One rule, one class, one code, one test, two texts."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib import import_module

import pytest
from tests.house.source import BELOW_THE_EDGE, ROOT, modules

from tongguan.formats.ceb import CAUSES
from tongguan.kernel import rules, texts
from tongguan.kernel.rules import Refused, Rule

OFFICIAL = re.compile(r"^-\d{5,6}$")


@cache
def loaded() -> None:
    """Import every module that may hold a rule, so that each is registered."""
    for module in modules([*BELOW_THE_EDGE, "api", "desk"]):
        import_module("tongguan." + module.name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def all_rules() -> list[type[Rule]]:
    """Return every rule of the program, none of the tests'."""
    loaded()
    return [rule for _, rule in sorted(rules._NAMED.items()) if rule.__module__.startswith("tongguan.")]


def descendants(kind: type) -> set[type]:
    """Return the classes that are of this kind, however far removed."""
    below = set(kind.__subclasses__())
    return below.union(*(descendants(one) for one in below)) if below else below


@cache
def in_tests() -> tuple[str, frozenset[str]]:
    """Return the text of the tests, these here excepted, and every name their code uses."""
    files = [path for path in sorted((ROOT / "tests").rglob("*.py")) if "house" not in path.parts]
    written = [path.read_text(encoding="utf-8") for path in files]
    names = set()
    for text in written:
        for node in ast.walk(ast.parse(text)):
            names.add(getattr(node, "id", getattr(node, "attr", getattr(node, "name", None))))
    return "\n".join(written), frozenset(names)


def is_tested(code: str, alias: str, name: str, written: str, used: frozenset[str]) -> bool:
    """Say whether tests speak of a rule: by its class, by a test called after it, or on one line by code and alias."""
    if used & {name, f"test_{name}", f"test_{alias}"}:
        return True
    lines = [line for line in written.splitlines() if f'"{code}"' in line or f"'{code}'" in line]
    return any(not alias or alias in line for line in lines)


def test_there_are_rules():
    assert len(all_rules()) > 100


def test_every_rule_has_both_texts():
    loaded()
    assert rules.untranslated() == []


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: f"{rule.code}/{rule.alias}")
def test_both_texts_name_the_same_values(rule):
    named = rules.template_fields(rule)
    assert named["zh"] == named["en"]


def test_every_rule_has_a_test():
    written, used = in_tests()
    bare = [r for r in all_rules() if not is_tested(r.code, r.alias, r.__name__, written, used)]
    assert [f"{r.code}/{r.alias} ({r.__name__})" for r in bare] == []


def test_a_rule_without_a_test_is_found():
    written, used = '("-1", "CURRENCY", x)', frozenset({"Weights"})
    assert is_tested("-1", "CURRENCY", "A", written, used) and is_tested("-2", "", "Weights", written, used)
    assert not is_tested("-1", "PACK_NO", "A", written, used) and not is_tested("-3", "", "A", written, used)


def test_every_chinese_template_belongs_to_a_rule():
    """A text whose rule is gone would go on explaining what is judged no more."""
    known = {rule.code for rule in all_rules()} | {f"{rule.code}/{rule.alias}" for rule in all_rules()}
    assert sorted(set(texts._all()[1]) - known) == []


def official_codes() -> dict[str, str]:
    """Return the codes that the domains answer with and neither a rule nor a cause has, and where each stands."""
    loaded()
    found = {}
    for module in modules(BELOW_THE_EDGE):
        found |= {one.value: f"{module.name}:{one.lineno}" for one in module.strings() if OFFICIAL.match(one.value)}
    otherwise = {*rules.RULES, *(cause.status for cause in CAUSES.values())}
    return {code: where for code, where in found.items() if code not in otherwise}


def test_every_official_code_has_both_texts():
    assert len(official_codes()) > 10
    bare = [f"{code} ({where})" for code, where in official_codes().items()
            if not all(rules.template(code, lang) for lang in texts.LANGUAGES)]  # fmt: skip
    assert bare == []


def test_every_cause_of_an_unreadable_message_has_its_text():
    assert [cause.key for cause in CAUSES.values() if cause.key not in texts.known_keys()] == []


def test_every_official_code_is_tested():
    written, _ = in_tests()
    assert [f"{code} ({where})" for code, where in official_codes().items() if f'"{code}"' not in written] == []


def test_every_refusal_has_both_texts():
    loaded()
    kinds = [kind for kind in descendants(Refused) if kind.__module__.startswith("tongguan.")]
    assert len(kinds) > 5
    assert [
        kind.__name__ for kind in kinds if not all(rules.template(kind.code, lang) for lang in texts.LANGUAGES)
    ] == []
