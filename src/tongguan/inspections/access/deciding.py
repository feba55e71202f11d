"""The decision table of access in two stages (两段准入判定): may goods leave the port area, may they be sold or used, and why not.

Nothing is asked here but what the order says, so that a planned consignment is judged by the same table.
"""

from __future__ import annotations

from typing import NamedTuple

NONE, DUE, MOVED, SAMPLED, CLEAN, FAILED = "none", "due", "moved", "sampled", "clean", "failed"
"""A check: none is due; due; moved to another place; clean but for a sample; clean; not passed."""

INSPECTION, DESTINATION, TRANSFER, LABORATORY, FAILED_CHECK = (
    "inspection", "destination", "transfer", "laboratory", "failed_check",
)  # fmt: skip
"""Why goods wait, as holds call it: the port check, the destination check, the check elsewhere, the laboratory, a failure."""


class Order(NamedTuple):
    """Which checks there are and what they came to; ``combined`` if both are done at the port."""

    port: str = NONE
    destination: str = NONE
    combined: bool = False


class Decision(NamedTuple):
    """Whether goods may leave the port area and whether they may be sold or used, with the reasons why not."""

    lift_off: bool
    use: bool
    lift_off_reasons: tuple[str, ...]
    use_reasons: tuple[str, ...]


def decide(order: Order) -> Decision:
    """Return what an order allows.

    >>> decide(Order()).use, decide(Order(port=DUE)).lift_off_reasons
    (True, ('inspection',))
    >>> decide(Order(destination=DUE))
    Decision(lift_off=True, use=False, lift_off_reasons=(), use_reasons=('destination',))
    >>> decide(Order(port=CLEAN, destination=DUE, combined=True)).lift_off
    False
    >>> decide(Order(port=SAMPLED)).lift_off, decide(Order(port=SAMPLED)).use_reasons
    (True, ('laboratory',))
    """
    lift = [INSPECTION] if order.port == DUE else []
    if order.combined and order.destination == DUE:
        lift.append(DESTINATION)
    use = [*lift]
    use += [reason for state, reason in ((MOVED, TRANSFER), (SAMPLED, LABORATORY)) if order.port == state]
    if order.destination == DUE and DESTINATION not in use:
        use.append(DESTINATION)
    if FAILED in (order.port, order.destination):
        lift, use = [*lift, FAILED_CHECK] if order.port == FAILED else lift, [*use, FAILED_CHECK]
    return Decision(not lift, not use, tuple(lift), tuple(use))
