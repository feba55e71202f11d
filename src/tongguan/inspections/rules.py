"""Rules of conclusions."""

from __future__ import annotations

from collections.abc import Iterable

from tongguan.kernel.rules import Break, Rule

MOST_WORDS = 500


class ReasonMissing(Rule):
    """Say why: a check is refused or suspended with a reason, which the sender reads."""

    code = "REASON_MISSING"

    def broken_by(self, doc: dict, ctx: object) -> Iterable[Break]:
        if doc["verb"] != "pass" and not doc["reason"].strip():
            yield Break("reason")


class LookWords(Rule):
    """Say what was looked at and found, in {most} characters at most."""

    code = "LOOK_WORDS"

    def broken_by(self, doc: str, ctx: object) -> Iterable[Break]:
        if not 0 < len(doc.strip()) <= MOST_WORDS:
            yield Break("words", most=MOST_WORDS)


CONCLUSION = [ReasonMissing()]
LOOKING = [LookWords()]
