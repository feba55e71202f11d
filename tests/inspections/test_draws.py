"""Keys made ahead, draws that anybody can repeat."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tongguan.inspections import tasks
from tongguan.inspections.draws import DayNotOver, NoKey, ensure_keys, reveal, reveal_past, selected
from tongguan.inspections.models import DrawKey
from tongguan.inspections.queries import draw_days, published
from tongguan.inspections.verification import Verdict, value, verify
from tongguan.journal.models import Event
from tongguan.kernel.draw import commitment, stream_selected
from tongguan.kernel.seals import Unsealable
from tongguan.kernel.states import Actor

SYSTEM = Actor("tongguan", "system")
DAY, NEXT = date(2026, 11, 21), date(2026, 11, 22)
AT = datetime(2026, 11, 21, 1, tzinfo=UTC)
NEXT_AT = datetime(2026, 11, 21, 16, tzinfo=UTC)  # midnight in Shanghai
NAMES = [f"parcel/{n}" for n in range(2000)]
SHARE = Decimal("0.05")


def keys(on: date = DAY, at: datetime = AT) -> list[date]:
    return ensure_keys(on, by=SYSTEM, at=at)


@pytest.mark.django_db
def test_keys_are_made_once_for_today_and_tomorrow_and_committed_to():
    assert keys() == [DAY, NEXT]
    assert keys() == []
    assert keys(NEXT, NEXT_AT) == [date(2026, 11, 23)]
    committed = Event.objects.filter(what="draw.committed").order_by("id")
    assert [e.subject for e in committed] == ["draw/2026-11-21", "draw/2026-11-22", "draw/2026-11-23"]
    rows = list(DrawKey.objects.order_by("day"))
    assert [e.details["commitment"] for e in committed] == [row.commitment for row in rows]
    assert len({row.commitment for row in rows}) == 3


@pytest.mark.django_db
def test_a_draw_takes_about_the_share_and_is_the_same_in_any_order():
    keys()
    drawn = selected(NAMES, day=DAY, share=SHARE)
    assert selected(reversed(NAMES), day=DAY, share=SHARE) == drawn
    assert selected(NAMES[:500], day=DAY, share=SHARE) == drawn & set(NAMES[:500])
    assert 50 < len(drawn) < 170  # of 2,000 at 5 %: 100, six standard deviations of 9.7 either way
    assert selected(NAMES, day=NEXT, share=SHARE) != drawn
    assert selected(NAMES, day=DAY, share=Decimal(0)) == set()
    assert selected(NAMES, day=DAY, share=Decimal(1)) == set(NAMES)


@pytest.mark.django_db
def test_a_day_without_a_key_draws_nothing_and_says_so():
    keys()
    with pytest.raises(NoKey) as nothing:
        selected(NAMES, day=date(2026, 11, 23), share=SHARE)
    assert nothing.value.text("en").startswith("NO_DRAW_KEY: There is no key to draw with on 2026-11-23")
    assert "2026-11-23无可用的抽取密钥" in nothing.value.text("zh")


@pytest.mark.django_db
def test_a_key_that_is_public_draws_nothing_more():
    keys()
    reveal(DAY, by=SYSTEM, at=NEXT_AT)
    with pytest.raises(NoKey):
        selected(NAMES, day=DAY, share=SHARE)


@pytest.mark.django_db
def test_a_key_is_revealed_when_its_day_is_over_in_shanghai():
    keys()
    with pytest.raises(DayNotOver):
        reveal(DAY, by=SYSTEM, at=datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC))
    with pytest.raises(NoKey):
        reveal(date(2026, 11, 20), by=SYSTEM, at=AT)
    key = reveal(DAY, by=SYSTEM, at=NEXT_AT)
    assert reveal(DAY, by=SYSTEM, at=NEXT_AT) == key
    event = Event.objects.get(what="draw.revealed")
    assert (event.subject, event.details) == ("draw/2026-11-21", {"key": key.hex()})
    assert commitment(key) == DrawKey.objects.get(day=DAY).commitment


@pytest.mark.django_db
def test_every_day_that_is_over_is_revealed_also_after_a_standstill():
    keys()
    later = datetime(2026, 11, 25, 1, tzinfo=UTC)
    keys(date(2026, 11, 25), later)
    assert reveal_past(date(2026, 11, 25), by=SYSTEM, at=later) == [DAY, NEXT]
    assert reveal_past(date(2026, 11, 25), by=SYSTEM, at=later) == []


@pytest.mark.django_db
def test_a_key_opens_under_the_master_key_only(settings):
    keys()
    settings.MASTER_KEY = bytes(32)
    with pytest.raises(Unsealable):
        selected(NAMES, day=DAY, share=SHARE)


@pytest.mark.django_db
def test_the_days_of_draws_show_a_key_only_when_it_is_revealed():
    keys()
    key = reveal(DAY, by=SYSTEM, at=NEXT_AT)
    tomorrow, today = draw_days()
    assert (today.day, today.key, today.commitment) == (DAY, key.hex(), commitment(key))
    assert (tomorrow.day, tomorrow.key) == (NEXT, "")
    assert draw_days(before=NEXT) == [today] == draw_days(before=NEXT, limit=1)


@pytest.mark.django_db
@pytest.mark.measure("M2-I-4.1")
def test_anybody_repeats_a_published_draw_and_sees_what_was_left_out_or_added():
    from tongguan.inspections.actions import place_checks

    keys()
    drawn = selected(NAMES, day=DAY, share=SHARE)
    place_checks(drawn, day=DAY, share=SHARE, by=SYSTEM, at=AT)
    with pytest.raises(NoKey):
        published(DAY, NAMES, share=SHARE)
    reveal(DAY, by=SYSTEM, at=NEXT_AT)
    record = json.loads(json.dumps(published(DAY, NAMES, share=SHARE)))
    assert record["selected"] == sorted(drawn)
    assert verify(record).holds
    assert verify(published(DAY, NAMES[:100], share=SHARE)).holds
    lucky, unlucky = sorted(drawn)[0], sorted(set(NAMES) - drawn)[0]
    assert verify({**record, "selected": sorted(drawn - {lucky})}) == Verdict(True, [lucky], [])
    assert verify({**record, "selected": sorted(drawn | {unlucky})}) == Verdict(True, [], [unlucky])
    assert not verify({**record, "key": "11" * 32}).key_fits
    assert not verify({**record, "share": "0.5"}).holds


@given(st.text(max_size=30), st.binary(min_size=16, max_size=64), st.decimals(0, 1, places=9))
def test_the_value_of_a_name_lies_below_the_share_exactly_when_it_is_selected(name, key, share):
    given_value = value(name, key)
    assert 0 <= given_value < 1
    assert (given_value < share) == stream_selected(name, key, share)
    step = Decimal("0.000000001")
    assert stream_selected(name, key, given_value + step) and not stream_selected(name, key, given_value)


@pytest.mark.django_db
def test_the_timer_makes_keys_ahead_and_reveals_the_day_before():
    tasks.draw_keys(timestamp=int(AT.timestamp()))
    assert [d.day for d in draw_days()] == [NEXT, DAY]
    tasks.draw_keys(timestamp=int(NEXT_AT.timestamp()) + 300)
    assert [(d.day, bool(d.key)) for d in draw_days()] == [(date(2026, 11, 23), False), (NEXT, False), (DAY, True)]
    assert ("inspections.draw_keys", "") in tasks.app.periodic_registry.periodic_tasks


@pytest.mark.django_db(transaction=True)
def test_eight_timers_make_one_key_a_day():
    def one(n: int) -> list[date]:
        try:
            return keys()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        made = [day for days in pool.map(one, range(8)) for day in days]
    assert sorted(made) == [DAY, NEXT]
    assert Event.objects.count() == DrawKey.objects.count() == 2
