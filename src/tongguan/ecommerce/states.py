"""The life of an inventory, of the documents it stands on, and of what follows: withdrawal, return, tax."""

from tongguan.kernel.states import Machine, Move

SYSTEM = "system"
OFFICER = "officer"
OPERATOR = "operator"
FILER = {"platform", "broker", "trader", "operator"}

INVENTORY = Machine(
    "inventory",
    Move("amend", {"saved", "waiting", "refused"}, "waiting", by=FILER),
    Move("delete", {"saved", "waiting", "refused"}, "deleted", by=FILER),
    Move("refuse", {"waiting", "check", "suspended"}, "refused", by={SYSTEM, OFFICER}),
    Move("withdraw", {"waiting"}, "withdrawn", by=FILER),
    Move("withdraw", {"selection", "check", "suspended"}, "withdrawn", by=OFFICER),
    Move("hold", {"waiting"}, "selection", by=SYSTEM),
    Move("check", {"waiting", "selection"}, "check", by=SYSTEM),
    Move("suspend", {"check"}, "suspended", by=OFFICER),
    Move("pass", {"check", "suspended"}, "released", by=OFFICER),
    Move("release", {"waiting", "selection"}, "released", by=SYSTEM),
    groups={
        "saved": "draft",
        "waiting": "waiting",
        "selection": "waiting",
        "check": "waiting",
        "suspended": "waiting",
        "refused": "needs_you",
        "released": "done",
        "deleted": "done",
        "withdrawn": "done",
    },
)

NOT_ACCEPTED = ("saved", "waiting", "refused")
"""An inventory in these states stands on no documents yet: they can be changed and deleted."""

DOCUMENT = Machine(
    "document",
    Move("change", {"saved", "filed"}, "filed", by=FILER | {"payer", "carrier"}),
    Move("delete", {"saved", "filed"}, "deleted", by=FILER | {"payer", "carrier"}),
    groups={"saved": "draft", "filed": "done", "deleted": "done"},
)

WITHDRAWAL = Machine(
    "withdrawal",
    Move("file", {"saved"}, "asked", by=FILER),
    Move("accept", {"asked"}, "accepted", by={SYSTEM, OFFICER}),
    Move("refuse", {"asked"}, "refused", by={SYSTEM, OFFICER}),
    groups={"saved": "draft", "asked": "waiting", "accepted": "done", "refused": "done"},
)

# Goods coming back: whoever runs the site counts them in, customs decides, and time ends what did not arrive.
RETURN = Machine(
    "return",
    Move("change", {"saved", "asked"}, "asked", by=FILER),
    Move("delete", {"saved", "asked"}, "deleted", by=FILER),
    Move("arrive", {"asked"}, "arrived", by={OPERATOR, OFFICER}),
    Move("accept", {"arrived"}, "accepted", by=OFFICER),
    Move("refuse", {"asked", "arrived"}, "refused", by=OFFICER),
    Move("expire", {"asked"}, "expired", by=SYSTEM),
    groups={
        "saved": "draft",
        "asked": "waiting",
        "arrived": "waiting",
        "accepted": "done",
        "expired": "done",
        "refused": "done",
        "deleted": "done",
    },
)
COMING_BACK = ("asked", "arrived")
"""A return in these states keeps its tax bill from being collected."""

PAYERS = FILER | {"carrier"}

# 1 已生成, 2 已汇总, 3 作废. That a bill is paid is said by its order.
BILL = Machine(
    "bill",
    Move("reduce", {"generated"}, "generated", by=OFFICER),
    Move("void", {"generated"}, "void", by=OFFICER),
    Move("collect", {"generated"}, "collected", by={SYSTEM, OPERATOR}),
    Move("choose", {"generated"}, "collected", by=PAYERS),
    groups={"generated": "waiting", "collected": "waiting", "void": "done"},
)

# An order that was sent is unknown until the bank has said what became of it.
PAYMENT_ORDER = Machine(
    "payment_order",
    Move("send", {"made", "refused"}, "unknown", by=PAYERS),
    Move("settle", {"unknown"}, "paid", by=SYSTEM),
    Move("decline", {"unknown"}, "refused", by=SYSTEM),
    groups={"made": "needs_you", "unknown": "waiting", "refused": "needs_you", "paid": "done"},
)

# A master bill counted in at a supervised site: open until the site says that no more of it comes.
SITE = "site"
TALLY = Machine(
    "tally",
    Move("close", {"open"}, "closed", by={SITE, OPERATOR, OFFICER}),
    Move("reopen", {"closed"}, "open", by=OFFICER),
    groups={"open": "waiting", "closed": "done"},
)
