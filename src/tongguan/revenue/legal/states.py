"""The life of a claim of a relief by the law itself."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

FIRM = frozenset({"trader", "broker"})
OFFICER = "officer"
SEES_ALL = frozenset({"officer", "operator", "auditor"})

CLAIM = Machine(
    "legal_relief",
    Move("grant", {"asked"}, "granted", by={OFFICER}),
    Move("refuse", {"asked"}, "refused", by={OFFICER}),
    Move("cancel", {"asked"}, "cancelled", by=FIRM),
    groups={"asked": "waiting", "granted": "done", "refused": "done", "cancelled": "done"},
)
