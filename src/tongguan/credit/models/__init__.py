"""Tables of credit: grades and what is behind them, certification, and the pilot."""

from .certifying import AeoReview, Anchor, Candidate, InspectionMonth
from .grades import CreditFile, Fact, Grade, Rectification, Repair, Volume
from .serving import AeoWindow, Question

__all__ = [
    "AeoReview", "AeoWindow", "Anchor", "Candidate", "CreditFile", "Fact", "Grade", "InspectionMonth", "Question",
    "Rectification", "Repair", "Volume",
]  # fmt: skip
