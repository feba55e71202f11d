"""The course of receipts (回执流程) that answers a document: which follow each other, and from when each is seen.

>>> [step.status for step in good("CEB621Message").steps]
['2', '120', '399', '800']
>>> [(step.status, step.after) for step in forced("CEB621Message", find("CEB621Message", "X-LATE-800-9"), 600, 30).steps]
[('2', 0), ('120', 0), ('399', 0), ('800', 9)]
"""

from __future__ import annotations

from typing import NamedTuple

from tongguan.kernel.codes import packaged as codes

from .kinds import BILL, BILL_STATUS, STATUSES, kinds
from .magic import SAVED, Magic, find

__all__ = ["Course", "Step", "find", "forced", "good", "saved"]

_ISSUED, _COLLECTED, _VOID = "1", "2", "3"
_BILLS = {
    "tax": ((BILL, _ISSUED),),
    "tax_collected": ((BILL, _ISSUED), (BILL_STATUS, _COLLECTED)),
    "tax_void": ((BILL, _ISSUED), (BILL_STATUS, _VOID)),
}


class Step(NamedTuple):
    """A receipt of a course: its message, its status, and after how many seconds it is seen.

    ``again`` says that it is the receipt before, sent once more.
    """

    receipt: str
    status: str
    after: int = 0
    again: bool = False


class Course(NamedTuple):
    """The receipts that answer a document, in their order."""

    steps: tuple[Step, ...]

    def late(self, seconds: int) -> Course:
        """Return the course with all its receipts seen later."""
        return Course(tuple(step._replace(after=seconds) for step in self.steps))

    @property
    def at_once(self) -> Step | None:
        """The last receipt of the document's own kind that is seen at once; None when there is silence."""
        seen = [step for step in self.steps if not step.after and step.receipt == self.steps[0].receipt]
        return seen[-1] if seen else None


def good(kind: str) -> Course:
    """Return the course of a document that nothing is wrong with."""
    return _to(kind, kinds()[kind].final)


def saved(kind: str) -> Course:
    """Return the course of a document that is only to be saved (appStatus 1)."""
    return Course((Step(kinds()[kind].receipt, SAVED),))


def refused(kind: str, code: str) -> Course:
    """Return the course of a document that is refused by a negative code."""
    return Course((Step(kinds()[kind].receipt, code),))


def forced(kind: str, magic: Magic, silent: int, late: int) -> Course:
    """Return the course that a magic value forces; ``silent`` and ``late`` are the usual seconds of the timed ones."""
    meaning = magic.meaning
    if meaning.family == "code":
        return refused(kind, meaning.code)
    course = _to(kind, meaning.code) if meaning.code else good(kind)
    *before, last = course.steps
    if meaning.family == "timeout":
        return course.late(silent if magic.seconds is None else magic.seconds)
    if meaning.family == "late":
        return Course((*before, last._replace(after=late if magic.seconds is None else magic.seconds)))
    if meaning.family == "duplicate":
        return Course((*course.steps, last._replace(again=True)))
    return Course((*course.steps, *(Step(*bill) for bill in _BILLS.get(meaning.family, ()))))


def _to(kind: str, status: str) -> Course:
    """Return the course that ends in a status: those before it that this message has."""
    receipt, known = kinds()[kind].receipt, codes(STATUSES)
    chain = []
    while found := known.get(status):
        if receipt in found.extra["receipts"]:
            chain.append(Step(receipt, status))
        status = found.extra.get("after", "")
    return Course(tuple(reversed(chain)))
