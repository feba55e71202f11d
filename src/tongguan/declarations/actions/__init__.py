"""What is done with declarations: save and submit one, decide on its selection, release, amend and withdraw it."""

from ..two_steps.actions.completing import complete, make_whole, save_complete
from ..two_steps.actions.defaults import excuse
from ..two_steps.actions.turning import turn
from .drafts import copy, delete, import_draft, save
from .fees import reduce_fee
from .filing import ToFile, file_many
from .legal import claim_relief, grant_relief
from .proposing import confirm, decline, lapse, propose, recall
from .releasing import close, hear, reassess, release, settle
from .requests import ask, cancel, grant, refuse
from .selecting import select
from .submitting import submit, submit_many
from .suspecting import suspect, unsuspect
from .templates import drop_template, keep_template

__all__ = [
    "ToFile", "ask", "cancel", "claim_relief", "close", "complete", "confirm", "copy", "decline", "delete", "drop_template",
    "excuse", "file_many", "grant", "grant_relief", "hear", "import_draft", "keep_template", "lapse", "make_whole", "propose",
    "reassess", "recall", "reduce_fee", "refuse", "release", "save", "save_complete", "select", "settle", "submit",
    "submit_many", "suspect", "turn", "unsuspect",
]  # fmt: skip
