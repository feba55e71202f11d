"""Chance decides into whose origin customs look (原产地调查), and which firms they audit (稽查核查): the trusted less often.

It is drawn as inspections are, by the key of the day and by names that we gave, so that anybody can repeat it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongguan.credit.models import Volume
from tongguan.credit.queries import draw_shares
from tongguan.declarations.models import IMPORT, Declaration
from tongguan.journal.actions import record
from tongguan.journal.models import Event
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.models import Enterprise
from tongguan.parties.roles import SYSTEM

from ..draws import chosen, secret
from ..models import Look
from ..rules import LOOKING
from ..states import LOOK
from ..verification import value

ORIGIN, AUDIT = "origin", "audit"
NOUN = "declaration/"
AT_ONCE = 500


@transaction.atomic
def look_into_origins(subjects: Sequence[str], *, day: date, key: bytes, at: datetime) -> int:
    """Draw among import declarations those into whose origin customs look; returns how many. Their release waits for none.

    A declaration is drawn by the grade of its consignee, or of the agent where that is none of ours.
    """
    rows = Declaration.objects.filter(pk__in=[int(one.removeprefix(NOUN)) for one in subjects], direction=IMPORT)
    found = rows.values_list("pk", "trader__uscc", "agent__uscc")
    firms = {f"{NOUN}{pk}": trader or agent or "" for pk, trader, agent in found}
    return _draw(ORIGIN, firms, law("inspections.origin_check_share", on=day).value, day, day, key, at)


@transaction.atomic
def draw_audits(month: date, on: date, *, at: datetime) -> int:
    """Draw among the firms that declared in a month those that are audited for it; returns how many.

    A month is drawn for once, or chance would come round until everybody is drawn: the journal says when. Raises NoKey
    while the day has no key.
    """
    first, key = month.replace(day=1), secret(on)
    if Event.objects.filter(what="audits.drawn", subject=f"audits/{first:%Y-%m}").exists():
        return 0
    declared = Volume.objects.filter(month=first, documents__gt=0).values("uscc")
    rows = Enterprise.objects.filter(uscc__in=declared).order_by("pk").values_list("pk", "uscc")
    firms = [(f"enterprise/{pk}/{first:%Y-%m}", uscc) for pk, uscc in rows]
    base, drawn = law("inspections.audit_share", on=on).value, 0
    for start in range(0, len(firms), AT_ONCE):
        drawn += _draw(AUDIT, dict(firms[start : start + AT_ONCE]), base, first, on, key, at)
    record("audits.drawn", f"audits/{first:%Y-%m}", by=SYSTEM, at=at, day=on, share=base, firms=len(firms), drawn=drawn)
    return drawn


def _draw(
    kind: str, firms: Mapping[str, str], base: Decimal, month: date, day: date, key: bytes, at: datetime
) -> int:  # fmt: skip
    shares = draw_shares(firms.values(), day, base, kind)
    known = set(Look.objects.filter(kind=kind, subject__in=firms).values_list("subject", flat=True))
    drawn = 0
    for subject, uscc in sorted(firms.items()):
        name, share = f"{kind}/{subject}", shares.get(uscc, base)
        if subject in known or not chosen([name], key, share):
            continue
        row = Look.objects.create(
            kind=kind, subject=subject, uscc=uscc, month=month.replace(day=1), day=day, share=share,
            value=value(name, key), drawn_at=at,
        )  # fmt: skip
        record("look.drawn", row, by=SYSTEM, at=at, kind=kind, of=subject, day=day, share=share, value=row.value)
        drawn += 1
    return drawn


@transaction.atomic
def conclude_look(number: int, verb: str, words: str, *, by: Actor, at: datetime) -> Look:
    """Say what a look came to: *clear*, or *object* with what was found. Raises Look.DoesNotExist, NotNow, NotYours, Refused.

    What was wrong becomes an error or a case by its own action.
    """
    row = Look.objects.select_for_update().get(pk=number)
    row.state = LOOK.after(row.state, verb, by=by)
    insist(LOOKING, words)
    row.officer, row.words, row.concluded_at = by.name[:100], words.strip(), at
    row.save(update_fields=["state", "officer", "words", "concluded_at"])
    record("look.concluded", row, by=by, at=at, kind=row.kind, of=row.subject, state=row.state)
    return row
