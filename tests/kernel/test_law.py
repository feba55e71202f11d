from __future__ import annotations

import pickle
from datetime import date, datetime
from decimal import Decimal

import pytest

from tongguan.kernel.law import ROOT, STANDINGS, Law, Malformed, NotConfigured, law

FILE = """
title: {{en: A limit, zh: 限额}}
unit: yuan
kind: {kind}
values:
  2019-01-01:
    value: {first}
    reference: {{title: First notice, href: "", standing: read}}
  2024-12-01:
    value: {second}
    reference: {{title: Second notice, href: "", standing: official}}
"""


@pytest.fixture
def write(tmp_path):
    def write(kind="decimal", first='"1000"', second='"2000"', text=None, name="mail/limit"):
        path = tmp_path / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or FILE.format(kind=kind, first=first, second=second), encoding="utf-8")
        return Law(tmp_path)

    return write


def test_a_case_is_judged_by_the_law_of_its_own_day(write):
    ours = write()
    assert ours("mail.limit", on=date(2024, 11, 30)).value == Decimal("1000")
    assert ours("mail.limit", on=date(2024, 12, 1)).value == Decimal("2000")
    provision = ours("mail.limit", on=date(2025, 1, 1))
    assert (provision.since, provision.unit, provision.title["zh"]) == (date(2024, 12, 1), "yuan", "限额")
    assert provision.reference == {"title": "Second notice", "href": "", "standing": "official"}


def test_a_day_before_the_first_value_is_refused_in_both_languages(write):
    with pytest.raises(NotConfigured) as refusal:
        write()("mail.limit", on=date(2018, 12, 31))
    assert refusal.value.code == "RULE_NOT_CONFIGURED"
    assert "mail.limit" in refusal.value.text("zh") and "2018-12-31" in refusal.value.text("zh")
    assert refusal.value.text("en") == "The law gives no value of mail.limit for 2018-12-31, so this cannot be decided."
    assert pickle.loads(pickle.dumps(refusal.value)).on == date(2018, 12, 31)


def test_a_value_that_ceased_to_exist_is_refused_from_that_day(write):
    ours = write(second="null")
    assert ours("mail.limit", on=date(2024, 11, 30)).value == 1000
    with pytest.raises(NotConfigured):
        ours("mail.limit", on=date(2024, 12, 1))


def test_a_name_without_a_file_is_refused():
    with pytest.raises(NotConfigured):
        law("nothing.of_this_name", on=date(2026, 1, 1))
    with pytest.raises(LookupError):
        law.history("nothing.of_this_name")


def test_a_moment_is_no_day():
    with pytest.raises(TypeError, match="time zone"):
        law("revenue.exchange_rate_day", on=datetime(2026, 1, 1))
    with pytest.raises(TypeError):
        law.on("2026-01-01")


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("decimal", '"0.05"', Decimal("0.05")),
        ("integer", "14", 14),
        ("text", "third_wednesday", "third_wednesday"),
        ("flag", "true", True),
        ("list", "[A, B]", ("A", "B")),
        ("mapping", "{a: 1, b: [x]}", {"a": 1, "b": ("x",)}),
    ],
)
def test_each_kind_of_value(write, kind, written, value):
    found = write(kind, first=written, second=written)("mail.limit", on=date(2020, 1, 1)).value
    assert found == value and type(found) is type(value)


def test_a_mapping_of_decimals(write):
    ours = write("mapping\nof: decimal", first='{a: "0.1", b: {c: "0.2"}}', second='{a: "1"}')
    assert ours("mail.limit", on=date(2020, 1, 1)).value == {"a": Decimal("0.1"), "b": {"c": Decimal("0.2")}}


@pytest.mark.parametrize(
    ("kind", "written", "complaint"),
    [
        ("decimal", "0.05", "written in quotes"),
        ("decimal", "1000", "written in quotes"),
        ("decimal", '"much"', "not a decimal"),
        ("decimal", '"NaN"', "not a finite decimal"),
        ("integer", '"14"', "whole number"),
        ("integer", "true", "whole number"),
        ("flag", "1", "true or false"),
        ("list", "[0.05]", "binary fraction"),
        ("mapping", "[a]", "a mapping is expected"),
        ("number", "1", "kind is decimal"),
    ],
)
def test_a_value_not_of_its_kind_is_an_error_that_names_the_file(write, kind, written, complaint):
    with pytest.raises(Malformed, match=complaint) as error:
        write(kind, first=written)("mail.limit", on=date(2020, 1, 1))
    assert "limit.yaml" in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("standing: read", "standing: certain", "standing is one of official, read, unverified, design"),
        ("standing: read", "standing: read, link: x", "nothing more"),
        ('href: "", standing: read', "standing: read", "needs a href"),
        ("title: First notice, ", "", "needs a title"),
        ("title: {en: A limit, zh: 限额}", "title: {en: A limit}", "en and zh"),
        ("2019-01-01:", '"2019-01-01":', "written as 2019-01-01"),
        ("2024-12-01:", "2019-01-01:", "written twice"),
        ("unit: yuan", "units: yuan", "has no units"),
    ],
)
def test_a_file_out_of_shape_is_an_error_that_names_it(write, old, new, complaint):
    text = FILE.format(kind="decimal", first='"1"', second='"2"')
    assert old in text
    with pytest.raises(Malformed, match=complaint) as error:
        write(text=text.replace(old, new))("mail.limit", on=date(2020, 1, 1))
    assert "limit.yaml" in str(error.value)


def test_an_overlay_replaces_whole_files_and_only_those(write, tmp_path):
    ours = write()
    write(name="mail/other")
    overlay = tmp_path / "overlay"
    (overlay / "mail").mkdir(parents=True)
    (overlay / "mail" / "limit.yaml").write_text(
        FILE.format(kind="decimal", first='"5"', second='"6"').replace("2019-01-01", "2023-01-01"), encoding="utf-8"
    )
    changed = ours.with_overlay(overlay)
    assert changed("mail.limit", on=date(2023, 6, 1)).value == 5
    with pytest.raises(NotConfigured):
        changed("mail.limit", on=date(2020, 1, 1))
    assert changed("mail.other", on=date(2020, 1, 1)).value == 1000
    assert ours("mail.limit", on=date(2023, 6, 1)).value == 1000


def test_the_law_of_a_day_answers_like_the_law(write):
    ours = write()
    day = ours.on(date(2024, 12, 1))
    assert day.day == date(2024, 12, 1)
    assert day("mail.limit") == day("mail.limit") == Decimal("2000")
    assert day.provision("mail.limit") == ours("mail.limit", on=day.day)
    with pytest.raises(NotConfigured):
        ours.on(date(2000, 1, 1))("mail.limit")


def test_expected_changes_are_shown_and_never_applied(write):
    text = FILE.format(kind="decimal", first='"1"', second='"2"') + (
        'expected:\n  2027-01-01:\n    value: "3"\n    reference: {title: Draft, href: "", standing: unverified}\n'
    )
    ours = write(text=text)
    assert ours("mail.limit", on=date(2028, 1, 1)).value == 2
    assert [(p.since, p.value) for p in ours.expected("mail.limit")] == [(date(2027, 1, 1), Decimal(3))]
    assert [p.value for p in ours.history("mail.limit")] == [1, 2]


def test_names_are_paths_and_leave_out_what_is_no_value(write, tmp_path):
    ours = write()
    for folder in ("texts", "codes", "calendars", "tariff", "measures"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.yaml").write_text("{}", encoding="utf-8")
    assert ours.names() == ["mail.limit"]


@pytest.mark.parametrize("name", law.names())
def test_every_value_file_of_the_house_loads(name):
    for provision in [*law.history(name), *law.expected(name)]:
        assert provision.reference["standing"] in STANDINGS
        assert provision.unit, f"{name} has no unit"


def test_the_law_stands_in_the_checkout():
    assert (ROOT / "texts" / "kernel.yaml").is_file()
