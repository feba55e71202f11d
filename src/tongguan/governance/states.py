"""The lives of a measure that is followed and of an issue; who moves them is decided by his body's part in it."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

CONFERENCE = "conference_lead"
"""A body that leads the conference: commerce and customs, the dual lead (双牵头)."""
LEAD = "measure_lead"
"""The body that leads a measure, or takes part in it."""
OWNER = "issue_owner"
"""The body an issue was given to."""
MEMBER = "member"
"""Any other member."""

MEASURE = Machine(
    "measure",
    Move("start", "planned", "in_progress", by={LEAD, CONFERENCE}),
    Move("finish", "in_progress", "done", by={LEAD, CONFERENCE}),
    Move("block", {"planned", "in_progress"}, "blocked", by={LEAD, CONFERENCE}),
    Move("resume", "blocked", "in_progress", by={LEAD, CONFERENCE}),
    Move("replicate", "done", "replicated", by=CONFERENCE),
    groups={
        "planned": "draft",
        "in_progress": "waiting",
        "blocked": "needs_you",
        "done": "done",
        "replicated": "done",
    },
)

ISSUE = Machine(
    "issue",
    Move("assign", {"raised", "owned"}, "owned", by=CONFERENCE),
    Move("decide", "owned", "decided", by=CONFERENCE),
    Move("follow", "decided", "followed", by={OWNER, CONFERENCE}),
    Move("close", "followed", "closed", by=CONFERENCE),
    groups={"raised": "needs_you", "owned": "waiting", "decided": "waiting", "followed": "waiting", "closed": "done"},
)
