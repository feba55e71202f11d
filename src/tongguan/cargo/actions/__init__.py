"""What is done with manifests: receive one, change it, tell what happened to its conveyance, count its bills."""

from .declaring import lock, match, unmatch
from .filing import amend, cancel, receive
from .reporting import arrive, declare_entry, deliver, finish, unload
from .tallying import settle, tally

__all__ = [
    "amend", "arrive", "cancel", "declare_entry", "deliver", "finish", "lock", "match", "receive", "settle", "tally",
    "unload", "unmatch",
]  # fmt: skip
