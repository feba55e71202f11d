"""The life of a shop."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

FIRM = frozenset({"trader", "platform"})
"""Who keeps shops: the firm that stores the goods, or the platform."""
CUSTOMS = frozenset({"officer", "operator"})
"""Who records the guarantees that were received: customs, and the operator of the window for them."""

SHOP = Machine(
    "shop",
    Move("admit", {"registered"}, "admitted", by="officer"),
    Move("close", {"registered", "admitted"}, "closed", by="officer"),
    Move("deposit", {"registered"}, "registered", by=CUSTOMS),
    Move("deposit", {"admitted"}, "admitted", by=CUSTOMS),
    Move("withdraw", {"registered"}, "registered", by=FIRM),
    Move("withdraw", {"admitted"}, "admitted", by=FIRM),
    Move("withdraw", {"closed"}, "closed", by=FIRM),
    Move("display", {"admitted"}, "admitted", by=FIRM),
    Move("take_back", {"admitted"}, "admitted", by=FIRM),
    Move("hand_over", {"admitted"}, "admitted", by=FIRM),
    groups={"registered": "waiting", "admitted": "done", "closed": "done"},
)
