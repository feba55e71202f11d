"""Rules of a conclusion."""

from __future__ import annotations

from collections.abc import Iterable

from tongguan.kernel.rules import Break, Rule


class ReasonMissing(Rule):
    """Say why: a check is refused or suspended with a reason, which the sender reads."""

    code = "REASON_MISSING"

    def broken_by(self, doc: dict, ctx: object) -> Iterable[Break]:
        if doc["verb"] != "pass" and not doc["reason"].strip():
            yield Break("reason")


CONCLUSION = [ReasonMissing()]
