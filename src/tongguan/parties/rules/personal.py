"""Rules of what may be asked about a person."""

from __future__ import annotations

from collections.abc import Iterable

from tongguan.kernel.rules import Break, Rule


class PurposeMissing(Rule):
    """Personal data are shown for a stated purpose only; say what they are needed for."""

    code = "PURPOSE_MISSING"

    def broken_by(self, doc: dict, ctx: object) -> Iterable[Break]:
        if not doc["purpose"].strip():
            yield Break("purpose")


ACCESS = [PurposeMissing()]
