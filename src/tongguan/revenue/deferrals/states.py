"""The life of an application to pay later."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

from ..payments.states import OFFICER, PAYERS

DEFERRAL = Machine(
    "deferral",
    Move("grant", {"asked"}, "granted", by=OFFICER),
    Move("refuse", {"asked"}, "refused", by=OFFICER),
    Move("cancel", {"asked"}, "cancelled", by=PAYERS),
    groups={"asked": "waiting", "granted": "done", "refused": "done", "cancelled": "done"},
)
