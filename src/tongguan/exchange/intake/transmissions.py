"""An envelope comes in (传输报文接收): check who sends what to whom, file the message inside once, answer by a DxpRep.

A transmission has a number of its sender's (CopMsgId). Sent again under it, the same content is answered as it was the
first time and is not filed again; so a sender whose line broke sends until he has an answer.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from typing import NamedTuple

import msgspec
from django.db import transaction

from tongguan.ecommerce import intake
from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.ecommerce.intake.batch import lock
from tongguan.formats import dxp
from tongguan.formats.ceb import Unreadable, parsing
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import LANGUAGES, text
from tongguan.parties.models import MachineClient

from ..faults import NotTaken, not_taken
from ..models import Transmission
from . import signatures

_DATA = re.compile(rb"(<(?:[\w.\-]+:)?Data\b[^>]*>)[^<]*")
_OPENED = re.compile(rb"(?s).*?<((?:[\w.\-]+:)?)DxpMsg\b.*?<((?:[\w.\-]+:)?)Data\b[^>]*>")
_NOT_BY_THE_SCHEMA = "0002"


class Taken(NamedTuple):
    """The answer to an envelope, and the number of the message that was filed from it, None where none was."""

    answer: bytes
    code: str
    message: int | None = None


def receivers(on: date) -> list[str]:
    """Return the exchange numbers that envelopes for this window name, the first the one it sends under."""
    return law("exchange.receivers", on=on).value


def take(data: bytes, *, sender: Actor | None, dxp_id: str, at: datetime) -> Taken:
    """Take in one envelope and return its answer; what that says is committed.

    ``dxp_id`` is the exchange number of the client that calls; ``sender`` None is somebody unknown at the open door,
    who is taken at his word. Raises NotYours when the role may not file at all, and what the database raises.
    """
    day = at.astimezone(SHANGHAI).date()
    try:
        envelope = dxp.read(data)
    except Unreadable as problem:
        words = {"zh": problem.info_zh, "en": problem.info_en}
        return refusal(NotTaken(problem.status, problem.code, words), heading_of(data), on=day)
    try:
        check(envelope, sender, dxp_id, day)
        kept = _file_once(envelope, seal(data, envelope, sender, at), sender, at)
    except NotTaken as problem:
        return refusal(problem, envelope.heading, on=day)
    return _answered(kept, envelope.heading)


def refusal(problem: NotTaken, heading: dxp.Heading | None, *, on: date) -> Taken:
    """Return the answer that refuses an envelope; without a heading, one that could not be read is meant."""
    return Taken(written(problem.code, problem.status, problem.words, heading, on), problem.code)


def heading_of(data: bytes) -> dxp.Heading | None:
    """Return the heading of an envelope whose data cannot be read, so that the answer can name it; None without one."""
    try:
        return dxp.read(_DATA.sub(rb"\1", data, count=1)).heading
    except Unreadable:
        return None


def heading_cut(head: bytes) -> dxp.Heading | None:
    """Return the heading of an envelope of which only the beginning was read; None where it does not lie in that."""
    found = _OPENED.match(head)
    if found is None:
        return None
    closed = b"</%b%b></%b%b>" % (found[2], b"Data", found[1], b"DxpMsg")
    return heading_of(head[: found.end()] + closed)


def check(envelope: dxp.Envelope, sender: Actor | None, dxp_id: str, day: date) -> None:
    """Raise NotTaken for an envelope of another sender, for another receiver, or of another content than it says."""
    heading, ours = envelope.heading, receivers(day)
    if sender is not None and sender.role != "operator" and heading.SenderId != dxp_id:
        raise not_taken("not_yours" if _is_known(heading.SenderId) else "sender", sender=heading.SenderId)
    if not set(heading.ReceiverIds) & set(ours):
        cause = "elsewhere" if any(map(_is_known, heading.ReceiverIds)) else "receiver"
        raise not_taken(cause, receiver=heading.ReceiverIds, ours=ours[0])
    said, found = heading.MsgType.strip().removesuffix(".xml"), kind_of(envelope.data)
    if said and found and said.lower() != found.lower():
        raise not_taken("type", said=said, found=found)


def _is_known(number: str) -> bool:
    return MachineClient.objects.filter(dxp_id=number, revoked=None).exists()


def kind_of(data: bytes) -> str:
    """Return the type of the message that bytes begin with, or the empty text where that cannot be seen."""
    try:
        found = parsing.message_type(parsing.source(data[: parsing.SIZE_LIMIT]).utf8)
    except Unreadable:
        return ""
    return found.removeprefix("Unknown")


def seal(data: bytes, envelope: dxp.Envelope, sender: Actor | None, at: datetime) -> signatures.Seal:
    """Return what the signature of an envelope itself proves for the enterprise it comes from; raises NotTaken.

    That is the caller's own, or for who has none, the one whose number it names.
    """
    own = sender.enterprise if sender is not None else None
    firm = signatures.firm_of(envelope.heading.SenderId) if own is None else own
    return signatures.judge(data, envelope, firm=firm, at=at)


def _file_once(envelope: dxp.Envelope, seal: signatures.Seal, sender: Actor | None, at: datetime) -> Transmission:
    """File the message inside, unless that was done under this number before; raises NotTaken for another content."""
    heading, digest = envelope.heading, hashlib.sha256(envelope.data).digest()
    with transaction.atomic():
        lock({("transmission", heading.SenderId, heading.CopMsgId)})
        before = Transmission.objects.filter(sender=heading.SenderId, number=heading.CopMsgId).first()
        if before is not None:
            if bytes(before.digest) != digest:
                raise not_taken("reused", number=heading.CopMsgId)
            return before
        outcome = intake.receive(envelope.data, sender=sender, at=at, dxp_id=heading.SenderId)
        code, status, words = _said(outcome)
        return Transmission.objects.create(
            sender=heading.SenderId, number=heading.CopMsgId, digest=digest, code=code, status=status, words=words,
            message=outcome.message, signature=seal.outcome, signed_by=seal.serial[:64], at=at,
        )  # fmt: skip


def _said(outcome: intake.Outcome) -> tuple[str, str, dict[str, str]]:
    """Return code, status and words for what became of a message: refused records are told by their receipts."""
    if outcome.problem is None:
        return accepted(outcome.message, outcome.accepted, outcome.refused)
    return unread(outcome.problem)


def accepted(message: int, accepted: int, refused: int) -> tuple[str, str, dict[str, str]]:
    """Return code, status and words for a message that was filed under a number, some of its records perhaps refused."""
    counts = {"message": message, "accepted": accepted, "refused": refused}
    return dxp.ACCEPTED, dxp.ACCEPTED, {lang: text("dxp.taken", lang, **counts) for lang in LANGUAGES}


def unread(problem: Unreadable) -> tuple[str, str, dict[str, str]]:
    """Return code, status and words for a message that cannot be read."""
    code = problem.code if problem.code in dxp.CODES else _NOT_BY_THE_SCHEMA
    return code, problem.status, {"zh": problem.info_zh, "en": problem.info_en}


def _answered(kept: Transmission, heading: dxp.Heading) -> Taken:
    day, note = kept.at.astimezone(SHANGHAI).date(), signatures.words(kept.signature, kept.signed_by)
    return Taken(written(kept.code, kept.status, kept.words, heading, day, note), kept.code, kept.message)


def written(
    code: str, status: str, words: dict[str, str], heading: dxp.Heading | None, on: date, note: str = ""
) -> bytes:
    """Return an answer (DxpRep): the code of the exchange, and for our part of it the status with its words.

    ``note`` is what is said besides, of the signature of the envelope.
    """
    heading = heading or dxp.UNKNOWN
    ours = dxp.Result(RecId=receivers(on)[0], Code=status, Info=words["zh"][:300], Note=words["en"][:500])
    said = dxp.response(code, heading, on=on, results=[ours], note=note)
    try:
        return dxp.answer(heading.SenderId, [said])
    except dxp.Unwritable:  # a time that is none was let pass in reading; an answer repeats a right one
        timed = msgspec.structs.replace(heading, CreatTime=dxp.UNKNOWN.CreatTime)
        return dxp.answer(heading.SenderId, [msgspec.structs.replace(said, OriHead=timed)])
