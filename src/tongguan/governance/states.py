"""The lives of what the conference keeps: measures, issues, cases, publicity. Who moves them follows from his body's part."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

CONFERENCE = "conference_lead"
"""A body that leads the conference: commerce and customs, the dual lead (双牵头)."""
LEAD = "measure_lead"
"""The body that leads a measure, or takes part in it."""
OWNER = "issue_owner"
"""The body an issue was given to."""
AUTHOR = "author"
"""The body a case or an event of publicity is from."""
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

CASE = Machine(
    "case",
    Move("sum_up", "collected", "summed_up", by={AUTHOR, CONFERENCE}),
    Move("publish", "summed_up", "published", by=CONFERENCE),
    Move("replicate", {"published", "replicated"}, "replicated", by={AUTHOR, CONFERENCE}),
    Move("drop", {"collected", "summed_up"}, "dropped", by={AUTHOR, CONFERENCE}),
    groups={
        "collected": "draft",
        "summed_up": "needs_you",
        "published": "waiting",
        "replicated": "done",
        "dropped": "done",
    },
)

PUBLICITY = Machine(
    "publicity",
    Move("hold", "planned", "held", by={AUTHOR, CONFERENCE}),
    Move("call_off", "planned", "called_off", by={AUTHOR, CONFERENCE}),
    groups={"planned": "waiting", "held": "done", "called_off": "draft"},
)
