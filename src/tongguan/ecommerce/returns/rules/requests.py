"""What a request to return goods (625) must satisfy.

-625001 is 退货申请单报文校验失败 and -625004 退货申请单申报失败: each stands for many checks, told apart by the alias. -625009
speaks of a second quantity, which this message does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Break, Rule

from ...models import Inventory, Return, TaxBill
from ...rules import fields
from ...rules.inventories import PreNumber
from ...rules.matching import readable
from ...states import INVENTORY
from ...states import RETURN as LIFE
from .naming import Names, state_name


@dataclass(slots=True)
class ReturnCase:
    """A request with what it is judged by.

    ``lines`` are the items that the inventory declared, ``taken`` what earlier requests ask for of each. ``ask_by`` is
    the last day to ask. ``elsewhere`` says whether the law of the day lets the goods come back to the office named.
    """

    doc: Any
    inventory: Inventory
    day: date
    buyer: bytes
    before: Return | None = None
    bill: TaxBill | None = None
    released_on: date | None = None
    ask_by: date | None = None
    elsewhere: bool = False
    lines: Mapping[int, Any] = field(default_factory=dict)
    taken: Mapping[int, Decimal] = field(default_factory=dict)

    def pairs(self) -> list[tuple[int, Any, Any]]:
        """Return each item, with its place, beside the inventory's item of the same number and commodity code."""
        known = ((place, item, self.lines.get(item.gnum)) for place, item in enumerate(self.doc.items, 1))
        return [row for row in known if row[2] is not None and row[2].gcode == row[1].gcode]


class ReturnCheck(Rule, abstract=True):
    """A request to return breaks a check."""

    code = family = "-625001"


class ReturnAppType(fields.AppType, ReturnCheck): ...


class ReturnAppStatus(fields.AppStatus, ReturnCheck): ...


class ReturnTime(fields.Time, ReturnCheck): ...


class ReturnPlatformCode(fields.PlatformCode, ReturnCheck): ...


class ReturnPartyCode(fields.PartyCode, ReturnCheck):
    fields = ("ebcCode", "agentCode", "logisticsCode")


class ReturnIdType(fields.PersonIdType, ReturnCheck): ...


class ReturnPersonId(fields.PersonId, ReturnCheck): ...


class ReturnRepeatedItem(fields.RepeatedItem, ReturnCheck): ...


class ReturnPositive(fields.Positive, ReturnCheck):
    item_fields = ("qty",)


class ReturnKnownCode(fields.KnownCode, ReturnCheck):
    fields = (("customsCode", "customs_districts"),)


class ReturnReason(ReturnCheck):
    """Why the goods are returned has to be said."""

    alias = "REASON"

    def broken_by(self, doc, ctx):
        if not doc.reason.strip():
            yield Break("reason")


class ReturnUnit(fields.KnownCode):
    code = "-625012"
    alias = ""
    item_fields = (("unit", "units"),)


class ReturnPreNumber(PreNumber):
    """The pre-entry number of a return is given by the port; a new request must come without one, not with {found}."""

    alias = "RETURN"


class ReturnNames(Names, ReturnCheck): ...


class ReturnRefused(Rule, abstract=True):
    """The return cannot be had."""

    code = family = "-625004"


class NotReleased(ReturnRefused):
    """The inventory {number} is {state}; goods are returned after release."""

    alias = "STATE"

    def broken_by(self, doc, ctx):
        if doc.inventory.state != "released":
            yield Break("invtNo", number=doc.doc.invtNo, state=state_name(INVENTORY, doc.inventory.state))


class AskedTooLate(ReturnRefused):
    """The goods were released on {released}; a return could be asked for until {last}."""

    alias = "ASK_TIME"

    def broken_by(self, doc, ctx):
        if doc.ask_by is not None and doc.day > doc.ask_by:
            yield Break("appTime", released=doc.released_on, last=doc.ask_by)


class TaxIsCollected(ReturnRefused):
    """The tax of the inventory {number} is in a payment order already; nothing can be taken off its bill."""

    alias = "TAX_COLLECTED"

    def broken_by(self, doc, ctx):
        if doc.bill is not None and doc.bill.state == "collected":
            yield Break("invtNo", number=doc.doc.invtNo)


class OtherDistrict(ReturnRefused):
    """The goods were released at the office {wanted} and have to come back there, not to {found} (mode {mode})."""

    alias = "DISTRICT"

    def broken_by(self, doc, ctx):
        found, wanted = doc.doc.customsCode, doc.inventory.customs_code
        if found != wanted and not doc.elsewhere:
            yield Break("customsCode", found=found, wanted=wanted, mode=doc.inventory.trade_mode)


class MoreThanBought(ReturnRefused):
    """Item {gnum}: {asked} are to come back, but of {bought} bought only {left} are not returned yet."""

    alias = "QUANTITY"

    def broken_by(self, doc, ctx):
        for place, item, line in doc.pairs():
            left = line.qty - doc.taken.get(item.gnum, Decimal(0))
            if item.qty > left:
                yield Break(
                    at("item", place, "qty"), gnum=item.gnum, asked=readable(item.qty), bought=readable(line.qty),
                    left=readable(left),
                )  # fmt: skip


class UnknownLine(Rule):
    """The inventory {number} has no item {gnum} with the commodity code {gcode}."""

    code = "-625209"

    def broken_by(self, doc, ctx):
        for place, item in enumerate(doc.doc.items, 1):
            line = doc.lines.get(item.gnum)
            if line is None or line.gcode != item.gcode:
                yield Break(at("item", place, "gcode"), number=doc.doc.invtNo, gnum=item.gnum, gcode=item.gcode)


class LineDiffers(Rule, abstract=True):
    """Item {gnum}: {found} is not what the inventory declared, {wanted}."""

    code = family = "-625010"
    attribute = ""

    def broken_by(self, doc, ctx):
        for place, item, line in doc.pairs():
            found, wanted = getattr(item, self.attribute), getattr(line, self.attribute)
            if found != wanted:
                yield Break(at("item", place, self.attribute), gnum=item.gnum, found=found, wanted=wanted)


class UnitDiffers(LineDiffers):
    alias = "UNIT"
    attribute = "unit"


class NameDiffers(LineDiffers):
    alias = "NAME"
    attribute = "gname"
    level = "warn"


class Standing(Rule, abstract=True):
    """What was filed before stands in the way."""

    code = family = "-625022"


class ReturnRepeated(Standing):
    """The return {number} has been filed already."""

    alias = "REPEATED"

    def broken_by(self, doc, ctx):
        if doc.doc.appType == "1" and doc.before is not None and doc.before.state != "saved":
            yield Break("copNo", number=doc.before.number)


class NotChangeable(Standing):
    """The return {number} can no longer be changed or deleted: it is {state}."""

    alias = "STATE"

    def broken_by(self, doc, ctx):
        if doc.doc.appType != "1" and doc.before is not None:
            verb = "change" if doc.doc.appType == "2" else "delete"
            if verb not in LIFE.open_to(doc.before.state):
                yield Break("copNo", number=doc.before.number, state=state_name(LIFE, doc.before.state))


class OlderReturn(ReturnRefused):
    """This message about the return {number} ({found}) is older than what stands ({known})."""

    alias = "OLD"

    def broken_by(self, doc, ctx):
        if doc.doc.appType != "1" and doc.before is not None and doc.doc.appTime < doc.before.app_time:
            yield Break("appTime", number=doc.before.number, found=doc.doc.appTime, known=doc.before.app_time)


RETURN = [
    ReturnAppType(), ReturnAppStatus(), ReturnTime(), ReturnPlatformCode(), ReturnPartyCode(), ReturnIdType(),
    ReturnPersonId(), ReturnRepeatedItem(), ReturnPositive(), ReturnKnownCode(), ReturnReason(), ReturnUnit(),
    ReturnPreNumber(),
]  # fmt: skip
STANDING = [ReturnRepeated(), NotChangeable(), OlderReturn()]
RETURN_STANDING = [NotReleased(), AskedTooLate(), TaxIsCollected()]
"""Whatever is asked, these are about the inventory alone: people are told of them before they ask."""
RETURN_CASE = [
    ReturnNames(),
    *RETURN_STANDING,
    OtherDistrict(),
    UnknownLine(),
    UnitDiffers(),
    NameDiffers(),
    MoreThanBought(),
]
