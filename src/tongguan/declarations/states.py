"""The lives of a declaration and of a request to change or take back one that was accepted.

What is checked, inspected or reviewed is said by holds, and what is paid by the bill: a declaration has no state of its own
for what nobody does differently in.
"""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

SYSTEM, OFFICER, OPERATOR = "system", "officer", "operator"

FILERS = frozenset({"trader", "broker"})
"""Who declares: the consignee or consignor itself, and a broker for it."""

CUSTOMS = frozenset({OFFICER})
UNRELEASED = frozenset({"accepted", "due"})
"""Accepted and not released yet; *due* while tax or a fee is to be paid."""

DECLARATION = Machine(
    "declaration",
    Move("save", {"draft", "rejected"}, "draft", by=FILERS),
    Move("delete", {"draft", "rejected"}, "deleted", by=FILERS),
    Move("submit", {"draft", "rejected"}, "accepted", by=FILERS),
    Move("reject", {"draft", "rejected"}, "rejected", by={SYSTEM}),
    Move("bill", {"accepted"}, "due", by={SYSTEM}),
    Move("settle", {"due"}, "accepted", by={SYSTEM}),
    Move("select", {"accepted"}, "accepted", by=CUSTOMS | {SYSTEM}),
    Move("select", {"due"}, "due", by=CUSTOMS | {SYSTEM}),
    Move("ask", {"accepted"}, "accepted", by=FILERS),
    Move("ask", {"due"}, "due", by=FILERS),
    Move("ask", {"released"}, "released", by=FILERS),
    Move("amend", {"accepted"}, "accepted", by=CUSTOMS),
    Move("amend", {"due"}, "due", by=CUSTOMS),
    Move("amend", {"released"}, "released", by=CUSTOMS),
    Move("withdraw", UNRELEASED, "withdrawn", by=CUSTOMS),
    Move("release", {"accepted"}, "released", by=CUSTOMS | {SYSTEM}),
    Move("close", {"released"}, "closed", by=CUSTOMS | {SYSTEM}),
    groups={
        "draft": "draft",
        "rejected": "needs_you",
        "accepted": "waiting",
        "due": "needs_you",
        "released": "done",
        "closed": "done",
        "withdrawn": "done",
        "deleted": "done",
    },
)

REQUEST = Machine(
    "declaration_request",
    Move("grant", {"asked"}, "granted", by=CUSTOMS),
    Move("refuse", {"asked"}, "refused", by=CUSTOMS),
    Move("cancel", {"asked"}, "cancelled", by=FILERS),
    groups={"asked": "waiting", "granted": "done", "refused": "done", "cancelled": "done"},
)

KINDS = ("amend", "withdraw")
MODES = ("ordinary", "advance")
SETTLEMENTS = ("payment", "guarantee")
"""How the taxes are settled: paid before release, or secured by a guarantee the declaration names."""
