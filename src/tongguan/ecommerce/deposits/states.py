"""The life of an assurer's deposit."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

from ..states import PAYERS

CUSTOMS = frozenset({"officer", "operator"})
"""Who records the guarantees that were received: customs, and the operator of the window for them."""

DEPOSIT = Machine(
    "deposit",
    Move("receive", {"kept"}, "kept", by=CUSTOMS),
    Move("receive", {"closed"}, "kept", by=CUSTOMS),
    Move("withdraw", {"kept"}, "kept", by=PAYERS),
    Move("withdraw", {"closed"}, "closed", by=PAYERS),
    Move("close", {"kept"}, "closed", by="officer"),
    groups={"kept": "done", "closed": "done"},
)
