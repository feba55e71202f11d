"""Verbs of the case library and of the log of publicity (经验案例库、宣传解读): collect, sum up, publish, replicate; plan, hold."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor

from .. import rules
from ..models import Case, Publicity, Replication
from ..register import register
from ..seats import for_own, insist_seat
from ..states import CASE, PUBLICITY
from .measures import day_of

_TITLE = {"zh": "标题", "en": "The title"}
_SAYS = {"zh": "做法", "en": "What is done there"}
_PLACE = {"zh": "地区", "en": "The place"}
_LESSON = {"zh": "可借鉴之处", "en": "What can be learned from it"}
_RESULT = {"zh": "成效", "en": "What came of it"}
_REASON = {"zh": "不采用的原因", "en": "Why it is not taken up"}
_REASON_OFF = {"zh": "取消的原因", "en": "Why it does not take place"}
_MACHINES = {Case: CASE, Publicity: PUBLICITY}


@transaction.atomic
def collect(title: str, says: str, *, place: str, seed: str = "", href: str = "", by: Actor, at: datetime) -> Case:
    """Put a case into the library, as any member may: how something is done at a place, here or elsewhere.

    ``seed`` is the clause or item of the register it is about, ``href`` where one reads more. Raises NotYours, Refused.
    """
    body = insist_seat(by, machine="case", verb="collect")
    words = [("title", title, _TITLE), ("place", place, _PLACE), ("says", says, _SAYS)]
    insist(rules.CASE, {"words": words, "about": seed, "href": href}, register())
    made = Case.objects.create(
        title=title.strip(), says=says.strip(), place=place.strip(), seed=seed, href=href.strip(), body=body,
        by=by.name, at=at,
    )  # fmt: skip
    record("case.collected", str(made), by=by, at=at, body=body, place=made.place, measure=seed)
    return made


@transaction.atomic
def sum_up(number: int, lesson: str, *, by: Actor, at: datetime) -> Case:
    """Say what can be learned from a case. Raises NotNow, NotYours, Refused, Case.DoesNotExist."""
    row, _ = _moved(Case, number, "sum_up", by, at)
    insist(rules.ISSUE, {"words": [("lesson", lesson, _LESSON)]})
    row.lesson = lesson.strip()
    return _kept(row, "case.summed_up", by, at, "lesson")


@transaction.atomic
def publish(number: int, *, by: Actor, at: datetime) -> Case:
    """Let everybody read a case. Raises NotNow, NotYours, Case.DoesNotExist."""
    row, on = _moved(Case, number, "publish", by, at)
    row.published_on = on
    return _kept(row, "case.published", by, at, "published_on")


@transaction.atomic
def drop(number: int, reason: str, *, by: Actor, at: datetime) -> Case:
    """Note why a case is not taken up. Raises NotNow, NotYours, Refused, Case.DoesNotExist."""
    row, _ = _moved(Case, number, "drop", by, at)
    insist(rules.ISSUE, {"words": [("reason", reason, _REASON)]})
    row.reason = reason.strip()
    return _kept(row, "case.dropped", by, at, "reason")


@transaction.atomic
def replicate(number: int, *, place: str, on: date, result: str, by: Actor, at: datetime) -> Replication:
    """Note where and since when a published case is done too, and what came of it; as often as that happens.

    Raises NotNow, NotYours, Refused, Case.DoesNotExist.
    """
    row, today = _moved(Case, number, "replicate", by, at)
    insist(rules.HAPPENED, {"words": [("place", place, _PLACE), ("result", result, _RESULT)], "day": on, "on": today})
    made = Replication.objects.create(
        case=row, place=place.strip(), since=on, result=result.strip(), body=insist_seat(by, machine="case", verb="replicate"),
        by=by.name, at=at,
    )  # fmt: skip
    _kept(row, "case.replicated", by, at, place=made.place, since=on)
    return made


@transaction.atomic
def announce(
    title: str, *, channel: str, day: date, audience: str = "", seed: str = "", href: str = "", by: Actor, at: datetime
) -> Publicity:
    """Plan that a policy is explained on a day, as any member may; of one that was held already, too.

    ``channel`` is one of ``models.CHANNELS``. Raises NotYours, Refused.
    """
    body = insist_seat(by, machine="publicity", verb="announce")
    doc = {"words": [("title", title, _TITLE)], "about": seed, "href": href, "channel": channel}
    insist(rules.PUBLICITY, doc, register())
    made = Publicity.objects.create(
        title=title.strip(), channel=channel, day=day, audience=audience.strip(), seed=seed, href=href.strip(),
        body=body, by=by.name, at=at,
    )  # fmt: skip
    record("publicity.planned", str(made), by=by, at=at, body=body, day=day, channel=channel, measure=seed)
    return made


@transaction.atomic
def hold(number: int, result: str, *, by: Actor, at: datetime) -> Publicity:
    """Note what came of it, on its day or later. Raises NotNow, NotYours, Refused, Publicity.DoesNotExist."""
    row, on = _moved(Publicity, number, "hold", by, at)
    insist(rules.HAPPENED, {"words": [("result", result, _RESULT)], "day": row.day, "on": on})
    row.result = result.strip()
    return _kept(row, "publicity.held", by, at, "result")


@transaction.atomic
def call_off(number: int, reason: str, *, by: Actor, at: datetime) -> Publicity:
    """Note that it does not take place, and why. Raises NotNow, NotYours, Refused, Publicity.DoesNotExist."""
    row, _ = _moved(Publicity, number, "call_off", by, at)
    insist(rules.ISSUE, {"words": [("result", reason, _REASON_OFF)]})
    row.result = reason.strip()
    return _kept(row, "publicity.called_off", by, at, "result")


def _moved(table: Any, number: int, verb: str, by: Actor, at: datetime) -> tuple[Any, date]:
    """Return a record, locked, in the state a verb leads to, and the day; nothing is written yet."""
    machine = _MACHINES[table]
    on, body = day_of(at), insist_seat(by, machine=machine.name, verb=verb)
    row = table.objects.select_for_update().get(pk=number)
    row.state = machine.after(row.state, verb, by=for_own(by, body, row.body, on))
    return row, on


def _kept(row: Any, what: str, by: Actor, at: datetime, *fields: str, **told: Any) -> Any:
    row.save(update_fields=["state", *fields])
    record(what, str(row), by=by, at=at, **told)
    return row
