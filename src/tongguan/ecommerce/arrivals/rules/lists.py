"""What a list of arrivals (711) must satisfy. -800001: 校验不通过, which stands for many checks, told apart by the alias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Break, Rule

from ...models import ArrivalList, BillTally
from ...rules import fields

IMPORT = "I"


@dataclass(slots=True)
class ListCase:
    """A list with what it is judged by.

    ``a_site`` says whether the operator it names runs a supervised site, ``theirs`` whether he is the sender. ``tally`` is
    that of the bill at the site; ``elsewhere`` names, for the waybills that arrived before, the list that said so.
    """

    doc: Any
    a_site: bool
    theirs: bool
    before: ArrivalList | None = None
    tally: BillTally | None = None
    elsewhere: Mapping[str, str] = field(default_factory=dict)


class ListCheck(Rule, abstract=True):
    """A list of arrivals breaks a check."""

    code = family = "-800001"


class ListAppType(fields.AppType, ListCheck): ...


class ListAppStatus(fields.AppStatus, ListCheck): ...


class ListTime(fields.Time, ListCheck): ...


class ListPartyCode(fields.PartyCode, ListCheck):
    fields = ("operatorCode", "logisticsCode")


class ListKnownCode(fields.KnownCode, ListCheck):
    fields = (("customsCode", "customs_districts"), ("trafMode", "transport_modes"))


class ListDirection(ListCheck):
    """The list is for the direction {found}; only arrivals of import ({wanted}) are taken in."""

    alias = "IE_FLAG"

    def broken_by(self, doc, ctx):
        if doc.ieFlag != IMPORT:
            yield Break("ieFlag", found=doc.ieFlag, wanted=IMPORT)


class ListRepeatedLine(fields.RepeatedItem, ListCheck): ...


class ListLineNumbers(fields.ItemNumbers, ListCheck):
    level = "warn"


class WaybillTwice(ListCheck):
    """The waybill {number} stands in line {first} already."""

    alias = "WAYBILL_TWICE"

    def broken_by(self, doc, ctx):
        seen: dict[str, int] = {}
        for place, item in enumerate(doc.items, 1):
            first = seen.setdefault(item.logisticsNo, place)
            if first != place:
                yield Break(at("item", place, "logisticsNo"), number=item.logisticsNo, first=first)


class NumberGiven(ListCheck):
    """The number of an entry list is given by the port; {found} is not taken over."""

    alias = "NUMBER_GIVEN"
    level = "warn"

    def broken_by(self, doc, ctx):
        for name in ("preNo", "rkdNo"):
            if doc.appType == "1" and (found := getattr(doc, name)):
                yield Break(name, found=found)


class NotASite(Rule):
    """{code} is not registered as the operator of a supervised site."""

    code = "-10101"

    def broken_by(self, doc, ctx):
        if not doc.a_site:
            yield Break("operatorCode", code=doc.doc.operatorCode)


class NotYourSite(ListCheck):
    """The site of {code} is not the sender's; only its operator lists what arrives there."""

    alias = "NOT_YOURS"

    def broken_by(self, doc, ctx):
        if doc.a_site and not doc.theirs:
            yield Break("operatorCode", code=doc.doc.operatorCode)


class ListRepeated(Rule):
    """The list {number} has been filed already; to correct it, send it as a change (2)."""

    code = "-800003"

    def broken_by(self, doc, ctx):
        if doc.doc.appType == "1" and doc.before is not None and doc.before.state != "saved":
            yield Break("copNo", number=doc.before.number)


class ListNotFiled(ListCheck):
    """There is no list {number} of this operator to change or delete."""

    alias = "NOT_FILED"

    def broken_by(self, doc, ctx):
        if doc.doc.appType != "1" and doc.before is None:
            yield Break("copNo", number=doc.doc.copNo or doc.doc.guid)


class OlderList(Rule):
    """This message about the list {number} ({found}) is older than what stands ({known})."""

    code = "-800005"

    def broken_by(self, doc, ctx):
        if doc.before is not None and doc.doc.appTime < doc.before.app_time:
            yield Break("appTime", number=doc.before.number, found=doc.doc.appTime, known=doc.before.app_time)


class OtherBill(ListCheck):
    """The list {number} is of the bill {wanted}, not of {found}; delete it and file another one."""

    alias = "BILL"

    def broken_by(self, doc, ctx):
        before = doc.before
        if before is not None and before.state == "filed" and before.bill_no != doc.doc.billNo:
            yield Break("billNo", number=before.number, wanted=before.bill_no, found=doc.doc.billNo)


class TallyClosed(ListCheck):
    """The tally of the bill {number} is closed; only an officer opens it again."""

    alias = "CLOSED"

    def broken_by(self, doc, ctx):
        counted = doc.doc.appStatus == "2" or (doc.before is not None and doc.before.state == "filed")
        if counted and doc.tally is not None and doc.tally.state == "closed":
            yield Break("billNo", number=doc.tally.bill_no)


class ArrivedBefore(ListCheck):
    """The waybill {number} has arrived already: it stands in the entry list {found}."""

    alias = "ARRIVED_BEFORE"

    def broken_by(self, doc, ctx):
        if doc.doc.appType == "3" or not doc.elsewhere:
            return
        for place, item in enumerate(doc.doc.items, 1):
            if found := doc.elsewhere.get(item.logisticsNo):
                yield Break(at("item", place, "logisticsNo"), number=item.logisticsNo, found=found)


LIST = [
    ListAppType(), ListAppStatus(), ListTime(), ListPartyCode(), ListKnownCode(), ListDirection(), ListRepeatedLine(),
    ListLineNumbers(), WaybillTwice(), NumberGiven(),
]  # fmt: skip
LIST_CASE = [
    NotASite(), NotYourSite(), ListRepeated(), ListNotFiled(), OlderList(), OtherBill(), TallyClosed(), ArrivedBefore(),
]  # fmt: skip
