"""The lives of a fact, of a rectification, of a repair, of a question, of a review for certification and of a candidate for it."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

OFFICER, SYSTEM = "officer", "system"
FIRM = frozenset({"trader", "broker", "platform", "carrier", "site", "payer"})
"""Who acts for the firm whose credit it is."""
SEES_ALL = frozenset({"officer", "operator", "auditor"})

FACT = Machine(
    "credit_fact",
    Move("contest", "stands", "contested", by=FIRM),
    Move("uphold", "contested", "upheld", by=OFFICER),
    Move("strike", {"stands", "contested", "upheld"}, "struck", by=OFFICER),
    groups={"stands": "done", "contested": "waiting", "upheld": "done", "struck": "done"},
)
COUNTING = ("stands", "contested", "upheld")
"""A fact counts until it is struck out."""

RECTIFICATION = Machine(
    "rectification",
    Move("grant", "asked", "running", by=OFFICER),
    Move("refuse", "asked", "refused", by=OFFICER),
    Move("succeed", "running", "succeeded", by=OFFICER),
    Move("fail", "running", "failed", by={OFFICER, SYSTEM}),
    groups={
        "asked": "waiting", "running": "needs_you", "refused": "done", "succeeded": "done", "failed": "done",
    },
)  # fmt: skip

REPAIR = Machine(
    "repair",
    Move("check", "requested", "checking", by=OFFICER),
    Move("grant", "checking", "granted", by=OFFICER),
    Move("refuse", {"requested", "checking"}, "refused", by=OFFICER),
    groups={"requested": "waiting", "checking": "waiting", "granted": "done", "refused": "done"},
)

AEO = Machine(
    "aeo_review",
    Move("apply", "assessing", "applied", by=FIRM),
    Move("withdraw", {"assessing", "applied"}, "withdrawn", by=FIRM),
    Move("accept", "applied", "accepted", by=OFFICER),
    Move("visit", "accepted", "onsite", by=OFFICER),
    Move("rectify", "onsite", "rectifying", by=OFFICER),
    Move("certify", {"onsite", "rectifying"}, "certified", by=OFFICER),
    Move("refuse", {"applied", "accepted", "onsite", "rectifying"}, "refused", by=OFFICER),
    groups={
        "assessing": "draft", "applied": "waiting", "accepted": "waiting", "onsite": "waiting", "rectifying": "needs_you",
        "certified": "done", "refused": "done", "withdrawn": "done",
    },
)  # fmt: skip
AEO_OPEN = ("assessing", "applied", "accepted", "onsite", "rectifying")

CANDIDATE = Machine(
    "candidate",
    Move("mentor", {"found", "mentored", "applying"}, "mentored", by=OFFICER),
    Move("apply", {"found", "mentored"}, "applying", by={OFFICER, SYSTEM}),
    Move("certify", {"found", "mentored", "applying"}, "certified", by=SYSTEM),
    Move("leave", {"found", "mentored", "applying"}, "left", by=OFFICER),
    groups={
        "found": "waiting", "mentored": "waiting", "applying": "waiting", "certified": "done", "left": "done",
    },
)  # fmt: skip
CANDIDATE_OPEN = ("found", "mentored", "applying")

QUESTION = Machine(
    "credit_question",
    Move("withdraw", "asked", "withdrawn", by=FIRM),
    Move("answer", "asked", "answered", by=OFFICER),
    groups={"asked": "waiting", "withdrawn": "done", "answered": "done"},
)
