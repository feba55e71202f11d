from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongguan.kernel.calendar import (
    NoRateDay,
    Uncountable,
    add_months,
    calendar,
    rate_day,
    read_calendar,
    within,
    within_months,
)
from tongguan.kernel.law import Malformed, law

CN, FX = calendar("cn"), calendar("cn-fx")
known_days = st.dates(date(2018, 1, 2), date(2026, 12, 31))


def test_the_fifth_working_day_of_april_2026_is_8_april():
    """A weekend-only calendar wrongly gives 7 April."""
    assert CN.nth_working_day(2026, 4, 5) == date(2026, 4, 8)


@pytest.mark.parametrize(
    ("month", "day"),
    [
        (date(2026, 4, 1), date(2026, 3, 18)),
        (date(2026, 3, 1), date(2026, 2, 24)),
        (date(2018, 3, 1), date(2018, 2, 28)),
        (date(2018, 4, 30), date(2018, 3, 21)),
        (date(2024, 12, 1), date(2024, 11, 20)),
        (date(2026, 1, 15), date(2025, 12, 17)),
    ],
)
def test_the_day_whose_exchange_rate_is_used(month, day):
    assert rate_day(month, law("revenue.exchange_rate_day", on=month.replace(day=1)).value) == day


def test_the_old_rule_refuses_when_the_fourth_wednesday_is_closed_too():
    # The third Wednesday of October 2024 stands in for a holiday: the rule is asked for the first one, which is closed.
    rule = {"weekday": 3, "which": 1, "calendar": "cn", "when_closed": "next_week"}
    assert rate_day(date(2024, 11, 1), rule) == date(2024, 10, 9)
    with pytest.raises(NoRateDay) as refusal:
        rate_day(date(2027, 3, 1), {**rule, "weekday": 7})
    assert refusal.value.text("en") == "The exchange-rate day for 2027-03 cannot be found under the rule in force."
    assert "2027-03" in refusal.value.text("zh")
    with pytest.raises(ValueError, match="when_closed"):
        rate_day(date(2024, 11, 1), {**rule, "when_closed": "never"})


@pytest.mark.parametrize(
    ("day", "working", "trading"),
    [
        (date(2026, 2, 13), True, True),
        (date(2026, 2, 14), True, False),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 18), False, False),
        (date(2026, 2, 23), False, False),
        (date(2026, 2, 24), True, True),
        (date(2026, 2, 28), True, False),
        (date(2020, 1, 31), False, False),  # the Spring Festival of 2020 was prolonged
        (date(2020, 2, 1), False, False),
        (date(2020, 2, 3), True, True),
        (date(2019, 5, 2), False, False),  # Labour Day 2019 was prolonged after the first notice
        (date(2019, 5, 5), True, False),
        (date(2026, 10, 10), True, False),
    ],
)
def test_working_and_trading_days(day, working, trading):
    assert (CN.is_working(day), FX.is_working(day)) == (working, trading)


@pytest.mark.parametrize(
    ("year", "weekdays", "holidays"),
    # In 2020 the Spring Festival was prolonged by a Friday and a Saturday that was to be worked.
    [(2018, 261, 11), (2019, 261, 11), (2020, 262, 11 + 2), (2021, 261, 11), (2022, 260, 11), (2023, 260, 11),
     (2024, 262, 11), (2025, 261, 13), (2026, 261, 13)],
)  # fmt: skip
def test_a_year_has_its_weekdays_less_the_public_holidays(year, weekdays, holidays):
    """Eleven days were free by law until 2024 and thirteen are since; all that is moved is given back."""
    new_year = date(year, 1, 1)
    assert CN.is_working(new_year) + CN.count(new_year, date(year, 12, 31)) == weekdays - holidays


def test_2027_is_marked_as_not_confirmed():
    assert CN.reference(2027)["standing"] == "unverified"
    assert CN.reference(2026)["standing"] == "read"
    assert not CN.is_working(date(2027, 6, 9)) and CN.festival(date(2027, 9, 15), "zh") == "中秋节"
    assert FX.reference(2026)["standing"] == "unverified"


def test_a_holiday_has_a_name():
    assert CN.festival(date(2026, 2, 18), "en") == "Spring Festival"
    assert CN.festival(date(2026, 2, 24), "zh") is None


@pytest.mark.parametrize("day", [date(2017, 12, 31), date(2028, 1, 1)])
def test_a_day_outside_the_data_is_refused_in_both_languages(day):
    with pytest.raises(Uncountable) as refusal:
        CN.is_working(day)
    assert str(day) in refusal.value.text("zh") and "中国内地工作日" in refusal.value.text("zh")
    assert str(refusal.value).startswith("The calendar “Working days in mainland China” does not cover")
    with pytest.raises(Uncountable):
        CN.reference(day.year)


def test_counting_past_the_data_is_refused():
    with pytest.raises(Uncountable):
        CN.next_working(date(2027, 12, 31))
    with pytest.raises(Uncountable):
        CN.add_working(date(2018, 1, 2), -1)
    with pytest.raises(Uncountable):
        within(1, of=date(2027, 12, 31), calendar="cn")


def test_a_moment_is_no_day():
    for use in (CN.is_working, CN.next_working, lambda d: within(3, of=d), lambda d: add_months(d, 1)):
        with pytest.raises(TypeError):
            use(datetime(2026, 1, 1))


@pytest.mark.parametrize(
    ("n", "of", "last"),
    [
        (14, date(2026, 3, 2), date(2026, 3, 16)),  # the day after counts as 1
        (3, date(2026, 4, 1), date(2026, 4, 7)),  # Qingming 4 to 6 April moves it to Tuesday
        (10, date(2026, 2, 5), date(2026, 2, 24)),  # 15 February is the Spring Festival
        (9, date(2026, 2, 5), date(2026, 2, 14)),  # a Saturday that is worked is no day of rest
        (0, date(2026, 3, 2), date(2026, 3, 2)),
    ],
)
def test_within_days(n, of, last):
    assert within(n, of=of, calendar="cn") == CN.within(n, of=of) == last


def test_within_without_a_calendar_does_not_move():
    assert within(3, of=date(2026, 4, 1)) == date(2026, 4, 4)
    with pytest.raises(ValueError):
        within(-1, of=date(2026, 4, 1))


@pytest.mark.parametrize(
    ("day", "n", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 5, 15), 0, date(2026, 5, 15)),
    ],
)
def test_months_clamp_to_the_end_of_the_month(day, n, later):
    assert add_months(day, n) == later


def test_within_months_moves_off_a_day_of_rest():
    assert within_months(1, of=date(2026, 9, 1)) == date(2026, 10, 1)
    assert within_months(1, of=date(2026, 9, 1), calendar="cn") == date(2026, 10, 8)


@given(known_days, st.integers(1, 30))
def test_adding_working_days_counts_them(day, n):
    later = CN.add_working(day, n)
    assert CN.is_working(later) and CN.count(day, later) == n
    assert CN.add_working(later, -n) <= CN.on_or_after(day)


@given(known_days)
def test_the_next_working_day_is_the_first_one_after(day):
    later = CN.next_working(day)
    assert later > day and CN.is_working(later)
    assert not any(CN.is_working(day + timedelta(n)) for n in range(1, (later - day).days))


def test_a_month_has_no_thirtieth_working_day():
    with pytest.raises(ValueError, match="fewer than 30"):
        CN.nth_working_day(2026, 4, 30)
    with pytest.raises(ValueError):
        CN.nth_working_day(2026, 4, 0)


def test_an_unknown_calendar():
    with pytest.raises(LookupError):
        calendar("mars")


YEAR = """
title: {en: Test, zh: 测试}
rest: [6, 7]
festivals: {元旦: New Year}
years:
  2020:
    reference: {title: t, href: "", standing: read}
    holidays: {元旦: [2020-01-01]}
    worked: [2020-01-04]
"""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("worked: [2020-01-04]", "worked: [2020-01-06]", "must be rest days"),
        ("[2020-01-01]", "[2021-01-01]", "no day of 2020"),
        ("festivals: {元旦: New Year}", "festivals: {}", "English name"),
        ("standing: read", "standing: x", "standing is one of"),
        ("  2020:", "  2018: {}\n  2020:", "without a gap"),
        ("title: {en: Test, zh: 测试}", "title: {en: Test}", "en and zh"),
    ],
)
def test_a_calendar_out_of_shape_is_an_error(tmp_path, old, new, complaint):
    path = tmp_path / "x.yaml"
    path.write_text(YEAR, encoding="utf-8")
    assert read_calendar("x", path).is_working(date(2020, 1, 4))
    assert old in YEAR
    path.write_text(YEAR.replace(old, new), encoding="utf-8")
    with pytest.raises(Malformed, match=complaint):
        read_calendar("x", path)


def test_a_calendar_may_differ_from_the_one_it_follows(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(
        "title: {en: Test, zh: 测试}\nfollows: cn\nworked_rest_days: open\n"
        'reference: {title: t, href: "", standing: design}\n'
        "closed:\n  2026-03-02: &count {name: {zh: 盘点, en: Stocktaking}}\n  2026-02-14: *count\n"
        "open:\n  2026-02-18: {}\n",
        encoding="utf-8",
    )
    found = read_calendar("x", path)
    assert not found.is_working(date(2026, 3, 2)) and found.festival(date(2026, 3, 2), "en") == "Stocktaking"
    assert not found.is_working(date(2026, 2, 14)) and found.is_working(date(2026, 2, 28))
    assert found.is_working(date(2026, 2, 18))
