"""What must be so of a manifest, of what is reported of its conveyance, and of a tally."""

from .manifests import AMENDING, FILING, Amending, Filing
from .reports import RECOUNTING, REPORTING, TALLYING, Counting, Report

__all__ = [
    "AMENDING", "FILING", "RECOUNTING", "REPORTING", "TALLYING", "Amending", "Counting", "Filing", "Report",
]  # fmt: skip
