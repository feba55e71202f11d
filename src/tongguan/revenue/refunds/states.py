"""The life of a claim of what was paid too much."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

from ..payments.states import OFFICER, PAYERS, SYSTEM

REFUND = Machine(
    "refund",
    Move("grant", {"asked"}, "granted", by=OFFICER),
    Move("refuse", {"asked"}, "refused", by=OFFICER),
    Move("cancel", {"asked", "granted"}, "cancelled", by=PAYERS),
    Move("complete", {"granted"}, "paying", by=PAYERS),
    Move("settle", {"paying"}, "paid", by=SYSTEM),
    Move("decline", {"paying"}, "granted", by=SYSTEM),
    Move("lapse", {"granted"}, "lapsed", by=SYSTEM),
    groups={
        "asked": "waiting", "granted": "needs_you", "paying": "waiting", "paid": "done", "refused": "done",
        "cancelled": "done", "lapsed": "done",
    },
)  # fmt: skip

OPEN = ("asked", "granted", "paying")
GIVEN_BACK = ("paying", "paid")
"""Refunds whose amounts count as given back: the bank was told to pay them."""
