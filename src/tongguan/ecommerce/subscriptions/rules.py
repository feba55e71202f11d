"""What must be so before a firm lets another have its receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongguan.kernel.rules import Break, Rule


@dataclass(slots=True)
class Permission:
    """An address, who wants to allow it, and the enterprises whose machine clients have it."""

    dxp_id: str
    enterprise: int
    firms: Sequence[int]


class NoSuchAddress(Rule):
    """No machine client of a registered enterprise has the exchange address {address}."""

    code = "NO_SUCH_ADDRESS"

    def broken_by(self, doc, ctx):
        if not doc.firms:
            yield Break("dxpAddress", address=doc.dxp_id)


class AddressShared(Rule):
    """The exchange address {address} belongs to several enterprises; it cannot be said who would receive."""

    code = "ADDRESS_SHARED"

    def broken_by(self, doc, ctx):
        if len(doc.firms) > 1:
            yield Break("dxpAddress", address=doc.dxp_id)


class OwnAddress(Rule):
    """{address} is an exchange address of your own enterprise, which has these receipts already."""

    code = "OWN_ADDRESS"

    def broken_by(self, doc, ctx):
        if list(doc.firms) == [doc.enterprise]:
            yield Break("dxpAddress", address=doc.dxp_id)


ALLOWING = [NoSuchAddress(), AddressShared(), OwnAddress()]
