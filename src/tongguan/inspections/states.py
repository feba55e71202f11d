"""The life of a check, and of what is looked into after the release."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

CHECK = Machine(
    "check",
    Move("pass", {"drawn", "suspended"}, "passed", by="officer"),
    Move("refuse", {"drawn", "suspended"}, "refused", by="officer"),
    Move("suspend", "drawn", "suspended", by="officer"),
    groups={"drawn": "waiting", "suspended": "needs_you", "passed": "done", "refused": "done"},
)
OPEN = ("drawn", "suspended")

LOOK = Machine(
    "look",
    Move("clear", "drawn", "clear", by="officer"),
    Move("object", "drawn", "objected", by="officer"),
    groups={"drawn": "waiting", "clear": "done", "objected": "done"},
)
LOOKS = ("origin", "audit")
