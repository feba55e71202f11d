"""The life of a bill of a declaration, and of the taxes of a month."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

SYSTEM, OFFICER = "system", "officer"
PAYERS = frozenset({"trader", "broker", "platform", "carrier"})

_MOVES = (
    Move("send", {"due", "overdue", "claim"}, "paying", by=PAYERS),
    Move("settle", {"paying"}, "paid", by=SYSTEM),
    Move("decline", {"paying"}, "due", by=SYSTEM),
    Move("lapse", {"due"}, "overdue", by=SYSTEM),
    Move("claim", {"overdue"}, "claim", by=OFFICER),
    Move("collect", {"overdue", "claim"}, "paid", by=OFFICER),
    Move("defer", {"due", "overdue"}, "due", by=OFFICER),
    Move("receive", {"due"}, "due", by=OFFICER),
    Move("receive", {"overdue"}, "overdue", by=OFFICER),
    Move("receive", {"claim"}, "claim", by=OFFICER),
)
_GROUPS = {"due": "needs_you", "paying": "waiting", "paid": "done", "overdue": "needs_you", "claim": "needs_you"}

# A bill that was sent is paying until the bank has said what became of it; one in claim is asked of its guarantor.
DUTY_BILL = Machine(
    "duty_bill",
    *_MOVES,
    Move("amend", {"due"}, "due", by=SYSTEM),
    Move("amend", {"overdue"}, "overdue", by=SYSTEM),
    Move("cancel", {"due", "overdue"}, "cancelled", by=SYSTEM),
    groups=_GROUPS | {"cancelled": "done"},
)

MONTH = Machine(
    "month_bill",
    Move("close", {"open"}, "closed", by=SYSTEM),
    Move("call", {"closed"}, "due", by=SYSTEM),
    *_MOVES,
    groups={"open": "waiting", "closed": "waiting", **_GROUPS},
)

UNPAID = ("due", "overdue", "claim")
