from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from tongguan.kernel import rules, texts
from tongguan.kernel.rules import RULES, Break, Finding, Refused, Rule, check, insist, template_fields


class TestOverLimit(Rule):
    """The amount {used} is more than the limit of {limit} yuan.

    Only this first paragraph
    is the message.
    """

    __test__ = False
    code = "-999018"
    alias = "TEST_LIMIT"

    def broken_by(self, doc, ctx):
        for place, amount in enumerate(doc, 1):
            if amount > ctx:
                yield Break(f"item/{place}/price", used=amount, limit=ctx)


class Odd(Rule):
    """The amount {used} is odd in
    both senses."""

    level = "warn"

    def broken_by(self, doc, ctx):
        return [Break("price", used=n) for n in doc if n % 2]


class Silent(Rule):
    """This never happens."""

    def broken_by(self, doc, ctx):
        return None


def test_a_finding_for_each_place():
    found = check([TestOverLimit(), Silent()], [Decimal(5), Decimal(50), Decimal(60)], Decimal(10))
    assert [(f.code, f.pointer, f.alias, f.level) for f in found] == [
        ("-999018", "item/2/price", "TEST_LIMIT", "refuse"),
        ("-999018", "item/3/price", "TEST_LIMIT", "refuse"),
    ]
    assert found[0].text("en") == "The amount 50 is more than the limit of 10 yuan."


def test_a_rule_without_a_code_is_called_as_its_class():
    assert Odd.code == "Odd" and RULES["Odd"] is Odd
    assert check([Odd()], [3])[0].text("en-GB") == "The amount 3 is odd in both senses."


def test_warnings_are_returned_and_refusals_raised_with_every_finding():
    assert [f.code for f in insist([Odd(), TestOverLimit()], [3], 10)] == ["Odd"]
    with pytest.raises(Refused) as refused:
        insist([Odd(), TestOverLimit()], [13], 10)
    assert [f.code for f in refused.value.findings] == ["Odd", "-999018"]
    assert str(refused.value) == (
        "Odd: The amount 13 is odd in both senses.; -999018: The amount 13 is more than the limit of 10 yuan."
    )


def test_the_chinese_text_stands_under_the_code_or_under_code_and_alias(monkeypatch):
    [finding] = check([TestOverLimit()], [11], 10)
    kept = {"-999018": "金额{used}超限"}
    monkeypatch.setattr(texts, "rule_template", kept.get)
    assert finding.text("zh") == "金额11超限"
    kept["-999018/TEST_LIMIT"] = "金额{used}超过限值{limit}元"
    assert finding.text("zh") == "金额11超过限值10元"


def test_a_code_without_a_text_shows_itself():
    assert Finding("NO_SUCH_CODE").text("zh") == "NO_SUCH_CODE"
    assert Finding("states.nothing").text("zh") == "无"


def test_findings_survive_json():
    finding = Finding(
        "-999018", "a", "refuse", {"used": Decimal("1.50"), "day": date(2026, 1, 2), "in": ("x",)}, "TEST_LIMIT"
    )
    kept = json.loads(json.dumps(finding.as_dict()))
    assert kept == {
        "code": "-999018",
        "alias": "TEST_LIMIT",
        "pointer": "a",
        "level": "refuse",
        "values": {"used": "1.50", "day": "2026-01-02", "in": ["x"]},
    }
    again = Finding.from_dict(kept)
    assert again.text("en") == finding.text("en") == "The amount 1.50 is more than the limit of … yuan."
    assert again.as_dict() == kept
    assert len({finding, finding}) == 1


def test_a_code_belongs_to_one_rule():
    with pytest.raises(TypeError, match="-999018 belongs to TestOverLimit already"):

        class Another(Rule):
            """Another."""

            code = "-999018"


def test_a_family_shares_its_code_and_tells_its_rules_apart_by_alias():
    class First(Rule):
        """First {a}."""

        code, family, alias = "-999500", "test family", "ONE"

    class Second(Rule):
        """Second {a}."""

        code, family, alias = "-999500", "test family", "TWO"

    assert RULES["-999500"] is First
    assert Finding("-999500", values={"a": 1}, alias="TWO").text("en") == "Second 1."
    assert Finding("-999500", values={"a": 1}, alias="ONE").text("en") == "First 1."
    with pytest.raises(TypeError, match="belongs to"):

        class Third(Rule):
            """Third."""

            code, family, alias = "-999500", "test family", "TWO"


def test_an_abstract_rule_is_a_pattern_and_lends_its_docstring():
    class Pattern(Rule, abstract=True):
        """The field {name} is missing."""

    class NameMissing(Pattern):
        code = "-999600"

    assert "Pattern" not in RULES
    assert Finding("-999600", values={"name": "x"}).text("en") == "The field x is missing."


def test_a_level_is_refuse_or_warn():
    with pytest.raises(TypeError, match="level"):

        class Wrong(Rule):
            """Wrong."""

            level = "error"


def test_template_fields_names_what_each_language_asks_for(monkeypatch):
    monkeypatch.setattr(texts, "rule_template", {"-999018": "金额{used}超限"}.get)
    assert template_fields(TestOverLimit) == {"en": {"used", "limit"}, "zh": {"used"}}


def test_untranslated_lists_rules_of_the_house_that_lack_a_text(monkeypatch):
    class Speechless(Rule):
        """Speechless."""

        __module__ = "tongguan.somewhere"
        code = "-999700"

    assert "-999700" in rules.untranslated()
    known = texts.rule_template
    monkeypatch.setattr(texts, "rule_template", lambda code: known(code) or "无言")
    assert "-999700" not in rules.untranslated()
    del RULES["-999700"], rules._NAMED["-999700", ""]


def test_a_module_loaded_again_brings_its_rules_back():
    def made():
        return type("Again", (Rule,), {"__doc__": "Again.", "__module__": __name__, "__qualname__": "Again"})

    made()
    assert made() is RULES["Again"]
