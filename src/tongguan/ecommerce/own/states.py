"""The life of what a person says about a purchase."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

OFFICER = "officer"

DISOWNED_PURCHASE = Machine(
    "disowned_purchase",
    Move("uphold", "open", "upheld", by=OFFICER),
    Move("dismiss", "open", "dismissed", by=OFFICER),
    groups={"open": "needs_you", "upheld": "done", "dismissed": "done"},
)
