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

SUMMARIES = frozenset({"summary", "lifted"})
"""The first of two steps is accepted, the complete declaration is not; *lifted* once the goods may leave the port area."""

STANDS = UNRELEASED | SUMMARIES
"""Every declaration that was accepted and whose goods are not released yet, in one step or in two."""

DECLARATION = Machine(
    "declaration",
    Move("save", {"draft", "rejected"}, "draft", by=FILERS),
    Move("delete", {"draft", "rejected"}, "deleted", by=FILERS),
    Move("submit", {"draft", "rejected"}, "accepted", by=FILERS),
    Move("reject", {"draft", "rejected"}, "rejected", by={SYSTEM}),
    Move("summarise", {"draft", "rejected"}, "summary", by=FILERS),
    Move("lift", {"summary"}, "lifted", by=CUSTOMS | {SYSTEM}),
    Move("complete", {"lifted"}, "accepted", by=FILERS),
    Move("make_whole", {"summary"}, "accepted", by=FILERS),
    Move("bill", {"accepted"}, "due", by={SYSTEM}),
    Move("settle", {"due"}, "accepted", by={SYSTEM}),
    Move("select", {"accepted"}, "accepted", by=CUSTOMS | {SYSTEM}),
    Move("select", {"due"}, "due", by=CUSTOMS | {SYSTEM}),
    Move("select", {"summary"}, "summary", by=CUSTOMS | {SYSTEM}),
    Move("select", {"lifted"}, "lifted", by=CUSTOMS | {SYSTEM}),
    Move("ask", {"summary"}, "summary", by=FILERS),
    Move("ask", {"lifted"}, "lifted", by=FILERS),
    Move("amend", {"summary"}, "summary", by=CUSTOMS),
    Move("amend", {"lifted"}, "lifted", by=CUSTOMS),
    Move("ask", {"accepted"}, "accepted", by=FILERS),
    Move("ask", {"due"}, "due", by=FILERS),
    Move("ask", {"released"}, "released", by=FILERS),
    Move("propose", {"summary"}, "summary", by=CUSTOMS),
    Move("propose", {"lifted"}, "lifted", by=CUSTOMS),
    Move("propose", {"accepted"}, "accepted", by=CUSTOMS),
    Move("propose", {"due"}, "due", by=CUSTOMS),
    Move("propose", {"released"}, "released", by=CUSTOMS),
    Move("suspect", {"summary"}, "summary", by=CUSTOMS),
    Move("suspect", {"lifted"}, "lifted", by=CUSTOMS),
    Move("suspect", {"accepted"}, "accepted", by=CUSTOMS),
    Move("suspect", {"due"}, "due", by=CUSTOMS),
    Move("suspect", {"released"}, "released", by=CUSTOMS),
    Move("amend", {"accepted"}, "accepted", by=CUSTOMS),
    Move("amend", {"due"}, "due", by=CUSTOMS),
    Move("amend", {"released"}, "released", by=CUSTOMS),
    Move("withdraw", UNRELEASED | {"summary"}, "withdrawn", by=CUSTOMS),
    Move("release", {"accepted"}, "released", by=CUSTOMS | {SYSTEM}),
    Move("close", {"released"}, "closed", by=CUSTOMS | {SYSTEM}),
    groups={
        "draft": "draft",
        "rejected": "needs_you",
        "summary": "waiting",
        "lifted": "needs_you",
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
    Move("confirm", {"proposed", "lapsed"}, "granted", by=FILERS),
    Move("decline", {"proposed", "lapsed"}, "declined", by=FILERS),
    Move("lapse", {"proposed"}, "lapsed", by={SYSTEM}),
    Move("recall", {"proposed", "lapsed", "declined"}, "cancelled", by=CUSTOMS),
    groups={
        "asked": "waiting",
        "proposed": "needs_you",
        "lapsed": "needs_you",
        "declined": "waiting",
        "granted": "done",
        "refused": "done",
        "cancelled": "done",
    },
)
OPEN_REQUESTS = ("asked", "proposed", "lapsed", "declined")
"""Requests that still wait for somebody; a declaration has at most one."""

ESCALATED = ("lapsed", "declined")
"""Proposals of customs that were not confirmed: an officer takes them back, or proposes something else."""

KINDS = ("amend", "withdraw")
MODES = ("ordinary", "advance", "two_step")
SETTLEMENTS = ("payment", "guarantee")
"""How the taxes are settled: paid before release, or secured by a guarantee the declaration names."""
