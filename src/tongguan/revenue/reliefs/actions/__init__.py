"""What is done with reliefs: applied for, decided, drawn on, supervised, reported; and the authority's lists."""

from .applying import apply, apply_from_order, take_back
from .deciding import answer, ask_for_papers, confirm_letter, refuse
from .listing import end_entry, enter
from .supervising import dispose, lapse_due, release_due, report
from .using import confirm, give_back, reserve

__all__ = [
    "answer", "apply", "apply_from_order", "ask_for_papers", "confirm", "confirm_letter", "dispose", "end_entry", "enter",
    "give_back", "lapse_due",
    "refuse", "release_due", "report", "reserve", "take_back",
]  # fmt: skip
