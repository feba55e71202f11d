"""What a request to withdraw an inventory (623) must satisfy. -623001: 报文校验失败."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tongguan.kernel.rules import Break, Rule

from ...models import Inventory, Withdrawal
from ...rules import fields
from ...states import INVENTORY
from .naming import Names, state_name


@dataclass(slots=True)
class WithdrawalCase:
    """A request with the inventory it names, what was asked before, and the digest of the buyer it names."""

    doc: Any
    inventory: Inventory
    before: Withdrawal | None
    buyer: bytes


class WithdrawalCheck(Rule, abstract=True):
    """A request to withdraw breaks a check."""

    code = family = "-623001"


class OnlyNew(WithdrawalCheck):
    """The kind of filing is {found}; a withdrawal is only filed as new (1)."""

    alias = "APP_TYPE"

    def broken_by(self, doc, ctx):
        if doc.appType != "1":
            yield Break("appType", found=doc.appType)


class WithdrawalAppStatus(fields.AppStatus, WithdrawalCheck): ...


class WithdrawalTime(fields.Time, WithdrawalCheck): ...


class WithdrawalPlatformCode(fields.PlatformCode, WithdrawalCheck): ...


class WithdrawalPartyCode(fields.PartyCode, WithdrawalCheck):
    fields = ("ebcCode", "agentCode", "logisticsCode")


class WithdrawalIdType(fields.PersonIdType, WithdrawalCheck): ...


class WithdrawalPersonId(fields.PersonId, WithdrawalCheck): ...


class WithdrawalKnownCode(fields.KnownCode, WithdrawalCheck):
    fields = (("customsCode", "customs_districts"),)


class WithdrawalReason(Rule):
    """Why the inventory is withdrawn has to be said."""

    code = "-623012"

    def broken_by(self, doc, ctx):
        if not doc.reason.strip():
            yield Break("reason")


class WithdrawalNames(Names, WithdrawalCheck):
    fields = (*Names.fields, ("customsCode", "customs_code"))


class NotWithdrawable(Rule):
    """The inventory {number} can no longer be withdrawn: it is {state}."""

    code = "-623005"

    def broken_by(self, doc, ctx):
        state = doc.inventory.state
        if state != "withdrawn" and "withdraw" not in INVENTORY.open_to(state):
            yield Break("invtNo", number=doc.doc.invtNo, state=state_name(INVENTORY, state))


class WithdrawnAlready(Rule):
    """The withdrawal of the inventory {number} has been filed already."""

    code = "-623009"

    def broken_by(self, doc, ctx):
        asked = doc.before is not None and doc.before.state != "saved"
        if asked or doc.inventory.state == "withdrawn":
            yield Break("invtNo", number=doc.doc.invtNo)


WITHDRAWAL = [
    OnlyNew(), WithdrawalAppStatus(), WithdrawalTime(), WithdrawalPlatformCode(), WithdrawalPartyCode(), WithdrawalIdType(),
    WithdrawalPersonId(), WithdrawalKnownCode(), WithdrawalReason(),
]  # fmt: skip
WITHDRAWAL_STANDING = [NotWithdrawable(), WithdrawnAlready()]
"""Whatever is asked, these are about the inventory alone: people are told of them before they ask."""
WITHDRAWAL_CASE = [WithdrawalNames(), *WITHDRAWAL_STANDING]
