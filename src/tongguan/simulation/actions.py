"""What can be done about what-if questions: ask one, and answer it. No record of a parcel is touched."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from procrastinate.contrib.django import app

from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.rules import Refused, insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.kernel.texts import LANGUAGES, text

from .models import Replay
from .rules import PERIOD, Period
from .states import ASKERS, REPLAY
from .whatif import replay, written

SYSTEM = Actor("simulation", "system")
TASK = "simulation.replay"


@transaction.atomic
def ask(parameter: str, value: str, since: date, until: date, *, by: Actor, at: datetime) -> Replay:
    """Ask what would be, had a parameter another value from the first day on; the answer is worked out as a job.

    Raises NotYours for anybody but officers and the window's operator, Refused for a parameter or a value that cannot
    be judged by, or a period that makes no sense. The oldest questions are forgotten when there are too many.
    """
    if by.role not in ASKERS:
        raise NotYours(machine=REPLAY.name, verb="ask", role=by.role, roles=sorted(ASKERS))
    today = at.astimezone(SHANGHAI).date()
    insist(PERIOD, Period(since, until, law("simulation.replay_days", on=today).value))
    with tempfile.TemporaryDirectory() as folder:
        written(Path(folder), {parameter: value}, since)
    made = Replay.objects.create(
        parameter=parameter, value=value, since=since, until=until, asked_by=str(by)[:100], asked_at=at, state="asked"
    )
    app.configure_task(TASK).defer(number=made.pk)
    kept = law("simulation.replays_kept", on=today).value
    old = Replay.objects.order_by("-pk").values_list("pk", flat=True)[kept:]
    Replay.objects.filter(pk__in=list(old)).delete()
    return made


def answer(number: int) -> None:
    """Answer a question, day by day; one that was forgotten or answered meanwhile is let be.

    What makes an answer impossible is kept in both languages.
    """
    asked = Replay.objects.filter(pk=number, state__in=("asked", "running")).first()
    if asked is None:
        return
    asked.state = REPLAY.after(asked.state, "begin", by=SYSTEM)
    asked.save(update_fields=["state"])

    def told(done: int, days: int) -> None:
        Replay.objects.filter(pk=number).update(done=done)

    try:
        with tempfile.TemporaryDirectory() as folder:
            changed = written(Path(folder), {asked.parameter: asked.value}, asked.since)
            result = replay(changed, since=asked.since, until=asked.until, told=told)
    except (Refused, NotConfigured) as why:
        _ended(asked, "give_up", problem={lang: why.text(lang) for lang in LANGUAGES})
    except Exception:
        _ended(asked, "give_up", problem={lang: text("simulation.failed", lang) for lang in LANGUAGES})
        raise
    else:
        most = law("simulation.replay_rows", on=asked.since).value
        rows = [one.row() for one in result.differences[:most]]
        _ended(asked, "answer", result=result.as_dict(rows=False), rows=rows)


def _ended(asked: Replay, verb: str, **columns: object) -> None:
    Replay.objects.filter(pk=asked.pk).update(state=REPLAY.after(asked.state, verb, by=SYSTEM), **columns)
