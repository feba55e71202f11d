"""How much comes in (受理量): messages and their records of a while, counted for those who run the window."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q, Sum

from .models import Message


class Came(NamedTuple):
    """What came in: messages, those that could not be read, records taken in and refused; the number of the last one."""

    messages: int
    unreadable: int
    accepted: int
    refused: int
    last: int


def came(*, since: datetime, until: datetime, after: int) -> Came:
    """Return what was received between two moments.

    Only messages with a number above ``after`` are looked at, so that a short while costs little however many are kept;
    numbers are given in about the order of arrival.
    """
    found = Message.objects.filter(pk__gt=after, received_at__gte=since, received_at__lt=until).aggregate(
        messages=Count("pk"), unreadable=Count("pk", filter=Q(problem__isnull=False)), accepted=Sum("accepted"),
        refused=Sum("refused"), last=Max("pk"),
    )  # fmt: skip
    return Came(
        found["messages"], found["unreadable"], found["accepted"] or 0, found["refused"] or 0, found["last"] or after
    )
