"""The life of an inventory, and of the documents it stands on."""

from tongguan.kernel.states import Machine, Move

SYSTEM = "system"
OFFICER = "officer"
FILER = {"platform", "broker", "trader", "operator"}

INVENTORY = Machine(
    "inventory",
    Move("amend", {"saved", "waiting", "refused"}, "waiting", by=FILER),
    Move("delete", {"saved", "waiting", "refused"}, "deleted", by=FILER),
    Move("refuse", {"waiting", "check", "suspended"}, "refused", by={SYSTEM, OFFICER}),
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
    },
)

DOCUMENT = Machine(
    "document",
    Move("change", {"saved", "filed"}, "filed", by=FILER | {"payer", "carrier"}),
    Move("delete", {"saved", "filed"}, "deleted", by=FILER | {"payer", "carrier"}),
    Move("bind", {"filed"}, "bound", by=SYSTEM),
    Move("unbind", {"bound"}, "filed", by=OFFICER),
    groups={"saved": "draft", "filed": "waiting", "bound": "done", "deleted": "done"},
)
