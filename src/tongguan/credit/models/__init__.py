"""Tables of credit: grades and what is behind them, certification, and the pilot."""

from .certifying import AeoReview, Anchor, Candidate, InspectionMonth
from .grades import CreditFile, Fact, Grade, Rectification, Repair, Volume

__all__ = [
    "AeoReview", "Anchor", "Candidate", "CreditFile", "Fact", "Grade", "InspectionMonth", "Rectification", "Repair", "Volume",
]  # fmt: skip
