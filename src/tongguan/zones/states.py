"""The life of an account book. That it is past its last day is said by the day, not by a state."""

from tongguan.kernel.states import Machine, Move

KEEPERS = frozenset({"officer", "operator"})
"""Who keeps books: customs, and the operator of the window for them."""

BOOK = Machine(
    "book",
    Move("record", {"active"}, "active", by=KEEPERS),
    Move("receive", {"active"}, "active", by=KEEPERS),
    Move("close", {"active"}, "closed", by=KEEPERS),
    groups={"active": "waiting", "closed": "done"},
)
