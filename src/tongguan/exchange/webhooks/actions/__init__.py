"""What changes webhooks: people and programs manage addresses, the work process reads receipts, sends and forgets."""

from .delivering import Work, claim, settle
from .gathering import forget, gather
from .managing import Given, add, again, change, insist_manager, remove, rotate, switch_off, switch_on, test

__all__ = [
    "Given",
    "Work",
    "add",
    "again",
    "change",
    "claim",
    "forget",
    "gather",
    "insist_manager",
    "remove",
    "rotate",
    "settle",
    "switch_off",
    "switch_on",
    "test",
]
