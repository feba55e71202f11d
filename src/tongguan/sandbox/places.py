"""The place up to which a client has read receipts (沙箱回执游标), so that each is given exactly once.

A receipt is seen when its moment has come and its transaction has ended, and both may come in any order. So a place is
what was seen at the last reading, moment and transaction, and a reading gives what is seen now and was not then. Where
one reading has too much for one page it stays open, and the next page goes on after the last number.

>>> Place.read(str(Place(5, 7, 9, 11, 13))) == Place(5, 7, 9, 11, 13), str(BEGINNING)
(True, '0-0')
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

_WRITTEN = re.compile(r"([0-9]{1,19})-([0-9]{1,19})(?:-([0-9]{1,19})-([0-9]{1,19})-([0-9]{1,19}))?")
_LARGEST = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST_MOMENT = datetime(9999, 1, 1, tzinfo=UTC)


class Place(NamedTuple):
    """What was seen at the last reading, and, while that goes on, what is seen at this one and the last number given.

    Moments are microseconds since 1970; ``tx`` is the first transaction that had perhaps not ended.
    """

    moment: int
    tx: int
    until: int = 0
    until_tx: int = 0
    given: int = 0

    @classmethod
    def read(cls, written: str) -> Place | None:
        """Return the place a text means, the beginning for the empty one; None for a text that is no place."""
        if not written:
            return BEGINNING
        found = _WRITTEN.fullmatch(written)
        numbers = [int(one or 0) for one in found.groups()] if found else []
        most = (_LAST_MOMENT - _EPOCH) // _MICROSECOND
        if not found or max(numbers) > _LARGEST or max(numbers[0], numbers[2]) > most:
            return None
        return cls(*numbers)

    def __str__(self) -> str:
        return "-".join(map(str, self if self.is_open else self[:2]))

    @property
    def is_open(self) -> bool:
        """Whether the last reading had more than a page."""
        return self.until > 0

    def next(self, at: datetime, oldest_open: int) -> Place:
        """Return this place with the reading that begins at a moment."""
        return self._replace(until=(at - _EPOCH) // _MICROSECOND, until_tx=oldest_open, given=0)

    def seen(self, rows: QuerySet) -> QuerySet:
        """Return the rows that this reading gives: seen now, not seen then."""
        now = rows.filter(at__lte=_moment(self.until), tx__lt=self.until_tx, pk__gt=self.given)
        return now.exclude(Q(at__lte=_moment(self.moment)) & Q(tx__lt=self.tx))

    def reached(self, last: int | None) -> Place:
        """Return where to read on: after the last number given, or, when that was all, after this whole reading."""
        return Place(self.until, self.until_tx) if last is None else self._replace(given=last)


def _moment(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND


BEGINNING = Place(0, 0)
