"""The lives of an application to act for a firm, of a mandate of an agent, of a support session, and of an act of two officers."""

from __future__ import annotations

from tongguan.kernel.states import Machine, Move
from tongguan.parties.roles import FOR_AN_ENTERPRISE, SYSTEM

_DECIDES = ("operator", SYSTEM.role)

APPLICATION = Machine(
    "application",
    Move("dispute", {"waiting"}, "review", by=SYSTEM.role),
    Move("refer", {"waiting", "review"}, "claimed", by=_DECIDES),
    Move("approve", {"waiting", "review"}, "approved", by=_DECIDES),
    Move("refuse", {"waiting", "review"}, "refused", by=_DECIDES),
    Move("approve", {"claimed"}, "approved", by=(*FOR_AN_ENTERPRISE, "operator")),
    Move("refuse", {"claimed"}, "refused", by=(*FOR_AN_ENTERPRISE, "operator")),
    groups={
        "waiting": "waiting",
        "review": "waiting",
        "claimed": "waiting",
        "approved": "done",
        "refused": "needs_you",
    },
)
"""*waiting*: the register has not answered. *review*: it says otherwise, or the window knows the firm already; the
operator decides. *claimed*: the firm has an administrator, who decides."""

OPEN = ("waiting", "review", "claimed")

_FIRM = FOR_AN_ENTERPRISE

MANDATE = Machine(
    "mandate",
    Move("grant", {"asked"}, "granted", by=_FIRM),
    Move("refuse", {"asked"}, "refused", by=_FIRM),
    Move("revoke", {"granted"}, "revoked", by=_FIRM),
    Move("withdraw", {"asked"}, "withdrawn", by=_FIRM),
    groups={"asked": "waiting", "granted": "done", "refused": "needs_you", "revoked": "draft", "withdrawn": "draft"},
)
"""The principal grants, refuses and revokes; the agent withdraws what it asked, and gives back (*revoke*) what it has."""

SUPPORT = Machine(
    "support",
    Move("allow", {"asked"}, "allowed", by=_FIRM),
    Move("refuse", {"asked"}, "refused", by=_FIRM),
    Move("withdraw", {"asked"}, "withdrawn", by="operator"),
    Move("end", {"allowed"}, "ended", by=(*_FIRM, "operator", SYSTEM.role)),
    groups={"asked": "waiting", "allowed": "done", "refused": "needs_you", "withdrawn": "draft", "ended": "draft"},
)
"""An operator asks to see the pages of a firm; its administrator allows or refuses it; either ends it."""

TWO_PERSON_ACT = Machine(
    "two_person_act",
    Move("confirm", "open", "confirmed", by="officer"),
    Move("refuse", "open", "refused", by="officer"),
    Move("withdraw", "open", "withdrawn", by="officer"),
    Move("expire", "open", "expired", by=SYSTEM.role),
    groups={"open": "waiting", "confirmed": "done", "refused": "needs_you", "withdrawn": "draft", "expired": "draft"},
)
"""One officer proposes, another confirms or refuses; the first takes it back. Nobody's answer in time is none."""
