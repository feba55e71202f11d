"""The life of a letter of relief, and of the goods that came under it."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

OFFICER, SYSTEM = "officer", "system"
FIRM = frozenset({"trader", "broker"})
"""Who applies: the entity itself, or its broker."""
SEES_ALL = frozenset({"officer", "operator", "auditor"})

LETTER = Machine(
    "relief_letter",
    Move("confirm", "applied", "confirmed", by={OFFICER, SYSTEM}),
    Move("ask", "applied", "supplement", by=OFFICER),
    Move("answer", "supplement", "applied", by=FIRM),
    Move("refuse", {"applied", "supplement"}, "refused", by=OFFICER),
    Move("take_back", {"applied", "supplement"}, "taken_back", by=FIRM),
    Move("use", "confirmed", "used", by=SYSTEM),
    Move("give_back", {"used", "under_supervision"}, "confirmed", by=SYSTEM),
    Move("supervise", "used", "under_supervision", by=SYSTEM),
    Move("lapse", "confirmed", "lapsed", by=SYSTEM),
    Move("release", "under_supervision", "released_from_supervision", by=SYSTEM),
    Move("dispose", "under_supervision", "disposed", by=SYSTEM),
    groups={
        "applied": "waiting", "supplement": "needs_you", "confirmed": "done", "used": "waiting",
        "under_supervision": "done", "lapsed": "done",
        "released_from_supervision": "done", "disposed": "done", "refused": "done", "taken_back": "done",
    },
)  # fmt: skip
STAGES = {
    "deciding": ("applied", "supplement"),
    "in_force": ("confirmed", "used"),
    "supervised": ("under_supervision",),
    "over": ("released_from_supervision", "disposed", "lapsed", "refused", "taken_back"),
}
"""The parts of a list of letters: decided still, usable, with goods under supervision, over."""

GOODS = Machine(
    "relieved_goods",
    Move("supervise", "reserved", "under_supervision", by=SYSTEM),
    Move("give_back", {"reserved", "under_supervision"}, "given_back", by=SYSTEM),
    Move("release", "under_supervision", "released_from_supervision", by=SYSTEM),
    Move("dispose", "under_supervision", "disposed", by=OFFICER),
    groups={
        "reserved": "waiting", "under_supervision": "done", "given_back": "done", "released_from_supervision": "done",
        "disposed": "done",
    },
)  # fmt: skip
