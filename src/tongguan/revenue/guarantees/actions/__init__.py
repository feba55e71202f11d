"""What is done with guarantees: they are filed, accepted and ended, and they secure taxes."""

from .filing import (
    accept,
    ask_back,
    draft,
    end_exemption,
    end_lost_exemptions,
    expire_due,
    file,
    refuse,
    release,
    resume,
    suspend,
    take_back,
)
from .onsite import account_for, end_onsite, secure_piece
from .securing import adjust, claim, debit, resecure, restore, restore_many

__all__ = [
    "accept", "account_for", "adjust", "ask_back", "claim", "debit", "draft", "end_exemption", "end_lost_exemptions",
    "end_onsite", "expire_due", "file", "refuse", "release", "resecure", "restore", "restore_many", "resume",
    "secure_piece", "suspend", "take_back",
]  # fmt: skip
