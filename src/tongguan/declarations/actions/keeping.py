"""What the actions share: a declaration locked, its document, what lists show of it, and who may touch it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tongguan.kernel.rules import Finding
from tongguan.kernel.states import Actor
from tongguan.parties.functions import insist_able
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find_many

from ..days import TWO_STEP, day_of
from ..judging import key_of
from ..models import Declaration, DeclarationVersion
from ..rules.context import Asked
from ..sealing import opened, sealed
from ..states import CUSTOMS, DECLARATION, FILERS
from ..two_steps.models import TwoStep


def locked(number: int, *, by: Actor) -> Declaration:
    """Return a declaration, locked; raises Declaration.DoesNotExist for one that is not his who acts.

    A declaration is locked before anything else.
    """
    insist_filer(by)
    row = Declaration.objects.select_for_update(of=("self",)).get(pk=number)
    insist_own([row], by=by)
    return row


def insist_filer(by: Actor) -> None:
    """Raise NotYours for somebody of a firm that declares whose functions there do not let him file."""
    if by.role in FILERS:
        insist_able(by, "file", machine=DECLARATION.name, verb="save")


def insist_own(rows: Iterable[Declaration], *, by: Actor) -> None:
    """Raise Declaration.DoesNotExist unless all of these are his who acts, or he acts for customs or the window."""
    if by.role in CUSTOMS or by.role == "system":
        return
    if by.enterprise is None or any(row.agent_id != by.enterprise for row in rows):
        raise Declaration.DoesNotExist


def document(row: Declaration, version: int | None = None) -> Any:
    """Return what a declaration says, as it stands or in an earlier version; raises Forgotten."""
    return opened(version_of(row, version).sealed)


def version_of(row: Declaration, version: int | None = None) -> DeclarationVersion:
    """Return a version of a declaration, the present one unless another is named."""
    return DeclarationVersion.objects.get(declaration=row, version=version or row.version)


def asked(row: Declaration, step: TwoStep | None = None) -> Asked:
    """Return how a declaration is filed beside what it says; ``step`` for who has read what it has of two steps."""
    from ..two_steps.queries import answered, answers

    found = (answered(step) if step is not None else answers(row)) if row.mode == TWO_STEP else None
    return Asked(row.mode, row.settlement, row.guarantee, row.agent_id, found)


def show(row: Declaration, of: Any, known: Mapping[str, Enterprise] | None = None) -> None:
    """Write into a declaration what lists show of its document; ``known`` are the firms of its codes, where asked for."""
    firms = find_many(code for code in (of.TradeCoScc, of.TradeCode) if code) if known is None else known
    trader = firms.get(of.TradeCoScc or "") or firms.get(of.TradeCode or "")
    key = key_of(of)
    row.direction, row.customs = of.IEFlag or row.direction, (of.CustomMaster or "")[:4]
    row.trade_mode, row.transport_mode = (of.TradeMode or "")[:4], (of.TrafMode or "")[:1]
    row.trader, row.trader_name, row.agent_name = trader, (of.TradeName or "")[:100], (of.AgentName or "")[:100]
    row.bill_no = (key.tidy().number if key else of.BillNo or "")[:64]
    row.lines, row.pieces, row.gross = len(of.items), of.PackNo, of.GrossWet
    row.goods = (of.items[0].GName or "")[:255] if of.items else ""


def write_version(row: Declaration, of: Any, *, by: Actor, at: datetime, grounds: str = "", reason: str = "") -> None:
    """Keep what a declaration says under its present version; a draft's is written anew, an accepted one's never."""
    DeclarationVersion.objects.update_or_create(
        declaration=row, version=row.version,
        defaults={
            "sealed": sealed(of, on=day_of(at)), "at": at, "by": by.name, "role": by.role, "grounds": grounds,
            "reason": reason[:500],
        },
    )  # fmt: skip


def move(row: Declaration, verb: str, *, by: Actor) -> None:
    """Bring a declaration into the state a verb leads to; raises NotNow, NotYours."""
    row.state = DECLARATION.after(row.state, verb, by=by)
    row.group = DECLARATION.group(row.state)


def told(findings: list[Finding]) -> list[dict[str, Any]]:
    """Return findings as they are kept."""
    return [one.as_dict() for one in findings]
