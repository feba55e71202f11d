"""`tongguan explain` knows every rule, every state of a receipt and every code of the message exchange."""

from __future__ import annotations

import re

import pytest

from tongguan.cli.explain import entries, known, load_rules
from tongguan.kernel.rules import RULES
from tongguan.kernel.texts import known_keys
from tongguan.server.configuration import checkout

STATES = [
    "1",
    "2",
    "3",
    "4",
    "100",
    "120",
    "300",
    "399",
    "500",
    "501",
    "502",
    "503",
    "505",
    "599",
    "600",
    "700",
    "800",
    "899",
]
EXCHANGE = [
    "0001",
    "0002",
    "0999",
    "1001",
    "1002",
    "1003",
    "1004",
    "1999",
    "2001",
    "2002",
    "2999",
    "3001",
    "3002",
    "3003",
    "3999",
]


@pytest.mark.parametrize("code", [*STATES, *EXCHANGE])
def test_each_official_code_says_in_both_languages_what_it_means_and_what_to_do(code: str):
    [entry] = entries(code)
    assert entry["kind"] == ("state" if code in STATES else "dxp")
    for said in (entry["text"], entry["do"]):
        assert said["en"] and re.search(r"[\u4e00-\u9fff]", said["zh"])


def test_each_rule_says_in_both_languages_what_it_means_and_what_to_do():
    load_rules()
    ours = [code for code, rule in RULES.items() if rule.__module__.startswith("tongguan.")]
    assert len(ours) > 20
    for code in ours:
        for entry in entries(code):
            assert entry["text"]["en"] and entry["text"]["zh"], code
            assert entry["do"]["en"] and entry["do"]["zh"]
            assert entry["level"] in ("refuse", "warn")


def test_a_rule_is_shown_with_its_code_text_level_place_and_advice(tongguan):
    out = tongguan("explain", "-621018").out
    assert out.startswith("-621018 ANNUAL_LIMIT  business rule\n")
    assert "年度限额" in out and "yearly limit" in out
    assert "Effect: the document is sent back" in out
    assert re.search(r"Code: tongguan\.ecommerce\.rules\.\S+, line \d+", out)
    assert "What to do: " in out


def test_rules_that_share_a_code_are_all_shown(tongguan):
    load_rules()
    code = next(code for code in RULES if len(entries(code)) > 1)
    shown = tongguan("explain", code, "--json").json
    assert len(shown) == len(entries(code)) > 1
    assert len({row["used"] for row in shown}) == len(shown)


def test_a_state_in_chinese(tongguan):
    out = tongguan("explain", "120", "--lang", "zh").out
    assert out.splitlines()[:2] == ["120  回执状态（returnStatus）", "  海关入库：单证通过格式和逻辑校验并已入库。"]
    assert "处理办法：" in out


def test_without_a_code_everything_known_is_listed(tongguan):
    rows = tongguan("explain", "--json").json
    assert [row["code"] for row in rows] == known()
    assert {"state", "dxp", "rule", "refusal", "unreadable"} == {row["kind"] for row in rows}
    assert "-621018" in tongguan("explain").out


def test_every_code_that_the_program_can_answer_with_is_known():
    load_rules()
    source = "".join(path.read_text(encoding="utf-8") for path in (checkout() / "src/tongguan").rglob("*.py"))
    answered = set(re.findall(r'"(-\d{5,6})"', source))
    assert len(answered) > 30
    assert sorted(answered - set(known())) == []


def test_advice_for_a_single_code_belongs_to_a_code_that_exists():
    load_rules()
    advised = {key.split(".")[2] for key in known_keys() if key.startswith("explain.rule.")}
    assert sorted(advised - set(known())) == []
