"""What becomes of tallies: reckoned again when something changed, closed when no more comes, opened again by an officer."""

from .closing import close_tally, reopen_tally
from .reckoning import reckon, reckon_open

__all__ = ["close_tally", "reckon", "reckon_open", "reopen_tally"]
