"""The life of a licence. How much of it is left stands in the ledger; that its day is over is said by the day."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

OFFICER = "officer"
DECIDES = frozenset({OFFICER, "system"})
"""Who decides: an officer of this window, or the window by the word of the issuing body."""
FIRM = frozenset({"trader", "broker"})
"""Who applies: the firm that will hold the licence, or its broker."""
RECEIVERS = frozenset({"officer", "operator", "system"})
"""Who takes in what another authority issued."""
SEES_ALL = frozenset({"officer", "operator", "auditor"})

LICENCE = Machine(
    "licence",
    Move("ask", "applied", "supplement", by=DECIDES),
    Move("resubmit", "supplement", "applied", by=FIRM),
    Move("approve", "applied", "approved", by=DECIDES),
    Move("refuse", {"applied", "supplement"}, "refused", by=DECIDES),
    Move("issue", "approved", "issued", by=DECIDES),
    Move("use", {"issued", "partly_used", "used_up"}, "partly_used", by="system"),
    Move("use_up", {"issued", "partly_used", "used_up"}, "used_up", by="system"),
    Move("restore", {"issued", "partly_used", "used_up"}, "issued", by="system"),
    Move("expire", {"issued", "partly_used"}, "expired", by="system"),
    Move("revoke", {"issued", "partly_used"}, "revoked", by=DECIDES),
    groups={
        "applied": "waiting", "supplement": "needs_you", "approved": "waiting", "issued": "done", "partly_used": "done",
        "used_up": "done", "expired": "done", "revoked": "done", "refused": "done",
    },
)  # fmt: skip
STAGES = {
    "deciding": ("applied", "supplement", "approved"),
    "in_force": ("issued", "partly_used"),
    "over": ("used_up", "expired", "revoked", "refused"),
}
"""The parts of a list of licences: still decided, usable, no longer usable."""
IN_FORCE = frozenset(STAGES["in_force"])
AWAITED = ("applied", "approved")
"""States in which the authority has the next word."""
COUNTED = IN_FORCE | {"used_up"}
"""States that follow from how much of a licence is used."""
REPORT = Machine(
    "licence_report",
    Move("enter", "waiting", "entered", by="system"),
    Move("refuse", "waiting", "refused", by="system"),
    Move("retry", "refused", "waiting", by=OFFICER),
    Move("settle", "refused", "settled", by=OFFICER),
    groups={"waiting": "waiting", "refused": "needs_you", "entered": "done", "settled": "done"},
)
REPORT_STAGES = {"refused": ("refused",), "waiting": ("waiting",), "over": ("entered", "settled")}
"""The parts of the list of reports: those the body refused, those it has not answered, the others."""
USE = Machine(
    "licence_use",
    Move("confirm", "reserved", "written_off", by="system"),
    Move("give_back", {"reserved", "written_off"}, "given_back", by="system"),
    groups={"reserved": "waiting", "written_off": "done", "given_back": "done"},
)
