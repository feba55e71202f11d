"""The lives of an error record, of a disclosure, and of an application to reduce a fee for late declaration."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

OFFICER, SYSTEM = "officer", "system"
FIRM = frozenset({"trader", "broker"})
"""Consignees and consignors, and brokers: whose errors are recorded, and who discloses."""

SEES_ALL = frozenset({"officer", "operator", "auditor"})

ERROR = Machine(
    "error_record",
    Move("ask", "recorded", "asked", by=FIRM),
    Move("correct", "asked", "corrected", by=OFFICER),
    Move("keep", "asked", "kept", by=OFFICER),
    groups={"recorded": "done", "asked": "waiting", "corrected": "done", "kept": "done"},
)
"""*asked*: its review was asked for; *corrected*: customs found it was none of the firm's."""

DISCLOSURE = Machine(
    "disclosure",
    Move("save", "draft", "draft", by=FIRM),
    Move("file", "draft", "filed", by=FIRM),
    Move("take_back", {"draft", "filed"}, "taken_back", by=FIRM),
    Move("accept", "filed", "accepted", by=OFFICER),
    Move("refuse", "filed", "refused", by=OFFICER),
    Move("settle", "accepted", "settled", by=SYSTEM),
    groups={
        "draft": "draft", "filed": "waiting", "accepted": "needs_you", "settled": "done", "refused": "done",
        "taken_back": "done",
    },
)  # fmt: skip
"""*accepted*: what was underpaid is billed; *settled*: it is paid, or nothing was."""

REDUCTION = Machine(
    "fee_reduction",
    Move("take_back", "asked", "taken_back", by=FIRM),
    Move("grant", "asked", "granted", by=OFFICER),
    Move("refuse", "asked", "refused", by=OFFICER),
    groups={"asked": "waiting", "granted": "done", "refused": "done", "taken_back": "done"},
)

STAGES = {
    "errors": {"recorded": ("recorded",), "asked": ("asked",), "reviewed": ("corrected", "kept")},
    "disclosures": {
        "draft": ("draft",), "deciding": ("filed",), "to_pay": ("accepted",), "over": ("settled", "refused", "taken_back"),
    },
    "reductions": {"asked": ("asked",), "over": ("granted", "refused", "taken_back")},
}  # fmt: skip
"""The parts of the three lists."""

PENALTIES = ("none", "warning", "fine")
