"""What can be done in the conference; every verb records its event in the transaction of its change."""

from .cases import announce, call_off, collect, drop, hold, publish, replicate, sum_up
from .issues import assign, close, decide, follow, keep_minutes, raise_issue, speak_up
from .measures import attach, move, plan, read_indicators, seat

__all__ = [
    "announce", "assign", "attach", "call_off", "close", "collect", "decide", "drop", "follow", "hold", "keep_minutes",
    "move", "plan", "publish", "raise_issue", "read_indicators", "replicate", "seat", "speak_up", "sum_up",
]  # fmt: skip
