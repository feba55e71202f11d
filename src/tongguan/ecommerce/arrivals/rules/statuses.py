"""What a status of a waybill (513) must satisfy. -505011: 参数校验不通过; -505014: 未找到对应操作."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES

from ...models import Waybill, WaybillStatus
from ...rules import fields

CODES = "waybill_statuses"
EARLIEST = "2000"
"""Times before this year are slips of the pen."""


@dataclass(slots=True)
class StatusCase:
    """A report with the waybill it names, the latest report of that status, and whether the waybill is the sender's."""

    doc: Any
    waybill: Waybill | None
    before: WaybillStatus | None
    theirs: bool


class StatusCheck(Rule, abstract=True):
    """The status of a waybill breaks a check."""

    code = family = "-505011"


class StatusAppType(fields.AppType, StatusCheck): ...


class StatusAppStatus(fields.AppStatus, StatusCheck): ...


class StatusTime(fields.Time, StatusCheck):
    fields = ("appTime", "logisticsTime")


class StatusLongAgo(StatusCheck):
    """The status is of {happened}; there was no e-commerce import then."""

    alias = "LONG_AGO"

    def broken_by(self, doc, ctx):
        if fields.is_time(doc.logisticsTime) and doc.logisticsTime < EARLIEST:
            yield Break("logisticsTime", happened=doc.logisticsTime)


class StatusPartyCode(fields.PartyCode, StatusCheck):
    fields = ("logisticsCode",)


class StatusCode(StatusCheck):
    """The status of the waybill is {found}; it is one of {known}."""

    alias = "STATUS"

    def broken_by(self, doc, ctx):
        known = codes(CODES)
        if doc.logisticsStatus not in known:
            named = {lang: ", ".join(f"{one.code} {one.text(lang)}" for one in known) for lang in LANGUAGES}
            yield Break("logisticsStatus", found=doc.logisticsStatus, known=named)


class StatusAhead(StatusCheck):
    """The status is of {happened}, later than the report of it ({reported})."""

    alias = "AHEAD"
    level = "warn"

    def broken_by(self, doc, ctx):
        if doc.logisticsTime > doc.appTime:
            yield Break("logisticsTime", happened=doc.logisticsTime, reported=doc.appTime)


class StatusNotFound(Rule, abstract=True):
    """There is nothing that the report could be of."""

    code = family = "-505014"


class NotTheCarrier(StatusNotFound):
    """The waybill {number} is neither the sender's own nor was it filed by him; he cannot report its status."""

    alias = "NOT_YOURS"

    def broken_by(self, doc, ctx):
        if not doc.theirs:
            yield Break("logisticsCode", number=doc.doc.logisticsNo)


class UnknownWaybill(StatusNotFound):
    """There is no waybill {number} of the carrier {carrier}; file the waybill (511) first."""

    alias = "WAYBILL"

    def broken_by(self, doc, ctx):
        if doc.theirs and doc.waybill is None:
            yield Break("logisticsNo", number=doc.doc.logisticsNo, carrier=doc.doc.logisticsCode)


class StatusNotReported(StatusNotFound):
    """The status {status} of the waybill {number} has not been reported, so it cannot be changed or deleted."""

    alias = "NOT_REPORTED"

    def broken_by(self, doc, ctx):
        if doc.theirs and doc.waybill is not None and doc.doc.appType != "1" and not _stands(doc.before):
            yield Break("appType", number=doc.doc.logisticsNo, status=doc.doc.logisticsStatus)


class StatusRepeated(Rule):
    """The status {status} of the waybill {number} has been reported already."""

    code = "-505012"

    def broken_by(self, doc, ctx):
        if doc.theirs and doc.doc.appType == "1" and _stands(doc.before):
            yield Break("logisticsStatus", number=doc.doc.logisticsNo, status=doc.doc.logisticsStatus)


def _stands(before: WaybillStatus | None) -> bool:
    return before is not None and before.verb != "deleted"


STATUS = [
    StatusAppType(),
    StatusAppStatus(),
    StatusTime(),
    StatusLongAgo(),
    StatusPartyCode(),
    StatusCode(),
    StatusAhead(),
]
STATUS_CASE = [NotTheCarrier(), UnknownWaybill(), StatusNotReported(), StatusRepeated()]
