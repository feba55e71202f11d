"""Doing what is asked under a key once, and forgetting the answers in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.kernel.law import law
from tongguan.parties import vault

from ..models import KeyedAnswer

_AT_ONCE = 500


class OtherRequest(Exception):
    """The key was used for something else."""


class Answered(NamedTuple):
    """An answer, and whether it is the one of an earlier request."""

    body: bytes
    repeated: bool


@transaction.atomic
def once(caller: str, key: str, digest: bytes, act: Callable[[], bytes], *, at: datetime) -> Answered:
    """Do something under a caller's key and return its answer; asked again, return the answer that was given.

    What is done and its answer are committed together, and whatever ``act`` raises undoes both, so that a request that
    failed can be sent again. Two at once wait for each other. Raises OtherRequest when the digest is another,
    vault.Forgotten, and what ``act`` raises.
    """
    KeyedAnswer.objects.filter(caller=caller, key=key, at__lt=_oldest(at)).delete()
    row = KeyedAnswer(caller=caller, key=key, digest=digest, at=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)  # waits for who came with the same key first
    except IntegrityError:
        kept = KeyedAnswer.objects.get(caller=caller, key=key)
        if bytes(kept.digest) != digest:
            raise OtherRequest from None
        return Answered(vault.unseal(kept.sealed), True)
    body = act()
    row.sealed = vault.seal(body, on=at.astimezone(SHANGHAI).date())
    row.save(update_fields=["sealed"])
    return Answered(body, False)


def forget(*, at: datetime) -> int:
    """Forget answers that are kept no longer, some at a time; return how many these were."""
    old = KeyedAnswer.objects.filter(at__lt=_oldest(at)).order_by("at").values("pk")[:_AT_ONCE]
    return KeyedAnswer.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]


def kept_hours(at: datetime) -> int:
    """Return for how many hours an answer is kept."""
    return law("exchange.answer_hours", on=at.astimezone(SHANGHAI).date()).value


def _oldest(at: datetime) -> datetime:
    return at - timedelta(hours=kept_hours(at))
