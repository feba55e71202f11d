"""What the demo's conference starts with: two members, measures in several states, an issue without an owner, a case.

Nothing here is real; it is done by the same actions as everybody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tongguan.kernel.states import Actor
from tongguan.parties.models import Person
from tongguan.parties.queries import actor_of

from .actions import announce, attach, collect, hold, move, plan, publish, raise_issue, replicate, seat, sum_up
from .actions.measures import day_of
from .models import Measure

SEATS = {"commerce": "commerce", "officer": "beijing_customs"}


@dataclass(frozen=True, slots=True)
class Followed:
    """A measure the demo follows: its bodies, its last day in days from now, and the verbs it has been told."""

    seed: str
    lead: str
    units: tuple[str, ...]
    days: int
    verbs: tuple[str, ...] = ()


FOLLOWED = (
    Followed("M4-21.1", "beijing_customs", ("commerce", "tax"), 40, ("start",)),
    Followed("M4-21.3", "beijing_customs", ("commerce",), 20, ("start", "finish")),
    Followed("M4-20.1", "commerce", ("beijing_customs",), 90),
    Followed("M4-1.1", "commerce", ("beijing_customs",), 10, ("start",)),
)


def prepare(*, by: Actor, at: datetime) -> None:
    """Seat the members and follow the first measures; doing it twice changes nothing."""
    if Measure.objects.exists():
        return
    people = {name: Person.objects.filter(username=name).first() for name in SEATS}
    if not all(people.values()):
        return
    for name, body in SEATS.items():
        seat(name, body, by=by, at=at)
    actor = actor_of(people["commerce"])
    assert actor is not None
    for one in FOLLOWED:
        row = plan(one.seed, lead=one.lead, units=one.units, due=day_of(at) + timedelta(days=one.days), by=actor, at=at)
        for verb in one.verbs:
            if verb == "finish":
                _show(row, actor, at)
            move(row.pk, verb, by=actor, at=at)
    raise_issue(
        "退货申请能否在天津口岸办理", "企业询问网购保税商品能否经天津口岸退回；需两地海关研究。", by=actor, at=at
    )
    _library(actor, at)


def _library(actor: Actor, at: datetime) -> None:
    """Publish an invented case that is done at a second place, and note two occasions of publicity."""
    case = collect(
        "演示案例：退货申请网上办理", "演示内容，非真实案例。企业在窗口提交退货申请，海关网上审核，包裹到仓后确认。",
        place="演示城市", seed="M4-21.3", by=actor, at=at,
    )  # fmt: skip
    sum_up(case.pk, "演示内容：线上审核可缩短办理时间。A demonstration, not a real case.", by=actor, at=at)
    publish(case.pk, by=actor, at=at)
    replicate(case.pk, place="演示园区", on=day_of(at), result="演示内容，非真实成效。", by=actor, at=at)
    told = announce(
        "演示：退货政策宣讲会", channel="briefing", day=day_of(at), audience="演示企业", seed="M4-21.3", by=actor, at=at
    )
    hold(told.pk, "演示内容：已开展。A demonstration, not a real meeting.", by=actor, at=at)
    soon = day_of(at) + timedelta(days=FOLLOWED[0].days)
    announce("演示：电子缴税政策解读", channel="new_media", day=soon, seed="M4-21.1", by=actor, at=at)


def _show(row: Measure, actor: Actor, at: datetime) -> None:
    content = f"{row.seed}\n演示材料，非真实文件。A file of the demonstration, not a real one.\n".encode()
    attach(
        row.pk, title="演示材料 Demonstration", name="demonstration.txt", content=content, dated=day_of(at), by=actor,
        at=at,
    )  # fmt: skip
