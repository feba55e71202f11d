"""Rules of a decision on a risk finding."""

from __future__ import annotations

from tongguan.kernel.rules import Break, Rule


class DecisionReason(Rule):
    """Say why: a risk finding is confirmed or dismissed with a reason."""

    code = "RISK_REASON_MISSING"

    def broken_by(self, doc, ctx):
        if not doc["reason"].strip():
            yield Break("reason")


DECISION = [DecisionReason()]
