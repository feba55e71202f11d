"""What is done here: errors noted and reviewed, disclosures filed and decided, fees reduced."""

from .disclosing import file, save, take_back
from .disclosures import accept, refuse, settle
from .errors import ask_review, decide_review, found
from .hearing import hear
from .reductions import ask_reduction, grant_reduction, refuse_reduction, take_back_reduction

__all__ = [
    "accept", "ask_reduction", "ask_review", "decide_review", "file", "found", "grant_reduction", "hear", "refuse",
    "refuse_reduction", "save", "settle", "take_back", "take_back_reduction",
]  # fmt: skip
