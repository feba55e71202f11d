"""Goods are found sold, used or moved before that was allowed (擅自销售使用): the journal has it, and the access is marked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours

from ..models import Access
from ..queries import stands
from ..rules import Asked, NoWords, UseAllowed
from .keeping import behind

REPORTERS = frozenset({"officer", "operator"})


@transaction.atomic
def report_use(number: int, how: str, words: str, *, by: Actor, at: datetime) -> Access:
    """Report that goods were *sold*, *used* or *moved* while they might not be.

    Raises NotYours, Declaration.DoesNotExist, Refused (ACCESS_ALLOWED, ACCESS_WORDS), ValueError for another way.
    """
    if how not in ("sold", "used", "moved"):
        raise ValueError("goods are sold, used or moved")
    if by.role not in REPORTERS:
        raise NotYours(machine="access", verb="report", role=by.role, roles=sorted(REPORTERS))
    row, of = behind(number, by=Actor(by.name, "officer", label=by.label))
    found = stands(row)
    insist([UseAllowed(), NoWords()], Asked(of, words=words, use=found.use))
    of.violated_at = of.violated_at or at
    of.save(update_fields=["violated_at"])
    record(
        "access.violated", row, by=by, at=at, number=row.number, how=how, words=words.strip()[:500],
        trader=row.trader.code if row.trader is not None else "", reasons=list(found.use_reasons),
    )  # fmt: skip
    return of
