"""The judgement of a message in the sandbox: read it, know its sender, check signature and rules, and find what is asked for.

Nothing is written here. Whatever the window can say of a message alone is said as there; what would depend on other
documents, on limits or on chance is decided by a magic value, and is good without one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tongguan.ecommerce.context import Context
from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.formats import ceb, signing
from tongguan.formats.ceb.faults import CAUSES, unreadable
from tongguan.kernel.rules import Finding, check
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.parties.functions import insist_able
from tongguan.parties.queries import find as find_firm

from . import courses, signers
from .access import insist_on_sender
from .courses import Course
from .kinds import Kind, kinds
from .magic import Magic, find

SAVED = "1"


@dataclass(slots=True)
class Node:
    """A business node, what was found in it, and the course of receipts that answers it."""

    position: int
    values: dict[str, str]
    document: Any
    findings: list[Finding]
    course: Course
    magic: Magic | None = None


@dataclass(slots=True)
class Judged:
    """A message and what becomes of it; ``problem`` when it cannot be read, or is to be taken for such."""

    kind: str
    guid: str
    dxp_id: str
    sender: Actor
    at: datetime
    ctx: Context | None = None
    nodes: list[Node] = field(default_factory=list)
    problem: ceb.Unreadable | None = None

    @property
    def own(self) -> Kind:
        """What the sandbox knows of the message; raises KeyError where it could not be read."""
        return kinds()[self.kind]


def judge(data: bytes, *, sender: Actor, at: datetime, dxp_id: str = "") -> Judged:
    """Return what becomes of a message by the law of the day; ``dxp_id`` is the sender's exchange number.

    Raises NotYours for who may not send, NotConfigured where the law has no value for the day.
    """
    insist_on_sender(sender)
    insist_able(sender, "file", machine="filing", verb="file")
    try:
        message, proof = signing.read_and_verify(data, mode="lenient")
        if message.kind not in kinds():
            raise unreadable("type", message.kind, message.guid, name=message.kind)
    except ceb.Unreadable as problem:
        return Judged(problem.message_type, problem.guid, dxp_id, sender, at, problem=problem)
    named = (message.transfer.dxpId if message.transfer else "") or dxp_id
    judged = Judged(message.kind, message.guid, named[:30], sender, at, Context(at.astimezone(SHANGHAI).date()))
    strange, firm = _transmitter(judged.own, message, sender)
    always, declared = signers.findings(message, proof, firm, at)
    for node in message.nodes:
        signed = always + (declared if node.values.get("appStatus") == signers.DECLARED else [])
        judged.nodes.append(_judged(judged, node, [*strange, *signed]))
    if any(node.magic and node.magic.meaning.family == "unreadable" for node in judged.nodes):
        judged.problem = _pretended(judged)
    return judged


def _transmitter(kind: Kind, message: ceb.Message, sender: Actor) -> tuple[list[Finding], int | None]:
    """Return what is wrong with the code of the enterprise that transmits, and the enterprise.

    As at the window: it must be the sender's own; the operator sends for anybody.
    """
    code = (message.transfer.copCode or "").strip() if message.transfer else ""
    firm = find_firm(code) if code else None
    if sender.role == "operator":
        return [], firm.pk if firm else None
    if not code or (firm is not None and firm.pk == sender.enterprise):
        return [], sender.enterprise
    return [Finding(kind.stranger, "copCode", values={"number": code})], sender.enterprise


def _judged(judged: Judged, node: Any, around: list[Finding]) -> Node:
    """Return a node with everything found; what is wrong with the document comes before what is around it."""
    kind, found = judged.own, list(node.findings)
    if node.document is not None:
        found += check(kind.rules, node.document, judged.ctx)
    found += around
    refusing = [one for one in found if one.level == "refuse"]
    magic = None
    if refusing:
        course = courses.refused(kind.name, _status(kind, refusing[0]))
    elif node.values.get("appStatus") == SAVED:
        course = courses.saved(kind.name)
    else:
        magic = next(filter(None, (find(kind.name, node.values.get(name) or "") for name in kind.magic)), None)
        course = _course(judged, magic)
    return Node(node.position, node.values, node.document, found, course, magic)


def _status(kind: Kind, found: Finding) -> str:
    return found.code if found.code.startswith("-") else kind.structure


def _course(judged: Judged, magic: Magic | None) -> Course:
    assert judged.ctx is not None
    if magic is None:
        return courses.good(judged.kind)
    seconds = judged.ctx.law
    return courses.forced(judged.kind, magic, seconds("sandbox.silent_seconds"), seconds("sandbox.late_seconds"))


def _pretended(judged: Judged) -> ceb.Unreadable:
    """Return the problem of a message that is to be answered as if it could not be read."""
    cause = CAUSES["xml"]
    zh, en = (text("sandbox.pretended", lang) for lang in ("zh", "en"))
    return ceb.Unreadable(cause.status, cause.code, zh, en, judged.kind, judged.guid)
