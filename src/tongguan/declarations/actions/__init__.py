"""What is done with declarations: save and submit one, decide on its selection, release, amend and withdraw it."""

from .drafts import copy, delete, import_draft, save
from .releasing import close, hear, reassess, release, settle
from .requests import ask, cancel, grant, refuse
from .selecting import select
from .submitting import submit

__all__ = [
    "ask", "cancel", "close", "copy", "delete", "grant", "hear", "import_draft", "reassess", "refuse", "release", "save",
    "select", "settle", "submit",
]  # fmt: skip
