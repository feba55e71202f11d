from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from tongguan.kernel import texts
from tongguan.kernel.law import Malformed
from tongguan.kernel.texts import filled, presented, read_folder, text


def test_a_text_that_lacks_a_language_is_an_error_that_lists_the_keys(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "one: {en: One}\ntwo: {en: Two, zh: 二}\nthree: {en: ' ', zh: 三}\n", encoding="utf-8"
    )
    with pytest.raises(Malformed, match=r"one \(zh\), three \(en\)"):
        read_folder(tmp_path)


def test_a_text_that_a_comma_cuts_off_is_an_error(tmp_path):
    (tmp_path / "a.yaml").write_text(
        'good: {zh: 一，二, en: "one, two"}\nbad: {zh: 一，二, en: one, two}\n', encoding="utf-8"
    )
    with pytest.raises(Malformed, match=r"needs quotes: bad$"):
        read_folder(tmp_path)


def test_a_key_in_two_files_is_an_error(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("one: {en: One, zh: 一}\n", encoding="utf-8")
    with pytest.raises(Malformed, match="another file too: one"):
        read_folder(tmp_path)


def test_rule_templates_are_chinese_only_and_keyed_by_text(tmp_path):
    (tmp_path / "rules.x.yaml").write_text('"-621018": 超过{limit}元\n', encoding="utf-8")
    assert read_folder(tmp_path) == ({}, {"-621018": "超过{limit}元"})
    (tmp_path / "rules.x.yaml").write_text("-621018: 超过\n", encoding="utf-8")
    with pytest.raises(Malformed, match="in quotes"):
        read_folder(tmp_path)
    (tmp_path / "rules.x.yaml").write_text('"-621018": ""\n', encoding="utf-8")
    with pytest.raises(Malformed, match="Chinese text is missing: -621018"):
        read_folder(tmp_path)


def test_an_unknown_key_or_language_is_an_error():
    with pytest.raises(KeyError, match="no.such.text"):
        text("no.such.text", "en")
    with pytest.raises(KeyError):
        text("states.nothing", "fr")
    assert text("states.nothing", "zh-hans") == text("states.nothing", "zh") == "无"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("26000.00"), "26000.00"),
        (Decimal("1E+4"), "10000"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 9, 5), "2026-03-01 09:05"),
        (["b", "a"], "b, a"),
        ({"b", "a"}, "a, b"),
        ({"zh": "个", "en": "piece"}, "piece"),
        (None, "–"),
        (7, "7"),
    ],
)
def test_values_as_a_person_reads_them(value, shown):
    assert presented(value, "en") == shown


def test_a_missing_value_shows_as_an_ellipsis_and_never_raises():
    assert filled("{used} of {limit}", {"used": 3}, "en") == "3 of …"
    assert filled("{used:,.2f} of {limit}", {"used": "3"}, "en") == "3 of …"
    assert filled("{0} {x.y} {z[1]}", {"x": 1}, "en") == "… 1 …"


def test_english_and_chinese_name_the_same_values():
    for key in texts.known_keys():
        named = {lang: texts.fields(texts.template(key, lang)) for lang in texts.LANGUAGES}
        assert named["zh"] == named["en"], key
