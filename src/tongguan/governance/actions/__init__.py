"""What can be done in the conference; every verb records its event in the transaction of its change."""

from .issues import assign, close, decide, follow, keep_minutes, raise_issue, speak_up
from .measures import attach, move, plan, read_indicators, seat

__all__ = [
    "assign", "attach", "close", "decide", "follow", "keep_minutes", "move", "plan", "raise_issue", "read_indicators",
    "seat", "speak_up",
]  # fmt: skip
