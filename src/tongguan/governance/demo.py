"""What the demo's conference starts with: two members, measures in several states, an issue without an owner.

Nothing here is real; it is done by the same actions as everybody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tongguan.kernel.states import Actor
from tongguan.parties.models import Person
from tongguan.parties.queries import actor_of

from .actions import attach, move, plan, raise_issue, seat
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


def _show(row: Measure, actor: Actor, at: datetime) -> None:
    content = f"{row.seed}\n演示材料，非真实文件。A file of the demonstration, not a real one.\n".encode()
    attach(
        row.pk, title="演示材料 Demonstration", name="demonstration.txt", content=content, dated=day_of(at), by=actor,
        at=at,
    )  # fmt: skip
