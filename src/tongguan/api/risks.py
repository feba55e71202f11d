"""Risk findings (风险线索): patterns of re-sale, for programs of the authority. People are never named here."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from tongguan.ecommerce.models import RiskFinding
from tongguan.ecommerce.patterns import queries
from tongguan.ecommerce.patterns.states import RISK_FINDING
from tongguan.ecommerce.queries import SEES_ALL
from tongguan.kernel.states import Actor, NotYours
from tongguan.kernel.texts import LANGUAGES, text

from . import shapes, views
from .problems import Problem
from .v1 import described, who, wrong

router = Router()


@router.get("/risks", **described("list_risks", "risks", shapes.RiskFindings, fails=(400, 403)))
def list_risks(request: HttpRequest, state: str = "", before: int | None = None) -> shapes.RiskFindings:
    actor = _authority(request)
    if state and state not in RISK_FINDING.states:
        raise wrong("state", "risk_state")
    found = queries.risk_findings(to=actor, state=state, before=_place(before), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE else None
    return shapes.RiskFindings(findings=[_finding(row) for row in page], next=more)


@router.get("/risks/{number}", **described("one_risk", "risks", shapes.RiskFindingWithParcels, fails=(400, 403, 404)))
def one_risk(request: HttpRequest, number: int, before: int | None = None) -> shapes.RiskFindingWithParcels:
    actor = _authority(request)
    row = queries.risk_finding(number, to=actor) if _place(number) else None
    if row is None:
        raise Problem("NOT_FOUND")
    behind = queries.parcels_behind(row, before=_place(before), limit=queries.PAGE + 1)
    page = behind[: queries.PAGE]
    parcels = [
        shapes.RiskParcel(
            subject=str(one), ebp_code=one.ebp_code, order_no=one.order_no, invt_no=one.invt_no, state=one.state
        )
        for one in page
    ]
    more = page[-1].pk if len(behind) > queries.PAGE else None
    return shapes.RiskFindingWithParcels(finding=_finding(row), parcels=parcels, next=more)


def _authority(request: HttpRequest) -> Actor:
    actor = who(request).known
    if actor.role not in SEES_ALL:
        raise NotYours(machine="risk_finding", verb="confirm", role=actor.role, roles=sorted(SEES_ALL))
    return actor


def _place(number: int | None) -> int | None:
    """Return a number that a table can hold; what is beyond it is the beginning, as on the pages."""
    return number if number is not None and 0 < number < 2**63 else None


def _finding(row: RiskFinding) -> shapes.RiskFinding:
    says = shapes.Text(
        *(
            text(f"pattern.{row.pattern}.says", lang, count=row.count, most=row.most, gcode=row.gcode)
            for lang in LANGUAGES
        )
    )
    return shapes.RiskFinding(
        id=row.pk, pattern=row.pattern, state=row.state, says=says, gcode=row.gcode, count=row.count, most=row.most,
        parcels=row.parcels, first_day=row.first_day, last_day=row.last_day, found_at=views.there(row.found_at),
        seen_at=views.there(row.seen_at), decided_at=row.decided_at and views.there(row.decided_at), reason=row.reason,
    )  # fmt: skip
