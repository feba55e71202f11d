"""The life of a check."""

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
