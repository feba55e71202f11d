"""What is done with licences: applied for, decided, issued, received, drawn on, given back, and who is watched."""

from tongguan.licences.actions.applying import apply, resubmit
from tongguan.licences.actions.deciding import approve, ask, clear, expire, issue, refuse, revoke
from tongguan.licences.actions.exchanging import pass_on, pass_on_due, settle, take_delivered
from tongguan.licences.actions.receiving import receive
from tongguan.licences.actions.reporting import report_due, retry_report, settle_report
from tongguan.licences.actions.using import confirm, give_back, reserve
from tongguan.licences.actions.watching import unwatch, watch

__all__ = [
    "apply", "approve", "ask", "clear", "confirm", "expire", "give_back", "issue", "pass_on",
    "pass_on_due", "receive", "refuse", "report_due", "reserve", "resubmit", "retry_report", "revoke", "settle",
    "settle_report", "take_delivered", "unwatch", "watch",
]  # fmt: skip
