"""Who declares for another needs his mandate (委托书): asked of inventories (621) and of requests (623, 625).

``ctx`` are the pairs of codes, of the declarant and of the merchant, between which no mandate is in force.
"""

from __future__ import annotations

from collections.abc import Set

from tongguan.kernel.rules import Break, Rule

Pair = tuple[str, str]


class MandateCheck(Rule, abstract=True):
    """{agent} holds no mandate of {principal} in force by which it may file this message."""

    alias = "MANDATE"
    level = "warn"  # refuses where TONGGUAN_MANDATES is required

    def broken_by(self, doc, ctx: Set[Pair]):
        agent, principal = pair(doc)
        if (agent, principal) in ctx:
            yield Break("agentCode", agent=agent, principal=principal)


class InventoryMandate(MandateCheck):
    code = family = "-621001"


class WithdrawalMandate(MandateCheck):
    code = family = "-623001"


class ReturnMandate(MandateCheck):
    code = family = "-625001"


MANDATE: dict[str, MandateCheck] = {
    "CEB621Message": InventoryMandate(), "CEB623Message": WithdrawalMandate(), "CEB625Message": ReturnMandate(),
}  # fmt: skip
"""The rule of each message that somebody may file for another."""


def pair(doc: object) -> Pair:
    """Return who declares (agentCode) and for which merchant (ebcCode)."""
    return doc.agentCode, doc.ebcCode  # type: ignore[attr-defined]
