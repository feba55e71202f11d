"""A message comes in: read it, know its sender, judge its nodes, keep and answer everything in one transaction."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction

from tongguan.formats import ceb
from tongguan.formats.ceb.faults import unreadable
from tongguan.formats.ceb.parsing import SIZE_LIMIT
from tongguan.journal.actions import gathering
from tongguan.journal.statements import ask
from tongguan.kernel.numbers import NumberError
from tongguan.kernel.rules import Finding
from tongguan.kernel.states import Actor, NotYours
from tongguan.kernel.timing import stages
from tongguan.parties import vault
from tongguan.parties.actions import meet
from tongguan.parties.functions import insist_able
from tongguan.parties.queries import numbered

from ..context import context
from ..models import NODES_OF_A_MESSAGE, Message
from ..states import FILER
from ..subscriptions.actions.subscribing import subscribe
from . import answers
from .answers import SHANGHAI
from .batch import Batch, lock
from .kinds import INTAKES
from .mandates import judge_mandates
from .outcome import NodeOutcome, Outcome
from .refusals import refuse, unanswerable
from .signatures import judge_signature, read_signed, sift

FILERS = FILER | {"payer", "carrier", "site"}
ATTEMPTS = 3
UNKNOWN = Actor("unknown", "anonymous")
_NOT_ENTITLED = {"CEB621Message": "-621016", "CEB623Message": "-623026", "CEB625Message": "-625021"}


@stages.clocked
def receive(data: bytes, *, sender: Actor | None, at: datetime, dxp_id: str = "") -> Outcome:
    """Take in one CEB message and return what became of it.

    ``dxp_id`` is the sender's number in the exchange, for a message that does not name it. ``sender`` is who files;
    None is somebody unknown, who is taken at his word where the intake is open (demo) and
    refused elsewhere. ``at`` decides which day's law and tariff apply. When this returns, everything that the outcome
    says is committed; when it raises, nothing was kept.

    Raises NotYours when the sender's role may not file at all.
    """
    if sender is not None and sender.role not in FILERS:
        raise NotYours(machine="filing", verb="file", role=sender.role, roles=sorted(FILERS))
    if sender is not None:
        insist_able(sender, "file", machine="filing", verb="file")
    try:
        read, proof = read_signed(data)
        stages.done("read")
        if read.kind not in INTAKES:
            raise unreadable("type", read.kind, read.guid, name=read.kind)
    except ceb.Unreadable as problem:
        return _keep_unreadable(data, problem, sender, at, dxp_id)
    # Two messages that touch the same parcels from different ends may lock each other out; PostgreSQL ends one, we repeat.
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic(), gathering():
                outcome = _file(data, read, proof, sender, at, dxp_id)
            stages.done("commit")
            return outcome
        except OperationalError as error:
            if attempt == ATTEMPTS or getattr(error.__cause__, "sqlstate", "") not in {"40P01", "40001"}:
                raise
    raise AssertionError("unreachable")


def _file(data: bytes, read: Any, proof: Any, sender: Actor | None, at: datetime, dxp_id: str) -> Outcome:
    sender, enterprise, entitled = _known(read, sender, at)
    dxp_id = (read.transfer.dxpId if read.transfer else "") or dxp_id
    batch = _batch(data, read.kind, read.guid, sender, enterprise, at, dxp_id)
    message = batch.message
    batch.tell("message.received", kind=read.kind, guid=read.guid, nodes=len(read.nodes), digest=message.digest)
    if entitled:
        wrong = judge_signature(data, read, firm=enterprise, at=at, proof=proof)
        to_file, refused = sift(read.nodes, wrong)
        to_file = judge_mandates(read.kind, to_file, at=at)
        stages.done("signature")
        batch.outcomes += [refuse(batch, node, found) for node, found in refused]
        if to_file:
            subscribe(batch, read)
        _file_nodes(batch, read.kind, to_file)
        batch.outcomes.sort(key=lambda outcome: outcome.position)
    else:
        for node in read.nodes:
            code = _NOT_ENTITLED.get(read.kind, "-10102")
            batch.outcomes.append(
                refuse(batch, node, [*node.findings, Finding(code, "copCode", values={"number": _cop(read)})])
            )
    with batch.writing():
        stages.done("journal")
        receipt = _receipt(read.kind, batch)
        stages.done("receipts")
    stages.done("journal")
    return Outcome(message.pk, read.kind, read.guid, batch.outcomes, receipt)


def _file_nodes(batch: Batch, kind: str, nodes: list) -> None:
    intake = INTAKES[kind]
    lock(set().union(*(intake.lock_keys(node.document) for node in nodes if node.document is not None)))
    intake.file(batch, nodes)


def _known(read: Any, sender: Actor | None, at: datetime) -> tuple[Actor, int | None, bool]:
    """Say who files, for which enterprise, and whether the message may be filed by him.

    The message names the enterprise that transmits it (copCode); it must be the sender's own. The window's operator
    may file for anybody.
    """
    code = _cop(read)
    if sender is None:
        try:
            firm, name = _met(code, read, at) if settings.OPEN_INTAKE and code else (None, "")
        except NumberError:
            firm = None
        if firm is None:
            return UNKNOWN, None, False
        return Actor(f"client/{code}", "platform", firm, name), firm, True
    firm, _ = (numbered(code) if code else None) or (None, "")
    if sender.role == "operator":
        return sender, firm, True
    return sender, sender.enterprise, not code or (firm is not None and firm == sender.enterprise)


def _met(code: str, read: Any, at: datetime) -> tuple[int, str]:
    if known := numbered(code):
        return known
    firm = meet(code, read.transfer.copName or code, at=at)
    return firm.pk, firm.name_zh


def _cop(read: Any) -> str:
    return (read.transfer.copCode or "").strip() if read.transfer else ""


def _batch(
    data: bytes, kind: str, guid: str, sender: Actor, enterprise: int | None, at: datetime, dxp_id: str
) -> Batch:
    """Begin the batch of a message: its number, the law of its day, and the key its bytes are sealed by."""
    ctx = context(at.astimezone(SHANGHAI).date())
    # From here on keys are asked for and nothing else. A table that has grown faster than its statistics would be read
    # whole for every message, ten times slower (COSTS), so the transaction finds rows by index only.
    [(number, _)] = ask("SELECT nextval('ecommerce_message_id_seq'), set_config('enable_seqscan', 'off', true)")
    message = Message(
        id=number, kind=kind, guid=guid[:64], received_at=at, filed_by=str(sender)[:100], enterprise_id=enterprise,
        dxp_id=dxp_id[:30], size=len(data), digest=hashlib.sha256(data).digest(),
    )  # fmt: skip
    return Batch(message, sender, at, ctx, vault.sealer(on=ctx.day), data[:SIZE_LIMIT])


def _receipt(kind: str, batch: Batch) -> bytes:
    """Return the receipt message for the sender who waits: the latest answer to each node."""
    said = [outcome.course.latest.struct(batch.at) for outcome in batch.outcomes if outcome.course is not None]
    if said:
        return ceb.receipt(answers.ANSWERS[kind].kind, said, guid=answers.new_guid())
    return ceb.return_900(unanswerable(kind, batch.outcomes[0].findings), b"", guid=answers.new_guid(), at=batch.at)


def _keep_unreadable(data: bytes, problem: Any, sender: Actor | None, at: datetime, dxp_id: str) -> Outcome:
    """Keep a message that could not be read, and answer it by a CEB900."""
    who = sender or UNKNOWN
    guid = answers.new_guid()
    receipt = ceb.return_900(problem, data, guid=guid, at=at)
    with transaction.atomic():
        batch = _batch(data, problem.message_type, problem.guid, who, who.enterprise, at, dxp_id)
        message = batch.message
        message.problem = {"status": problem.status, "code": problem.code, "zh": problem.info_zh, "en": problem.info_en}
        reply = answers.Reply("CEB900Message", {}, problem.status, problem.return_info[:1000], guid)
        batch.answer(reply, "", message.pk * NODES_OF_A_MESSAGE)
        batch.tell("message.unreadable", status=problem.status, code=problem.code, digest=message.digest)
        batch.write()
    outcome = NodeOutcome(0, "", problem.status, problem.info_zh)
    return Outcome(message.pk, problem.message_type, problem.guid, [outcome], receipt, problem)
