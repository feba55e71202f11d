"""The life of a guarantee, and of what it secures."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

SYSTEM, OFFICER = "system", "officer"
HOLDERS = frozenset({"trader", "broker", "platform"})
"""Who files a guarantee of his firm."""

IN_FORCE = ("active", "exhausted")

GUARANTEE = Machine(
    "guarantee",
    Move("file", {"draft"}, "filed", by=HOLDERS),
    Move("take_back", {"draft", "filed"}, "refused", by=HOLDERS),
    Move("accept", {"filed"}, "active", by=OFFICER),
    Move("refuse", {"filed"}, "refused", by=OFFICER),
    Move("exhaust", {"active"}, "exhausted", by=SYSTEM),
    Move("replenish", {"exhausted"}, "active", by=SYSTEM),
    Move("suspend", {"active", "exhausted"}, "suspended", by={OFFICER, SYSTEM}),
    Move("resume", {"suspended"}, "active", by=OFFICER),
    Move("ask_back", {"active", "exhausted", "suspended"}, "suspended", by=HOLDERS),
    Move("ask_back", {"expired"}, "expired", by=HOLDERS),
    Move("expire", {"active", "exhausted", "suspended"}, "expired", by={OFFICER, SYSTEM}),
    Move("release", {"active", "exhausted", "suspended", "expired"}, "released", by=OFFICER),
    Move("consume", {"active", "exhausted", "suspended", "expired"}, "claimed", by={OFFICER, SYSTEM}),
    groups={
        "draft": "draft",
        "filed": "waiting",
        "active": "done",
        "exhausted": "needs_you",
        "suspended": "needs_you",
        "expired": "needs_you",
        "released": "done",
        "claimed": "needs_you",
        "refused": "draft",
    },
)

# open: secures a tax; demanded: the guarantor was asked to pay it; claimed: a deposit was turned into tax.
SECURED = Machine(
    "secured",
    Move("adjust", {"open"}, "open", by=SYSTEM),
    Move("restore", {"open", "demanded"}, "restored", by=SYSTEM),
    Move("demand", {"open"}, "demanded", by=SYSTEM),
    Move("convert", {"open"}, "claimed", by=SYSTEM),
    Move("debit", {"restored"}, "open", by=SYSTEM),
    groups={"open": "waiting", "demanded": "needs_you", "restored": "done", "claimed": "done"},
)
