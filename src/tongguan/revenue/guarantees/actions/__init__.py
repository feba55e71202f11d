"""What is done with guarantees: they are filed, accepted and ended, and they secure taxes."""

from .filing import accept, draft, end_exemption, expire_due, file, refuse, release, resume, suspend, take_back
from .securing import adjust, claim, debit, resecure, restore, restore_many

__all__ = [
    "accept", "adjust", "claim", "debit", "draft", "end_exemption", "expire_due", "file", "refuse", "release", "resecure",
    "restore", "restore_many", "resume", "suspend", "take_back",
]  # fmt: skip
