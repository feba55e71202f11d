"""Requests to amend or withdraw a declaration (修改或者撤销申请), and what customs propose, as they are answered."""

from __future__ import annotations

from datetime import date, datetime

from tongguan.declarations.models import DeclarationRequest
from tongguan.declarations.sealing import opened
from tongguan.declarations.states import OPEN_REQUESTS
from tongguan.formats import dec
from tongguan.parties.vault import Forgotten

from . import views
from .shapes import Shape


class ChangeRequest(Shape):
    """A request to amend or withdraw, and what was answered.

    What customs propose has ``confirmBy``, the last day to confirm it, and the ``document`` as it shall be while it is open.
    """

    id: int
    kind: str
    state: str
    grounds: str
    evidence: list[str]
    reason: str
    asked_at: datetime
    decided_at: datetime | None
    answer: str
    confirm_by: date | None
    document: dec.Declaration | None


def request_of(row: DeclarationRequest) -> ChangeRequest:
    """Return a request as it is answered."""
    return ChangeRequest(
        id=row.pk, kind=row.kind, state=row.state, grounds=row.grounds, evidence=list(row.evidence), reason=row.reason,
        asked_at=views.there(row.asked_at), decided_at=views.moment(row.decided_at), answer=row.answer,
        confirm_by=row.confirm_by, document=_proposed(row),
    )  # fmt: skip


def _proposed(row: DeclarationRequest) -> dec.Declaration | None:
    try:
        return opened(row.sealed) if row.by_customs and row.sealed and row.state in OPEN_REQUESTS else None
    except Forgotten:
        return None
