"""What is done with licences: applied for, decided, issued, received, drawn on, given back, and who is watched."""

from tongguan.licences.actions.applying import apply, resubmit
from tongguan.licences.actions.deciding import approve, ask, clear, expire, issue, refuse, revoke
from tongguan.licences.actions.receiving import receive
from tongguan.licences.actions.using import confirm, give_back, reserve
from tongguan.licences.actions.watching import unwatch, watch

__all__ = [
    "apply", "approve", "ask", "clear", "confirm", "expire", "give_back", "issue", "receive", "refuse", "reserve",
    "resubmit", "revoke", "unwatch", "watch",
]  # fmt: skip
