"""What became of a message, node by node, as the sender is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from tongguan.formats.ceb import Unreadable
from tongguan.kernel.rules import Finding

from .answers import Course, Reply


@dataclass(slots=True)
class NodeOutcome:
    """What became of one business node.

    ``status`` is the latest receipt's (1, 2, 100, 120, 500, 800 or a negative code); ``info`` its Chinese wording;
    ``subject`` the record that now stands for it (``order/12001``), empty when there is none; ``course`` is everything it
    was answered.
    """

    position: int
    number: str
    status: str
    info: str
    findings: list[Finding] = field(default_factory=list)
    subject: str = ""
    course: Course | Reply | None = None

    @property
    def reply(self) -> Reply | None:
        """The last answer."""
        return self.course and self.course.latest

    @property
    def refused(self) -> bool:
        """Whether the node must be sent again: a negative code, or sent back (100)."""
        return self.status.startswith("-") or self.status == "100"


@dataclass(slots=True)
class Outcome:
    """What became of a message: its number with us, its nodes, or the reason why it could not be read at all."""

    message: int
    kind: str
    guid: str
    nodes: list[NodeOutcome]
    receipt: bytes
    problem: Unreadable | None = None

    @property
    def refused(self) -> int:
        """How many nodes were refused."""
        return sum(node.refused for node in self.nodes)

    @property
    def accepted(self) -> int:
        """How many nodes were taken in, waiting ones included."""
        return len(self.nodes) - self.refused
