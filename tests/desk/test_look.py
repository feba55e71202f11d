"""The look of the desk: contrast of every pair of colours, and one style sheet that stays small."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

import tongguan.desk

STATIC = Path(tongguan.desk.__file__).parent / "static" / "desk"
CSS = (STATIC / "desk.css").read_text(encoding="utf-8")
LIGHT, DARK, CHOSEN = (
    dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", re.search(rf":root{who} \{{(.*?)\n *\}}", CSS, re.S)[1]))
    for who in ("", r":not\(\[data-theme=light\]\)", r"\[data-theme=dark\]")
)
READ = [
    *product(("ink", "soft", "link"), ("paper", "sheet", "sunk")),
    ("on-accent", "accent"), ("on-accent", "accent-over"), ("on-accent", "seal"),
    ("draft", "draft-bg"), ("waiting", "waiting-bg"), ("needs", "needs-bg"), ("done", "done-bg"),
    *product(("ink",), ("needs-bg", "waiting-bg", "done-bg")), *product(("needs", "waiting", "done"), ("sheet",)),
    *product(("soft",), ("needs-bg", "waiting-bg")), ("link", "needs-bg"),
]  # fmt: skip
SEEN = [
    *product(("one", "two", "three", "four"), ("sheet",)), ("rule-strong", "sheet"), ("focus", "sheet"), ("focus", "paper"),
]  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, LIGHT | DARK], ids=["light", "dark"])
def test_what_is_read_can_be_read(tokens):
    assert {
        pair: contrast(tokens[pair[0]], tokens[pair[1]])
        for pair in READ
        if contrast(tokens[pair[0]], tokens[pair[1]]) < 4.5
    } == {}
    assert [pair for pair in SEEN if contrast(tokens[pair[0]], tokens[pair[1]]) < 3] == []


def test_dark_is_the_same_by_the_system_and_by_choice():
    assert DARK == CHOSEN and set(DARK) <= set(LIGHT) and len(DARK) > 20


def test_the_style_sheet_is_one_and_small():
    assert len(CSS.splitlines()) <= 400 and "@import" not in CSS and "url(" not in CSS
    assert CSS.count("{") == CSS.count("}")


def test_scripts_need_no_eval_and_nothing_from_elsewhere():
    for path in STATIC.glob("*.js"):
        script = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function|https?://", script) and len(script.splitlines()) <= 120
