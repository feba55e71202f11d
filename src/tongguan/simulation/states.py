"""The life of a what-if question."""

from tongguan.kernel.states import Machine, Move

SYSTEM = "system"
ASKERS = {"officer", "operator"}

REPLAY = Machine(
    "replay",
    Move("begin", {"asked", "running"}, "running", by=SYSTEM),
    Move("answer", {"running"}, "answered", by=SYSTEM),
    Move("give_up", {"running"}, "failed", by=SYSTEM),
    groups={"asked": "waiting", "running": "waiting", "answered": "done", "failed": "needs_you"},
)
