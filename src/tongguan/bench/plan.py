"""What a run is to be like."""

from __future__ import annotations

from dataclasses import dataclass

NODES = 100
"""Inventories a message, the most the specification allows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, on top of how much, by how many processes; shares are those of nodes, ``twice`` that of messages.

    ``over`` is *process* or *http*. ``most`` is the rate, inventories a second, for which enough messages are made
    beforehand. ``items`` fixes how many goods an inventory lists; 0 leaves it to chance, 1 to 3. ``alone`` is how many
    inventories are filed in messages of their own. ``keep`` names the folder where the database is kept.
    """

    seconds: float = 60
    stored: int = 0
    workers: int = 3
    over: str = "process"
    most: int = 6500
    seed: int = 1
    items: int = 3
    alone: int = 300
    faulty: float = 0.03
    again: float = 0.01
    twice: float = 0.02
    keep: str = ""

    @property
    def messages(self) -> int:
        """How many full messages are made for the measured time."""
        return max(2 * self.workers, -(-int(self.seconds * self.most) // NODES))
