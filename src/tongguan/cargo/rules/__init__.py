"""What must be so of a manifest, of what is reported of its conveyance, and of a tally."""

from .filed import Amending, Filing
from .manifests import AMENDING, FILING
from .reports import RECOUNTING, REPORTING, TALLYING, Counting, Report

__all__ = [
    "AMENDING", "FILING", "RECOUNTING", "REPORTING", "TALLYING", "Amending", "Counting", "Filing", "Report",
]  # fmt: skip
