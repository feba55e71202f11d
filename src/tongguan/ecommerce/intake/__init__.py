"""Intake (申报接收): a message comes in, each of its nodes is judged, and everything is kept and answered in one transaction.

``receive`` is the only door: pages, the API, raw XML, the command line and simulators go through it.
"""

from .outcome import NodeOutcome, Outcome
from .receive import receive

__all__ = ["NodeOutcome", "Outcome", "receive"]
