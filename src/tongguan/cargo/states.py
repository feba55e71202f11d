"""The lives of a conveyance and of a bill, for import: what was heard of them, in its order.

An export's manifest is received before loading and stays *manifested*; its goods arrive at the site bill by bill.
"""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

SEA, AIR = "2", "5"
"""The modes of transport (运输方式) whose manifests are taken, by the list ``transport_modes``."""

FILERS = frozenset({"carrier", "operator"})
"""Who files manifests: the carrier or its agent, and the operator of the window for them."""

SITES = frozenset({"site", "operator"})
"""Who unloads and counts: the operator of the site, and the operator of the window for it."""

CUSTOMS = frozenset({"officer", "operator"})

CONVEYANCE = Machine(
    "conveyance",
    Move("amend", {"manifested"}, "manifested", by=FILERS),
    Move("amend", {"entered"}, "entered", by=FILERS),
    Move("declare_entry", {"manifested"}, "entered", by=FILERS),
    Move("arrive", {"entered"}, "arrived", by=FILERS | SITES),
    Move("unload", {"arrived"}, "unloading", by=SITES),
    Move("finish", {"unloading"}, "unloaded", by=SITES),
    Move("tally", {"unloading"}, "unloading", by=SITES),
    Move("tally", {"unloaded"}, "unloaded", by=SITES),
    Move("tally", {"tallied"}, "tallied", by=SITES),
    Move("close", {"unloaded"}, "tallied", by="system"),
    Move("cancel", {"manifested", "entered"}, "cancelled", by=FILERS),
    groups={
        "manifested": "waiting", "entered": "waiting", "arrived": "waiting", "unloading": "waiting",
        "unloaded": "needs_you", "tallied": "done", "cancelled": "done",
    },
)  # fmt: skip

BILL = Machine(
    "bill_of_lading",
    Move("agree", {"expected"}, "agreed", by=SITES),
    Move("differ", {"expected"}, "differing", by=SITES),
    Move("recount_alike", {"differing"}, "agreed", by=SITES),
    Move("recount", {"differing"}, "differing", by=SITES),
    Move("settle", {"differing"}, "settled", by=CUSTOMS),
    groups={"expected": "waiting", "differing": "needs_you", "agreed": "done", "settled": "done"},
)

DIFFERENCES = ("short", "over", "weight", "damaged")
"""How what was counted can differ from the manifest: fewer pieces (短少), more (溢卸), another weight, damage (残损)."""


def reason(difference: str) -> str:
    """Return the reason of the hold on a bill that differs in this way.

    >>> reason("short")
    'tally_short'
    """
    return f"tally_{difference}"
