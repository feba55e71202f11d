"""Plans are filed as people would file them: a whole document, a manifest, a guarantee, each through its own action."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.db import transaction
from tests.advisor.cases import LINES
from tests.cargo.carrying import bill, by_air, by_sea
from tests.declarations import made
from tests.declarations.made import OFFICER, D, moment
from tests.revenue.firms import TERMS

from tongguan.advisor.plan import Read
from tongguan.advisor.posing import Scene
from tongguan.cargo import actions as cargo
from tongguan.declarations import actions, assessing
from tongguan.declarations.days import reference_days
from tongguan.declarations.two_steps import queries as steps
from tongguan.declarations.two_steps.elements import Answers
from tongguan.declarations.worth import worth
from tongguan.formats import dec
from tongguan.journal.actions import sequence
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor
from tongguan.licences.needed import needed
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find
from tongguan.revenue.guarantees import actions as guarantees
from tongguan.revenue.payments import queries as bills

ROWS = dec.documents.ROWS
MASTERS = {"2": "COSU600101", "5": "999-12345675"}
BULK, TRANSIT = "00", "1"
UNKNOWN_ORIGIN = "701"
"""Goods of an unknown origin pay the general rate, which is by value."""


@dataclass
class Filed:
    """What became of a plan that was filed: the findings that refused it, or what it owes and when."""

    refused: list[Finding] = field(default_factory=list)
    tax: Decimal | None = None
    value: Decimal | None = None
    late_fee: Decimal = D(0)
    due: date | None = None
    completion: date | None = None

    @property
    def accepted(self) -> bool:
        return not self.refused

    @property
    def codes(self) -> set[str]:
        return {one.code for one in self.refused}

    @property
    def letters(self) -> set[str]:
        return {one.values["letter"] for one in self.refused if one.code == "DEC_LICENCE_MISSING"}


class _Undo(Exception):
    """Takes everything of a filing back."""


def filed(of: Read, mode: str, scene: Scene, *, family: str = "", secured: bool = False) -> Filed:
    """File a plan in a mode while the conveyance is where the scene says, tell what became of it, and take it all back."""
    made_of = Filed()
    try:
        with transaction.atomic():
            _file(of, mode, scene, family, secured, made_of)
            raise _Undo
    except _Undo:
        return made_of


def _file(of: Read, mode: str, scene: Scene, family: str, secured: bool, into: Filed) -> None:
    at = moment(of.filing.isoformat(), 12)
    firm = find(of.firm)
    by = Actor("li", "trader", firm.pk, "李某")
    ship = _ship(of, scene, at) if of.transport in MASTERS else None
    number = ""
    if secured and of.guarantee:
        number = _guarantee(of, "consolidated" if family else "time_limit", by)
    settlement = "guarantee" if secured and of.guarantee else "payment"
    doc = document(of, firm, family=family, summary=mode == "two_step")
    answers = answered(of, doc, scene) if mode == "two_step" else None
    try:
        row = actions.save(doc, mode=mode, settlement=settlement, guarantee=number, answers=answers, by=by, at=at)
        row = actions.submit(row.pk, by=by, at=at)
    except Refused as refused:
        unknown = {"GUARANTEE_UNKNOWN": "GUARANTEE_GRADE"} if number == "NONE" else {}
        into.refused = [
            Finding(unknown.get(one.code, one.code), one.pointer, one.level, one.values)
            for one in refused.findings if one.level == "refuse"
        ]  # fmt: skip
        return
    if mode == "two_step":
        into.completion = steps.of(row).due_on
    into.due = next((one.due_on for one in bills.bills_of(str(row))), None)
    if mode == "advance" and ship is not None and scene.entered is None and of.entered and of.direction == "I":
        _enters(ship, of.entered, at, into, row)
    row.refresh_from_db()
    into.tax, into.value, into.late_fee = row.tax, row.value, row.late_fee


def _enters(ship: int, entered: date, at: datetime, into: Filed, row: Any) -> None:
    """Let the conveyance declare entry, by which the declaration is assessed again before its release."""
    then = max(moment(entered.isoformat(), 14), at)
    cargo.declare_entry(ship, then, by=_carrier(), at=then)
    sequence()
    actions.hear(at=then)
    actions.select(row.pk, "pass", by=OFFICER, at=then)


def _carrier() -> Actor:
    return Actor("carrier", "carrier", find(made.CARRIER).pk)


def _ship(of: Read, scene: Scene, at: datetime) -> int:
    told = by_sea if of.transport == "2" else by_air
    changed: dict[str, Any] = {
        "departs_at": moment("2026-02-01"),
        "expected_at": moment("2026-06-01"),
        "direction": of.direction,
    }
    cargo_of = told(bill(MASTERS[of.transport], consignee_code=of.firm, pieces=10, gross=D(1000)), **changed)
    by = _carrier()
    row = cargo.receive(cargo_of, by=by, at=moment("2026-02-01"))
    number = row.pk if hasattr(row, "pk") else row
    before = moment(of.filing.isoformat(), 8)
    if scene.entered is not None:
        entered = min(before, moment(scene.entered.isoformat(), 8))
        cargo.declare_entry(number, entered, by=by, at=entered)
    if scene.arrived:
        _arrives(of, number, before)
    return number


def _arrives(of: Read, number: int, at: datetime) -> None:
    if of.direction == "I":
        cargo.arrive(number, at, by=_carrier(), at=at)
    else:
        cargo.deliver(of.transport, MASTERS[of.transport], at, by=Actor("site", "operator"), at=at)


def _guarantee(of: Read, scope: str, by: Actor) -> str:
    """Return the number of a guarantee that the firm files and customs accept; of one it may not have there is none."""
    at = moment("2026-01-05")
    try:
        row = guarantees.draft(of.guarantee, of.left or D(5_000_000), **TERMS | {"scopes": [scope]}, by=by, at=at)
        guarantees.file(row.number, by=by, at=at)
        return guarantees.accept(row.number, by=OFFICER, at=at).number
    except Refused as refused:
        assert {one.code for one in refused.findings} == {"GUARANTEE_GRADE"}
        return "NONE"


def answered(of: Read, doc: Any, scene: Scene) -> Answers:
    """Return the answers to the three questions that are true of a plan."""
    tariff = assessing.book(of.filing)
    value = worth(doc, of.filing)
    needs = needed(of.codes, direction=of.direction, mode=of.mode, value=value, book=tariff, on=of.filing)
    licensed = any(one.licences for one in needs.values())
    try:
        owed = assessing.assessed(doc, reference_days("two_step", of.filing, entered=scene.entered)).tax
    except Refused:
        owed = D(0)
    return Answers(licensed=licensed, taxed=bool(owed))


def document(of: Read, firm: Enterprise, *, family: str = "", summary: bool = False) -> Any:
    """Return the whole document of a plan, as a firm that files for itself writes it."""
    claims = bool(of.claim and of.proof)
    items = [_item(of, one, claims) for one in of.lines]
    papers = [ROWS["document"](DocuCode=one, CertCode="P26-1") for one in sorted(of.papers)]
    if claims:
        papers.append(ROWS["document"](DocuCode="Y", CertCode=f"<{of.claim}>{of.proof}"))
    charges = {}
    for name, start in (("freight", "Fee"), ("insurance", "Insur"), ("additions", "Other")):
        if amount := of.charges.get(name):
            charges |= {f"{start}Mark": "3", f"{start}Rate": amount, f"{start}Curr": of.currency}
    plain = dict.fromkeys(("FeeMark", "FeeRate", "FeeCurr"))
    told = plain | charges | {
        "IEFlag": of.direction, "CustomMaster": of.customs, "IEPort": of.customs, "TrafMode": of.transport,
        "BillNo": MASTERS.get(of.transport, "LAND-1"), "TradeMode": of.mode, "TransMode": of.terms, "Type": f"{family:2}0   ",
        "WrapType": BULK if of.goods == "bulk" else "22", "TradeCoScc": firm.uscc, "TradeCode": firm.customs_registration,
        "TradeName": firm.name_zh, "OwnerCodeScc": firm.uscc, "OwnerName": firm.name_zh, "AgentCodeScc": firm.uscc,
        "AgentCode": firm.customs_registration, "AgentName": firm.name_zh, "documents": papers,
    }  # fmt: skip
    made_of = made.document(*items, **told)
    if of.goods == "transit":
        made_of = msgspec.structs.replace(made_of, DeclTrnRel=TRANSIT)
    if summary:
        box = ROWS["container"](ContainerId="CSQU3054383", ContainerMd="11", GoodsNo="1")
        named = papers or [ROWS["document"](DocuCode="0", CertCode="none")]
        made_of = msgspec.structs.replace(made_of, Type="  5   ", containers=[box], documents=named)
    return made_of


def _item(of: Read, one: Any, claims: bool) -> Any:
    stated = dict(one.quantities)
    second = LINES.get(one.gcode, {}).get("unit2") or None
    covered = claims and one.origin == "116" and "rcep" in LINES.get(one.gcode, {})
    by_weight = of.direction == "I" and LINES.get(one.gcode, {}).get("specific") and one.origin != UNKNOWN_ORIGIN
    weighed = None if by_weight else D(1)  # what no rate asks for is written somehow
    each = (one.price / stated["007"]).quantize(D("0.0001"))
    return made.item(
        CodeTS=one.gcode, GQty=stated["007"], GUnit="007", DeclPrice=each, DeclTotal=one.price, TradeCurr=of.currency,
        OriginCountry=one.origin, FirstQty=stated.get("035", weighed), FirstUnit="035", SecondUnit=second,
        SecondQty=D(1) if second else None, RcepOrigPlaceCode=one.origin if covered else None,
    )  # fmt: skip
