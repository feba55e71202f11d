"""The declaration that a plan would become, and what it is judged against when it is filed (拟申报内容).

The conveyance is where the plan says it is on the day of filing. Where that is the day on which it declares entry or
arrives, both are tried: it goes by the hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from tongguan.cargo.queries import Known
from tongguan.declarations.days import ADVANCE, SHANGHAI, TWO_STEP, Days, reference_days
from tongguan.declarations.reading import ORIGIN_DOCUMENT
from tongguan.declarations.rules.context import Asked, Context
from tongguan.declarations.rules.manifest import CARRIED
from tongguan.declarations.two_steps.queries import defaults
from tongguan.declarations.worth import worth
from tongguan.formats import dec
from tongguan.kernel.calendar import Uncountable
from tongguan.kernel.law import DayLaw, NotConfigured, law
from tongguan.licences.needed import CodeNeeds, needed
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find_many
from tongguan.revenue.exchange import queries as exchange
from tongguan.revenue.payments.queries import is_suspended
from tongguan.revenue.valuation import TOTAL
from tongguan.tariff.book import Book
from tongguan.tariff.entries import AGREEMENT, SPECIAL
from tongguan.tariff.queries import book

from .plan import BULK, IMPORT, TRANSIT, Line, Read
from .standing import Standing, standing_of

ORDINARY = "ordinary"
PLANNED = "planned"
"""What stands for the number of a bill, or of a guarantee, that there will be."""

_LEVIED, _UNDER_TRANSIT = "1", "1"
_DOCUMENT = dec.documents.ROWS["document"]
_ONE = Decimal(1)


class Scene(NamedTuple):
    """Where the conveyance is when the plan is filed: the day it declared entry, None before; whether it has arrived."""

    entered: date | None
    arrived: bool


@dataclass(slots=True)
class Ground:
    """What everything in an answer is judged by: the law and tariff of the day of filing, and how the firm stands.

    ``own`` says that who asks acts for the firm: only then what it alone may know is counted.
    """

    plan: Read
    law: DayLaw
    tariff: Book
    needs: Mapping[str, CodeNeeds]
    standing: Standing
    firms: Mapping[str, Enterprise] = field(default_factory=dict)
    suspended: bool = False
    late: int = 0
    most: int = 0
    own: bool = False

    @property
    def day(self) -> date:
        """The day of filing."""
        return self.plan.filing


def ground(of: Read, *, own: bool = False) -> Ground:
    """Return what a plan is judged by; raises NotConfigured where there is no tariff or no law for its day."""
    day = of.filing
    tariff = book(day)
    firms = find_many([of.firm]) if of.firm else {}
    made = Ground(of, law.on(day), tariff, {}, standing_of(of.firm, of.grade, day), firms, own=own)
    value = worth(document(made), day)  # samples of little value need no automatic licence
    made.needs = needed(of.codes, direction=of.direction, mode=of.mode, value=value, book=tariff, on=day)
    firm = firms.get(of.firm)
    if own and firm is not None:
        made.suspended = is_suspended(of.firm)
        with suppress(NotConfigured):  # before there were two steps
            made.most, made.late = made.law("declarations.two_step_defaults_most"), defaults([firm.pk], day)[firm.pk]
    return made


def is_carried(of: Read) -> bool:
    """Return whether manifests of this way of transport are received here, by which entry is known."""
    return of.transport in CARRIED


def scenes(of: Read) -> list[Scene]:
    """Return where the conveyance may be on the day of filing, the earlier first; one scene where the plan settles it."""
    arrived = _before(of.arrived, of.filing)
    if of.direction != IMPORT or not is_carried(of):
        return [Scene(None, one) for one in arrived]
    entered = [of.entered if one else None for one in _before(of.entered, of.filing)]
    return [Scene(day, came) for day in entered for came in arrived if day is not None or not came]


def _before(day: date | None, filing: date) -> list[bool]:
    """Return whether something of a day has happened when one files on another; both where they are the same."""
    return [False, True] if day == filing else [day is not None and day < filing]


def document(of: Ground, *, family: str = "", step: str = dec.INTEGRATED, claimed: bool = True) -> Any:
    """Return what would be declared; ``claimed`` leaves out the agreement that is claimed where it is false."""
    plan = of.plan
    charges: dict[str, Any] = {}
    for name, start in (("freight", "Fee"), ("insurance", "Insur"), ("additions", "Other")):
        if amount := plan.charges.get(name):
            charges |= {f"{start}Mark": TOTAL, f"{start}Rate": amount, f"{start}Curr": plan.currency}
    claims = bool(plan.claim and plan.proof and claimed)
    return dec.Declaration(
        IEFlag=plan.direction, CustomMaster=plan.customs or None, IEPort=plan.customs or None, TrafMode=plan.transport,
        BillNo=PLANNED if is_carried(plan) else None, TradeMode=plan.mode, TransMode=plan.terms,
        Type=f"{family:2}{step}   ", TradeCoScc=plan.firm or None,
        WrapType=next(iter(of.law("declarations.bulk_packages")), None) if plan.goods == BULK else None,
        DeclTrnRel=_UNDER_TRANSIT if plan.goods == TRANSIT else None,
        items=[_item(of, one, place, claims) for place, one in enumerate(plan.lines, 1)],
        documents=[_DOCUMENT(DocuCode=ORIGIN_DOCUMENT, CertCode=f"<{plan.claim}>{plan.proof}")] if claims else [],
        **charges,
    )  # fmt: skip


def _item(of: Ground, one: Line, place: int, claims: bool) -> Any:
    line = of.tariff.line(one.gcode)
    stated = dict(one.quantities)
    first, second = (line.unit1, line.unit2) if line is not None else ("", "")
    unit = next(iter(stated), "")
    return dec.Item(
        GNo=place, CodeTS=one.gcode, DeclTotal=one.price, TradeCurr=of.plan.currency, OriginCountry=one.origin or None,
        GUnit=unit or None, GQty=stated.get(unit), FirstUnit=first or None, FirstQty=stated.get(first),
        SecondUnit=second or None, SecondQty=stated.get(second) if second else None, DutyMode=_LEVIED,
        RcepOrigPlaceCode=one.origin if claims and covers(of, one, of.plan.claim) else None,
    )  # fmt: skip


def covers(of: Ground, one: Line, claim: str) -> bool:
    """Return whether the tariff has a rate of an agreement or preference for a line, and the agreement is for its origin."""
    return one.origin in origins(of, claim) and claim in scopes(of, one)


def origins(of: Ground, claim: str) -> tuple[str, ...]:
    """Return the origins an agreement or a preference is for."""
    try:
        return tuple(of.law("revenue.preference_origins").get(claim, ()))
    except NotConfigured:
        return ()


def scopes(of: Ground, one: Line) -> dict[str, Any]:
    """Return the agreements and preferences that the tariff has a rate of for a line, with the rate."""
    line = of.tariff.line(one.gcode)
    if line is None:
        return {}
    return {rate.kind.partition(":")[2]: rate for kind in (SPECIAL, AGREEMENT) for rate in line.scopes(kind)}


def with_papers(of: Ground, doc: Any) -> Any:
    """Return a document that names every paper that is at hand."""
    named = [_DOCUMENT(DocuCode=letter, CertCode=PLANNED) for letter in sorted(of.plan.papers)]
    return msgspec.structs.replace(doc, documents=[*doc.documents, *named])


def context(of: Ground, asked: Asked, scene: Scene) -> Context:
    """Return what a document is judged against in a scene; no bill, firm or guarantee has to be there yet."""
    bill = _bill(of.plan, scene) if is_carried(of.plan) else None
    return Context(
        of.day, of.law, of.tariff, asked, of.firms, bill, needs=of.needs, is_suspended=of.suspended
    )  # fmt: skip


def _bill(of: Read, scene: Scene) -> Known:
    at = datetime.combine(of.filing, time(), SHANGHAI)
    return Known(
        id=0, subject="", number=PLANNED, conveyance=0, vehicle="", voyage="", name="", customs_code=of.customs,
        manifest_received=at, entry_declared=scene.entered, arrived=at if scene.arrived else None, unloaded=None, pieces=0,
        gross=_ONE, consignee_code="", consignee_name="", containers=(), state="", conveyance_state="",
    )  # fmt: skip


@dataclass
class Rates:
    """The exchange rates of days, as filing would find them; where none are published yet, the latest that are.

    ``assumed`` is the day of the parities that stand in for others, None while none have to; ``given`` is the rate that
    the plan itself names, for its currency.
    """

    currency: str = ""
    given: Decimal | None = None
    assumed: date | None = None
    known: dict[date, Mapping[str, Decimal]] = field(default_factory=dict)

    def __call__(self, on: date) -> Mapping[str, Decimal]:
        """Return yuan for one unit of each currency on a day; raises NotConfigured where no parity was ever published."""
        if on not in self.known:
            self.known[on] = self._rates(on)
        return self.known[on]

    def _rates(self, on: date) -> Mapping[str, Decimal]:
        own = {self.currency: self.given} if self.given is not None else {}
        try:
            return {**exchange.rates(on), **own}
        except (NotConfigured, Uncountable):
            if own:
                return own
            if not self.latest:
                raise
        self.assumed, known = self.latest
        return known

    @cached_property
    def latest(self) -> tuple[date, Mapping[str, Decimal]] | None:
        """The latest day of which parities are known, with them."""
        return exchange.latest()


def days(of: Read, mode: str, *, entered: date | None = None) -> Days:
    """Return the days that decide, where a plan is filed in a mode; ``entered`` counts beside what manifests will tell.

    Raises NotConfigured.
    """
    told = entered if entered is not None else of.entered if is_carried(of) and of.direction == IMPORT else None
    return reference_days(mode, of.filing, entered=told if mode in (ADVANCE, TWO_STEP) else None)
