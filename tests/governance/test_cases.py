"""The case library and the log of publicity: from another place's practice to replication, from a plan to what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from tests.governance.test_conference import AT, OPERATOR, TODAY, codes, happened, seated

from tongguan.governance import actions, queries
from tongguan.governance.models import CHANNELS, Case, Publicity, Replication
from tongguan.governance.states import CASE, PUBLICITY
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import known_keys


@pytest.fixture
def members(db) -> dict[str, Actor]:
    return seated()


def collected(by: Actor, **more) -> Case:
    told = {"title": "两步申报", "says": "先放行后补报。", "place": "上海", "seed": "M4-21.1"} | more
    return actions.collect(**told, by=by, at=AT)


def published(members) -> Case:
    row = collected(members["taxes"])
    actions.sum_up(row.pk, "可按企业信用分类。", by=members["taxes"], at=AT)
    return actions.publish(row.pk, by=members["commerce"], at=AT)


@pytest.mark.measure("M4-III-3", "M4-III-4")
def test_a_case_from_another_place_to_replication(members):
    row = published(members)
    assert (row.state, row.published_on, row.lesson, row.body) == ("published", TODAY, "可按企业信用分类。", "tax")
    for place in ("大兴", "天竺"):
        actions.replicate(row.pk, place=place, on=TODAY, result="通关时间缩短。", by=members["customs"], at=AT)
    [found] = queries.cases(states=queries.PUBLIC)
    assert found.state == "replicated" and [one.place for one in found.replications.all()] == ["大兴", "天竺"]
    assert happened(row) == [
        "case.collected", "case.summed_up", "case.published", "case.replicated", "case.replicated"
    ]  # fmt: skip


def test_what_is_not_published_is_the_members_own(members):
    row = collected(members["taxes"])
    assert queries.cases(states=queries.PUBLIC) == [] and [one.pk for one in queries.cases()] == [row.pk]
    with pytest.raises(NotYours):
        actions.sum_up(row.pk, "x", by=members["drugs"], at=AT)
    with pytest.raises(NotNow):
        actions.publish(row.pk, by=members["commerce"], at=AT)
    actions.sum_up(row.pk, "x", by=members["customs"], at=AT)
    with pytest.raises(NotYours):
        actions.publish(row.pk, by=members["taxes"], at=AT)


def test_a_case_that_is_not_taken_up_says_why(members):
    row = collected(members["taxes"])
    with pytest.raises(Refused) as refused:
        actions.drop(row.pk, " ", by=members["taxes"], at=AT)
    assert codes(refused) == ["WORDS_MISSING"]
    assert actions.drop(row.pk, "本市已有。", by=members["taxes"], at=AT).state == "dropped"
    with pytest.raises(NotNow):
        actions.replicate(row.pk, place="x", on=TODAY, result="x", by=members["taxes"], at=AT)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"title": " "}, "WORDS_MISSING"),
        ({"place": ""}, "WORDS_MISSING"),
        ({"seed": "M9-1"}, "ABOUT_UNKNOWN"),
        ({"href": "javascript:alert(1)"}, "WEB_ADDRESS"),
        ({"href": "https://a b"}, "WEB_ADDRESS"),
    ],
)
def test_a_case_that_cannot_be(members, asked, code):
    with pytest.raises(Refused) as refused:
        collected(members["taxes"], **asked)
    assert codes(refused) == [code] and refused.value.text("zh") != refused.value.text("en")
    assert not Case.objects.exists()


def test_a_replication_is_over_when_it_is_noted_and_stays(members):
    row = published(members)
    with pytest.raises(Refused) as refused:
        actions.replicate(row.pk, place="大兴", on=TODAY + timedelta(days=1), result="好", by=members["customs"], at=AT)
    assert codes(refused) == ["NOT_YET_HAPPENED"] and Case.objects.get().state == "published"
    actions.replicate(row.pk, place="大兴", on=TODAY, result="好", by=members["customs"], at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Replication.objects.update(place="别处")


def announced(by: Actor, **more) -> Publicity:
    told = {"title": "跨境电商政策宣讲", "channel": "briefing", "day": TODAY, "audience": "40家企业"} | more
    return actions.announce(**told, by=by, at=AT)


@pytest.mark.measure("M4-III-4")
def test_publicity_from_its_plan_to_what_came_of_it(members):
    row = announced(members["taxes"])
    held = actions.hold(row.pk, "38家到场，问题12个。", by=members["taxes"], at=AT)
    assert (held.state, held.result) == ("held", "38家到场，问题12个。")
    with pytest.raises(NotNow):
        actions.call_off(row.pk, "x", by=members["taxes"], at=AT)
    assert happened(row) == ["publicity.planned", "publicity.held"]


def test_publicity_is_not_held_before_its_day(members):
    row = announced(members["taxes"], day=TODAY + timedelta(days=3))
    with pytest.raises(Refused) as refused:
        actions.hold(row.pk, "很好", by=members["taxes"], at=AT)
    assert codes(refused) == ["NOT_YET_HAPPENED"]
    with pytest.raises(NotYours):
        actions.call_off(row.pk, "下雨", by=members["drugs"], at=AT)
    assert actions.call_off(row.pk, "下雨", by=members["commerce"], at=AT).result == "下雨"


def test_publicity_needs_a_known_channel(members):
    with pytest.raises(Refused) as refused:
        announced(members["taxes"], channel="pigeon")
    assert codes(refused) == ["CHANNEL_UNKNOWN"]
    assert {f"publicity.channel.{one}" for one in CHANNELS} <= set(known_keys())


def test_who_has_no_seat_keeps_nothing(members):
    for who in (OPERATOR, Actor("nobody", "trader", 1)):
        with pytest.raises(NotYours):
            collected(who)
        with pytest.raises(NotYours):
            announced(who)


def test_pages_of_publicity_go_by_day(members):
    rows = [announced(members["taxes"], day=TODAY - timedelta(days=n % 3)) for n in range(5)]
    found = queries.publicity(limit=2)
    rest = queries.publicity(before=(found[-1].day, found[-1].pk))
    assert [one.pk for one in found + rest] == [rows[n].pk for n in (3, 0, 4, 1, 2)]


def test_every_state_and_verb_has_its_words():
    for machine in (CASE, PUBLICITY):
        keys = {f"{machine.name}.state.{one}" for one in machine.states} | {
            f"{machine.name}.verb.{move.verb}" for move in machine.moves
        }
        assert keys <= set(known_keys())
