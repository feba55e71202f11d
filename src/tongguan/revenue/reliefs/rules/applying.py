"""What must be so before a relief is applied for, and what leaves an application to people."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass, field
from datetime import date

from tongguan.kernel.calendar import add_months
from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, template
from tongguan.licences.uses import is_quantity

from ..applications import Application
from ..terms import YEAR, Scheme

MOST_LINES = 50
MOST_WORDS = 500
PART, ANALYSER = "part", "medical_analyser"
_GCODE = re.compile("[0-9]{10}")
_OFFICE = re.compile("[0-9]{4}")


@dataclass(slots=True)
class Applying:
    """An application on its day, with what is known of the entity and of its letters.

    ``batch`` is that of the list the entity stands in, None where it stands in none. ``analysers`` are the days on which
    letters for an analyser were confirmed, ``known`` the codes that people confirmed under the scheme before, ``orders`` the
    orders that letters were applied for, ``missing`` the years whose report is missing.
    """

    asked: Application
    on: date
    of: Scheme | None
    holder: str
    agent: str = ""
    is_firm: bool = True
    mandated: bool = True
    batch: str | None = None
    sorts: tuple[str, ...] = ()
    analysers: Collection[date] = ()
    known: Collection[str] = field(default=())
    orders: Collection[str] = field(default=())
    missing: Collection[int] = ()
    tariff: Container[str] | None = None


def named(kind: str, found: str) -> dict[str, str]:
    """Return what a scheme, a class of goods, a purpose or a sort is called in both languages."""
    return {lang: template(f"relief.{kind}.{found}", lang) or found for lang in LANGUAGES}


class ReliefScheme(Rule):
    """{found} is no scheme of relief that is in force on {day}."""

    code = "RELIEF_SCHEME"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if doc.of is None:
            yield Break("scheme", found=named("scheme", doc.asked.scheme[:20]), day=doc.on)


class ReliefApplicant(Rule):
    """The entity {found} is no registered enterprise; give its unified social credit code."""

    code = "RELIEF_APPLICANT"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if not doc.is_firm:
            yield Break("holder", found=doc.holder)


class ReliefMandate(Rule):
    """{holder} has not mandated {agent} to file for it; ask for a mandate first."""

    code = "RELIEF_MANDATE"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if not doc.mandated:
            yield Break("holder", holder=doc.holder, agent=doc.agent)


class ReliefNotListed(Rule):
    """{holder} stands in no list of entities for {scheme} on {day}; the authority keeps the lists."""

    code = "RELIEF_NOT_LISTED"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if doc.of is not None and doc.is_firm and doc.batch is None:
            yield Break("holder", holder=doc.holder, scheme=named("scheme", doc.of.name), day=doc.on)


class ReliefProject(Rule):
    """Name the project the goods are for."""

    code = "RELIEF_PROJECT"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if not doc.asked.project.strip():
            yield Break("project")


class ReliefAtOffice(Rule):
    """A letter serves at one customs office, named by four digits; {found} is none."""

    code = "RELIEF_AT_OFFICE"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if not _OFFICE.fullmatch(doc.asked.office):
            yield Break("office", found=doc.asked.office[:20])


class ReliefLines(Rule):
    """An application names one to {most} goods; this one names {found}."""

    code = "RELIEF_LINES"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if not 1 <= len(doc.asked.lines) <= MOST_LINES:
            yield Break("lines", most=MOST_LINES, found=len(doc.asked.lines))


class ReliefGcode(Rule):
    """{found} is not a commodity code of ten digits that the tariff has."""

    code = "RELIEF_GCODE"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, one in enumerate(doc.asked.lines, 1):
            if not _GCODE.fullmatch(one.gcode) or (doc.tariff is not None and one.gcode not in doc.tariff):
                yield Break(f"lines/{place}/gcode", found=one.gcode[:20])


class ReliefName(Rule):
    """Name the goods as the declaration will."""

    code = "RELIEF_NAME"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, one in enumerate(doc.asked.lines, 1):
            if not one.name.strip():
                yield Break(f"lines/{place}/name")


class ReliefQuantity(Rule):
    """A quantity is more than zero, has at most five decimals, and a unit of the code list; {found} {unit} is not."""

    code = "RELIEF_QUANTITY"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, one in enumerate(doc.asked.lines, 1):
            if not is_quantity(one.quantity):
                yield Break(f"lines/{place}/quantity", found=one.quantity, unit=one.unit[:3])
            elif one.unit not in codes("units"):
                yield Break(f"lines/{place}/unit", found=one.quantity, unit=one.unit[:3])


class ReliefValue(Rule):
    """A value is more than zero and has a currency; leave both empty where it is not known."""

    code = "RELIEF_VALUE"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, one in enumerate(doc.asked.lines, 1):
            if one.value is None:
                continue
            if not one.value.is_finite() or one.value <= 0 or one.value.adjusted() >= _LONG:
                yield Break(f"lines/{place}/value")
            elif one.currency not in codes("currencies"):
                yield Break(f"lines/{place}/currency")


class ReliefClass(Rule):
    """{scheme} relieves of taxes for {goods}, not for {found}; goods that no list names are taxed as usual."""

    code = "RELIEF_CLASS"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, one in enumerate(doc.asked.lines, 1):
            if doc.of is not None and one.goods not in doc.of.goods:
                called = [named("goods", kind) for kind in doc.of.goods]
                joined = {lang: ("、" if lang == "zh" else ", ").join(of[lang] for of in called) for lang in LANGUAGES}
                yield Break(
                    f"lines/{place}/goods", scheme=named("scheme", doc.of.name), goods=joined,
                    found=named("goods", one.goods[:20]),
                )  # fmt: skip


class ReliefPurpose(Rule):
    """{scheme} is not for goods that are used for {purpose}."""

    code = "RELIEF_PURPOSE"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, one in enumerate(doc.asked.lines, 1):
            if doc.of is not None and one.purpose in doc.of.refused:
                yield Break(
                    f"lines/{place}/purpose", scheme=named("scheme", doc.of.name), purpose=named("purpose", one.purpose)
                )


class ReliefSort(Rule):
    """{found} is no sort of goods by which the years of supervision are known: ships and aircraft, vehicles, other goods."""

    code = "RELIEF_SORT"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, one in enumerate(doc.asked.lines, 1):
            if one.years not in doc.sorts:
                yield Break(f"lines/{place}/years", found=one.years[:20])


class ReliefPart(Rule):
    """A spare part is relieved within {years} years of the release of its instrument; give that day, {last} or later."""

    code = "RELIEF_PART"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        years = law("revenue.relief_part_years", on=doc.on).value
        first = add_months(doc.on, -years * YEAR)
        for place, one in enumerate(doc.asked.lines, 1):
            if one.goods == PART and (one.since_parent is None or not first <= one.since_parent <= doc.on):
                yield Break(f"lines/{place}/sinceParent", years=years, last=first)


class ReliefAnalyser(Rule):
    """A hospital is relieved for one medium-sized medical analyser in {years} years, and had a letter for one on {before}."""

    code = "RELIEF_ANALYSER"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        asked = [place for place, one in enumerate(doc.asked.lines, 1) if one.goods == ANALYSER]
        try:
            years = law("revenue.relief_analyser_years", on=doc.on).value
        except NotConfigured:
            return
        before = max((day for day in doc.analysers if add_months(day, years * YEAR) > doc.on), default=None)
        several = len(asked) > 1 or any(doc.asked.lines[place - 1].quantity > 1 for place in asked)
        for place in asked:
            if before is not None or several:
                yield Break(f"lines/{place}/goods", years=years, before=before or doc.on)


class ReliefErpItem(Rule):
    """The order names the item {item}, and the data of the equipment say nothing of it; send its code, name and class too."""

    code = "RELIEF_ERP_ITEM"

    def broken_by(self, doc: tuple, ctx) -> Iterator[Break]:
        order, known = doc
        for place, one in enumerate(order.lines, 1):
            if one.item not in known:
                yield Break(f"lines/{place}/item", item=one.item[:40])


class ReliefErpNumber(Rule):
    """An order has a number of one to {most} characters; by it the application is found in your system."""

    code = "RELIEF_ERP_NUMBER"

    def broken_by(self, doc: tuple, ctx) -> Iterator[Break]:
        order, _ = doc
        if not 1 <= len(order.number.strip()) <= _ORDER:
            yield Break("number", most=_ORDER)


class ReliefRiskOrder(Rule):
    """A letter was applied for with the order {order} before; somebody looks whether this is the same order again."""

    code = "RELIEF_RISK_ORDER"
    level = "warn"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if doc.asked.order_no in doc.orders:
            yield Break("orderNo", order=doc.asked.order_no)


class ReliefRiskGoods(Rule):
    """No letter of the entity was confirmed by people for {gcode} under this scheme yet; the first one is looked at."""

    code = "RELIEF_RISK_GOODS"
    level = "warn"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        for place, one in enumerate(doc.asked.lines, 1):
            if one.gcode not in doc.known:
                yield Break(f"lines/{place}/gcode", gcode=one.gcode)


class ReliefRiskReport(Rule):
    """The report on the use of relieved goods is missing for {years}."""

    code = "RELIEF_RISK_REPORT"
    level = "warn"

    def broken_by(self, doc: Applying, ctx) -> Iterator[Break]:
        if doc.missing:
            yield Break("holder", years=", ".join(map(str, sorted(doc.missing))))


class ReliefWords(Rule):
    """Say why, in at most {most} characters."""

    code = "RELIEF_WORDS"

    def broken_by(self, doc: str, ctx) -> Iterator[Break]:
        if not 1 <= len(doc.strip()) <= MOST_WORDS:
            yield Break("words", most=MOST_WORDS)


_ORDER = 40  # characters of the number of an order
_LONG = 15  # digits of a value before the point


WHO = [ReliefScheme(), ReliefApplicant(), ReliefMandate(), ReliefNotListed()]
APPLYING = [
    *WHO, ReliefProject(), ReliefAtOffice(), ReliefLines(), ReliefGcode(), ReliefName(), ReliefQuantity(), ReliefValue(),
    ReliefClass(), ReliefPurpose(), ReliefSort(), ReliefPart(), ReliefAnalyser(),
]  # fmt: skip
FROM_ERP = [ReliefErpNumber(), ReliefErpItem()]
RISKS = [ReliefRiskOrder(), ReliefRiskGoods(), ReliefRiskReport()]
SAYING = [ReliefWords()]
