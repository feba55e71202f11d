"""The conference follows measures: nothing is done without dated evidence, and everything leaves an event."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, InternalError

from tongguan.governance import actions, queries
from tongguan.governance.figures import Figure
from tongguan.governance.indicators import compared
from tongguan.governance.models import Evidence, Issue, Measure, Reading
from tongguan.governance.states import ISSUE, MEASURE
from tongguan.journal.models import Event
from tongguan.kernel.calendar import calendar
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import known_keys
from tongguan.parties.actions import admit, register
from tongguan.parties.models import Person
from tongguan.parties.queries import actor_of

AT = datetime(2026, 5, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = AT.date()
OPERATOR = Actor("wang", "operator")
BODIES = {"commerce": "commerce", "customs": "beijing_customs", "taxes": "tax", "drugs": "drugs"}


def seated() -> dict[str, Actor]:
    """Admit a member of each body, and return them."""
    found = {}
    for name, body in BODIES.items():
        admit(name, name, "correct horse battery", [("member", None)], by=OPERATOR, at=AT)
        actions.seat(name, body, by=OPERATOR, at=AT)
        found[name] = actor_of(Person.objects.get(username=name))
    return found


@pytest.fixture
def members(db) -> dict[str, Actor]:
    return seated()


@pytest.fixture
def row(members) -> Measure:
    """A measure that customs leads and the tax service takes part in."""
    return actions.plan(
        "M4-21.1", lead="beijing_customs", units=["tax"], due=date(2026, 6, 1), by=members["commerce"], at=AT
    )


def attached(row: Measure, by: Actor, content: bytes = b"a report", **more) -> Evidence:
    told = {"title": "报告", "name": "report.pdf", "content": content, "dated": TODAY, "at": AT, "by": by} | more
    return actions.attach(row.pk, **told)


def codes(refused) -> list[str]:
    return [one.code for one in refused.value.findings]


def happened(subject) -> list[str]:
    return list(Event.objects.filter(subject=str(subject)).order_by("pk").values_list("what", flat=True))


@pytest.mark.measure("M4-1.1", "M4-III-1", "M4-III-4")
def test_a_measure_from_plan_to_replication(members, row):
    customs = members["customs"]
    actions.move(row.pk, "start", by=customs, at=AT)
    with pytest.raises(Refused) as refused:
        actions.move(row.pk, "finish", by=customs, at=AT)
    assert codes(refused) == ["EVIDENCE_MISSING"]
    assert Measure.objects.get().state == "in_progress"
    kept = attached(row, members["taxes"])
    assert bytes(kept.digest) == hashlib.sha256(b"a report").digest() and kept.body == "tax"
    done = actions.move(row.pk, "finish", by=customs, at=AT)
    assert (done.state, done.started_on, done.done_on) == ("done", TODAY, TODAY)
    actions.move(row.pk, "replicate", by=members["commerce"], at=AT)
    assert happened(row) == [
        "measure.planned", "measure.in_progress", "measure.evidence", "measure.done", "measure.replicated"
    ]  # fmt: skip


def test_only_the_dual_lead_plans_and_replicates(members, row):
    with pytest.raises(NotYours):
        actions.plan("M4-20.1", lead="commerce", by=members["taxes"], at=AT)
    actions.move(row.pk, "start", by=members["taxes"], at=AT)  # it takes part
    attached(row, members["taxes"])
    actions.move(row.pk, "finish", by=members["taxes"], at=AT)
    with pytest.raises(NotYours):
        actions.move(row.pk, "replicate", by=members["taxes"], at=AT)


def test_who_has_no_part_in_it_moves_nothing(members, row):
    for who in (members["drugs"], OPERATOR, Actor("nobody", "trader", 1)):
        with pytest.raises(NotYours):
            actions.move(row.pk, "start", by=who, at=AT)
        with pytest.raises(NotYours):
            attached(row, who)
    assert happened(row) == ["measure.planned"]


def test_only_the_operator_gives_seats(members):
    with pytest.raises(NotYours):
        actions.seat("taxes", "commerce", by=members["commerce"], at=AT)
    with pytest.raises(Refused) as refused:
        actions.seat("taxes", "nobody", by=OPERATOR, at=AT)
    assert codes(refused) == ["BODY_UNKNOWN"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"seed": "M9-1"}, "MEASURE_UNKNOWN"),
        ({"lead": "nobody"}, "BODY_UNKNOWN"),
        ({"units": ["tax", "nobody"]}, "BODY_UNKNOWN"),
        ({"seed": "M4-21.1"}, "MEASURE_PLANNED_ALREADY"),
        ({"due": date(2026, 5, 19)}, "DUE_DAY_OVER"),
    ],
)
def test_a_plan_that_cannot_be(members, row, asked, code):
    with pytest.raises(Refused) as refused:
        actions.plan(**({"seed": "M4-20.1", "lead": "commerce"} | asked), by=members["commerce"], at=AT)
    assert codes(refused) == [code]
    assert refused.value.text("zh") != refused.value.text("en")
    assert Measure.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"content": b""}, "EVIDENCE_SIZE"),
        ({"content": b"x" * 1_000_001}, "EVIDENCE_SIZE"),
        ({"dated": date(2026, 5, 21)}, "EVIDENCE_DATE"),
        ({"title": "  "}, "WORDS_MISSING"),
    ],
)
def test_evidence_that_cannot_be(members, row, asked, code):
    with pytest.raises(Refused) as refused:
        attached(row, members["customs"], **asked)
    assert codes(refused) == [code] and not Evidence.objects.exists()


def test_the_same_file_is_kept_once_and_never_changed(members, row):
    attached(row, members["customs"])
    with pytest.raises(Refused) as refused:
        attached(row, members["taxes"], name="again.pdf")
    assert codes(refused) == ["EVIDENCE_TWICE"]
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Evidence.objects.update(dated=date(2020, 1, 1))


def test_blocked_with_a_reason_and_resumed(members, row):
    with pytest.raises(Refused) as refused:
        actions.move(row.pk, "block", by=members["customs"], at=AT)
    assert codes(refused) == ["BLOCK_REASON_MISSING"]
    assert actions.move(row.pk, "block", by=members["customs"], at=AT, reason=" 缺少接口 ").reason == "缺少接口"
    resumed = actions.move(row.pk, "resume", by=members["customs"], at=AT)
    assert (resumed.state, resumed.reason, resumed.started_on) == ("in_progress", "", TODAY)
    with pytest.raises(NotNow):
        actions.move(row.pk, "start", by=members["customs"], at=AT)


@pytest.mark.measure("M4-1.1")
def test_an_issue_from_any_member_to_its_follow_up(members):
    made = actions.raise_issue("慢", "通关慢", by=members["drugs"], at=AT)
    assert (made.state, made.body, made.owner_by) == ("raised", "drugs", date(2026, 5, 27))
    with pytest.raises(NotYours):
        actions.assign(made.pk, "tax", by=members["drugs"], at=AT)
    actions.assign(made.pk, "tax", by=members["commerce"], at=AT)
    actions.assign(made.pk, "beijing_customs", by=members["commerce"], at=AT)
    actions.decide(made.pk, "两周内解决", follow_up_by=date(2026, 6, 3), by=members["commerce"], at=AT)
    with pytest.raises(NotYours):
        actions.follow(made.pk, "好了", by=members["taxes"], at=AT)
    actions.follow(made.pk, "好了", by=members["customs"], at=AT)
    meeting = actions.keep_minutes(TODAY, "第一次会议", "议定一项", settled=[made.pk], by=members["commerce"], at=AT)
    closed = actions.close(made.pk, by=members["commerce"], at=AT)
    assert (closed.state, closed.owner, closed.decision) == ("closed", "beijing_customs", "两周内解决")
    assert [one.pk for one in queries.decided_at(meeting)] == [made.pk]
    assert happened(made) == [
        "issue.raised", "issue.owned", "issue.owned", "issue.decided", "issue.followed", "issue.closed"
    ]  # fmt: skip


def test_five_working_days_over_a_holiday():
    assert actions.issues.owner_by(date(2026, 9, 28)) == calendar("cn").add_working(date(2026, 9, 28), 5)
    assert actions.issues.owner_by(date(2026, 9, 28)) > date(2026, 10, 7)
    assert actions.issues.owner_by(date(2099, 1, 1)) is None  # which days will be worked is not known yet


@pytest.fixture
def firm_actor(db) -> Actor:
    firm = register("91110105MA01ABCD5F", name_zh="京西商城", kinds=["trader"], by=OPERATOR, at=AT)
    return Actor("li", "trader", firm.pk)


@pytest.mark.measure("M4-1.1")
def test_the_voice_of_an_enterprise_goes_to_the_lead_of_its_measure(members, row, firm_actor):
    routed = actions.speak_up("税单", "看不到税单", measure=row.pk, by=firm_actor, at=AT)
    assert (routed.state, routed.owner, routed.body, routed.enterprise_id) == (
        "owned", "beijing_customs", "", firm_actor.enterprise
    )  # fmt: skip
    other = actions.speak_up("仓库", "没有库位", by=firm_actor, at=AT)
    assert (other.state, other.owner) == ("raised", "")
    with pytest.raises(NotYours):
        actions.speak_up("x", "y", by=members["commerce"], at=AT)
    with pytest.raises(NotYours):
        actions.raise_issue("x", "y", by=firm_actor, at=AT)
    assert {one.pk for one in queries.issues(to=firm_actor)} == {routed.pk, other.pk}
    stranger = Actor("zhao", "trader", firm_actor.enterprise + 1)
    assert queries.issues(to=stranger) == [] and queries.issue(other.pk, to=stranger) is None


@pytest.mark.measure("M4-III-1")
def test_what_is_overdue(members, row):
    issue = actions.raise_issue("慢", "通关慢", by=members["drugs"], at=AT)
    assert not queries.overdue(date(2026, 5, 27))
    late = queries.overdue(date(2026, 6, 2))
    assert [one.seed for one in late.measures] == ["M4-21.1"] and late.unowned == [issue]
    actions.assign(issue.pk, "tax", by=members["commerce"], at=AT)
    actions.decide(issue.pk, "办", follow_up_by=date(2026, 6, 1), by=members["commerce"], at=AT)
    assert queries.overdue(date(2026, 6, 2)).unfollowed == [Issue.objects.get()]


@pytest.mark.parametrize(
    ("asked", "code"),
    [({"title": " "}, "WORDS_MISSING"), ({"minutes": ""}, "WORDS_MISSING"),
     ({"held_on": date(2026, 5, 21)}, "MEETING_NOT_HELD")],
)  # fmt: skip
def test_minutes_that_cannot_be(members, asked, code):
    told = {"held_on": TODAY, "title": "会", "minutes": "议"} | asked
    with pytest.raises(Refused) as refused:
        actions.keep_minutes(**told, by=members["commerce"], at=AT)
    assert codes(refused) == [code]
    with pytest.raises(NotYours):
        actions.keep_minutes(TODAY, "会", "议", by=members["taxes"], at=AT)


@pytest.mark.measure("M0-11.1", "M0-11.2", "M4-0-2")
def test_indicators_are_kept_a_day_and_compared_with_the_day_work_began(members, row, monkeypatch):
    from decimal import Decimal

    sources = {"tax_paid_in_time": lambda at: Figure(Decimal("40.00"), 5), "clearance_hours": lambda at: None}
    monkeypatch.setattr("tongguan.governance.actions.measures.SOURCES", sources)
    assert actions.read_indicators(at=AT) == 1 and actions.read_indicators(at=AT) == 0
    assert Reading.objects.get().value == Decimal("40.00")
    later = AT + timedelta(days=3)
    [before] = [one for one in compared(at=later) if one.indicator.name == "tax_paid_in_time"]
    assert before.before is None and before.after is None
    actions.move(row.pk, "start", by=members["customs"], at=later)
    sources["tax_paid_in_time"] = lambda at: Figure(Decimal("60.00"), 5)
    actions.read_indicators(at=later + timedelta(days=1))
    [found] = compared({"M4-21.1"}, at=later)
    assert (found.before, found.day) == (Figure(Decimal("40.00"), 5), TODAY)


@pytest.mark.parametrize("machine", [MEASURE, ISSUE], ids=lambda machine: machine.name)
def test_every_state_verb_and_role_has_its_name(machine):
    wanted = {f"{machine.name}.machine"} | {f"{machine.name}.state.{state}" for state in machine.states}
    wanted |= {f"{machine.name}.verb.{move.verb}" for move in machine.moves}
    wanted |= {f"role.{role}" for move in machine.moves for role in move.by}
    assert wanted <= set(known_keys())


def test_every_verb_is_told_to_somebody():
    assert {move.verb for move in MEASURE.moves} == {"start", "finish", "block", "resume", "replicate"}
    assert {move.verb for move in ISSUE.moves} == {"assign", "decide", "follow", "close"}


def _apart(act) -> str:
    try:
        act()
        return "done"
    except (Refused, NotNow) as refused:
        return refused.findings[0].code if isinstance(refused, Refused) else refused.code
    finally:
        connection.close()


def test_of_eight_that_plan_or_attach_at_once_one_does(transactional_db):
    members = seated()
    with ThreadPoolExecutor(8) as pool:
        act = lambda: actions.plan("M4-1.1", lead="commerce", by=members["commerce"], at=AT)  # noqa: E731
        found = list(pool.map(_apart, [act] * 8))
    assert sorted(found) == ["MEASURE_PLANNED_ALREADY"] * 7 + ["done"]
    row = Measure.objects.get()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(_apart, [lambda: attached(row, members["commerce"])] * 8))
    assert sorted(found) == ["EVIDENCE_TWICE"] * 7 + ["done"]
