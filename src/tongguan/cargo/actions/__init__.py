"""What is done with manifests: receive one, change it, tell what happened to its conveyance, count its bills."""

from .declaring import Rests, lock, lock_many, match, match_many, unmatch
from .filing import amend, cancel, receive
from .reporting import arrive, declare_entry, deliver, finish, unload
from .tallying import settle, tally

__all__ = [
    "Rests", "amend", "arrive", "cancel", "declare_entry", "deliver", "finish", "lock", "lock_many", "match", "match_many",
    "receive", "settle", "tally", "unload", "unmatch",
]  # fmt: skip
