"""An inventory on its way through the judgement, and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongguan.kernel.rules import Finding
from tongguan.kernel.states import Actor
from tongguan.revenue.sheet import Sheet

from ..models import Inventory
from ..rules.matching import Dossier
from . import answers
from .batch import Batch
from .outcome import NodeOutcome

if TYPE_CHECKING:
    from .limiting.deposit import Secured

SYSTEM = Actor("clearance", "system")
KIND = "CEB621Message"


@dataclass(slots=True)
class Candidate:
    """An inventory to be judged: its record, its document, what was noted, and the sender's answer if he still waits.

    ``subject`` is the name of this version of it, ``secured`` the deposit of its assurer, where one is kept.
    """

    row: Inventory
    doc: Any
    findings: list[Finding]
    outcome: NodeOutcome | None = None
    dossier: Dossier | None = None
    sheet: Sheet | None = None
    course: answers.Course | None = None
    subject: str = ""
    secured: Secured | None = None

    def __post_init__(self) -> None:
        self.subject = self.row.version_subject


def say(batch: Batch, c: Candidate, status: str, *, info: str = "", **values: Any) -> None:
    """Give an inventory its next status and the receipt that says so, to whoever filed it."""
    row, course = c.row, c.course
    row.status = status
    info = info or answers.worded(status, **values)
    if course is None:
        named = answers.keys(KIND, c.doc, preNo=row.pre_no, invtNo=row.invt_no)
        reply = answers.Reply(KIND, named, status, info, answers.new_guid())
        c.course = batch.answer(reply, str(row), row.filing_id, enterprise=row.enterprise_id, dxp_id=row.dxp_id)
    else:
        if row.invt_no:
            course.keys["invtNo"] = row.invt_no
        course.add(status, info)
    if c.outcome:
        c.outcome.status, c.outcome.info, c.outcome.findings = status, info, c.findings
