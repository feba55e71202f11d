"""The draw of a replay (抽查重算): by the same secret key of the day, at the share of each law."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tongguan.inspections.draws import key_of
from tongguan.inspections.models import DrawKey
from tongguan.kernel.draw import stream_selected

from .reading import Parcel


class Draw:
    """Whom chance selects on each day, at one share and at another. A day without a key draws nobody again."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes | None] = {}

    def of(self, one: Parcel, was: Decimal, would: Decimal) -> tuple[bool, bool, bool]:
        """Return whether a parcel was drawn, whether it would be, and whether the draw can be repeated at all."""
        key = self._key(one.draw_day) if one.draw_day else None
        if key is None:
            return one.drawn, one.drawn, True
        before = stream_selected(one.subject, key, was)
        after = before if was == would else stream_selected(one.subject, key, would)
        return before, after, one.drawn == before or bool(one.refused)

    def _key(self, day: str) -> bytes | None:
        if day not in self._keys:
            row = DrawKey.objects.filter(day=date.fromisoformat(day)).first()
            self._keys[day] = key_of(row) if row is not None else None
        return self._keys[day]
