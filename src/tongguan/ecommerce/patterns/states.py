"""The life of a risk finding."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move

OFFICER = "officer"

RISK_FINDING = Machine(
    "risk_finding",
    Move("confirm", "open", "confirmed", by=OFFICER),
    Move("dismiss", {"open", "confirmed"}, "dismissed", by=OFFICER),
    groups={"open": "needs_you", "confirmed": "done", "dismissed": "done"},
)
STANDING = ("open", "confirmed")
"""States in which the parcels behind a finding stay held."""
