"""A message is taken in (报文导入): saved or declared as its signature asks, in one transaction, and once; receipts are made."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from tongguan.formats import dec
from tongguan.formats.dec import COMPLETE, step
from tongguan.journal.actions import record
from tongguan.journal.models import Event
from tongguan.journal.queries import follow
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, Refused, Rule, check
from tongguan.kernel.states import Actor, NotNow
from tongguan.parties.models import Enterprise

from .. import queries
from ..actions.drafts import firm_of, import_document
from ..actions.keeping import told
from ..actions.submitting import submit
from ..days import TWO_STEP, day_of
from ..models import Declaration, DeclarationFollowing, DeclarationMessage, DeclarationReceipt
from ..states import SETTLEMENTS
from ..two_steps.actions.completing import complete
from ..two_steps.models import TwoStep
from .answers import DONE, NOT_DECLARED, NOT_SAVED, Answer, note_of
from .rules import DECLARE, SIGNED, ClientNumberReused, NotPossible, UnknownPreEntry
from .security import guarantee_of
from .signatures import judged

AT_ONCE = 500
_PLACE = 2  # the row of the follower of receipts; that of what declarations hear is the first
_TURN = 0x646563  # "dec": the first number of our advisory locks


def receive(data: bytes, *, by: Actor, at: datetime, **how: Any) -> Answer:
    """Do with the declaration of an XML message what its signature asks, and answer it; ``how`` is as for ``save``.

    All of it is one transaction. The same message again changes nothing and is answered as before; one of which nothing was
    kept is judged anew. Raises Unreadable, NotYours, NotConfigured, Forgotten: nothing was kept then.
    """
    firm, message = firm_of(by), dec.read_message(data)
    number = (message.sign.ClientSeqNo or "").strip()
    wrong = [*check(SIGNED, message), *(one for one in message.findings if one.level == "refuse")]
    if wrong:
        return Answer(NOT_SAVED, number[:18], findings=tuple(wrong))
    try:
        with transaction.atomic():
            return _filed(data, message, number, firm, by, at, how)
    except Refused as refused:
        return Answer(NOT_SAVED, number, findings=tuple(refused.findings))
    except NotNow as refused:
        return Answer(NOT_SAVED, number, findings=tuple(_findings(NotPossible(), refused)))


def _findings(rule: Rule, doc: Any) -> list[Finding]:
    return [Finding(rule.code, one.pointer, values=one.values) for one in rule.broken_by(doc, None) or ()]


def _filed(
    data: bytes, message: dec.Message, number: str, firm: Enterprise, by: Actor, at: datetime, how: dict[str, Any]
) -> Answer:
    """Save and declare inside the transaction that is open; who files under the same number at this moment waits."""
    digest = hashlib.sha256(data).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_TURN, f"{firm.pk}/{number}"])
    known = list(DeclarationMessage.objects.filter(agent=firm, number=number).select_related("declaration"))
    if (before := next((one for one in known if bytes(one.digest) == digest), None)) is not None:
        findings = tuple(map(Finding.from_dict, before.findings))
        return Answer(before.code, number, before.declaration.pre_no, findings)
    signature = judged(data, message, firm=firm.pk, at=at)
    if any(one.level == "refuse" for one in signature):
        raise Refused(signature)
    named = _named(message.of, by)
    if known and (named is None or named.pk != known[-1].declaration_id):
        raise Refused(_findings(ClientNumberReused(), (number, known[-1].declaration.pre_no)))
    row = _saved(message, named, by, at, _secured(message.of, at) | how)
    code, found = _declared(row, message, by, at) if message.sign.OperType in DECLARE else (DONE, [])
    found, operation = [*signature, *found], message.sign.OperType
    card = "" if signature or not message.sign.Sign else message.sign.Certificate
    DeclarationMessage.objects.create(
        agent=firm, number=number, digest=digest, operation=operation, declaration=row, code=code, findings=told(found),
        at=at, by=by.name,
    )  # fmt: skip
    record("declaration.message_taken", row, by=by, at=at, client=number, operation=operation, code=code, card=card)
    return Answer(code, number, row.pre_no, tuple(found))


def _named(of: Any, by: Actor) -> Declaration | None:
    """Return the declaration of one's own that a message names, None where it names none; raises Refused (DEC_SEQ_NO)."""
    number = (of.SeqNo or "").strip() or (of.EntryId or "").strip()
    if not number:
        return None
    row = queries.declaration(number, to=by)
    if row is None or row.agent_id != by.enterprise:
        raise Refused(_findings(UnknownPreEntry(), number))
    return row


def _secured(of: Any, at: datetime) -> dict[str, Any]:
    """Return how a declaration is settled, as far as it says so itself; the complete one is secured as its summary is."""
    number = guarantee_of(of, at=at) if step(of) != COMPLETE else ""
    return {"settlement": SETTLEMENTS[1], "guarantee": number} if number else {}


def _saved(
    message: dec.Message, named: Declaration | None, by: Actor, at: datetime, how: dict[str, Any]
) -> Declaration:
    of = message.of
    if step(of) == COMPLETE:
        of = msgspec.structs.replace(of, EntryId=named.number) if named is not None else of
    elif named is not None:
        how = {"settlement": named.settlement, "guarantee": named.guarantee, "follows": named.follows_id} | how
        how |= {"number": named.pk} | ({} if "mode" in how or named.mode == TWO_STEP else {"mode": named.mode})
    return import_document(of, message.findings, by=by, at=at, **({} if step(of) == COMPLETE else how))


def _declared(row: Declaration, message: dec.Message, by: Actor, at: datetime) -> tuple[str, list[Finding]]:
    try:
        if step(message.of) == COMPLETE:
            complete(row.pk, by=by, at=at)
        else:
            submit(row.pk, by=by, at=at)
    except Refused as refused:
        return NOT_DECLARED, list(refused.findings)
    return DONE, []


@transaction.atomic
def give_receipts(*, limit: int = AT_ONCE) -> int:
    """Make the receipts of what happened to declarations since the last time, and return how many events were looked at."""
    DeclarationFollowing.objects.get_or_create(pk=_PLACE)
    place = DeclarationFollowing.objects.select_for_update().get(pk=_PLACE)
    events = follow(place.heard, limit)
    heard = [event for event in events if event.subject.startswith("declaration/") and _channel(event)]
    rows = Declaration.objects.in_bulk({int(event.subject.partition("/")[2]) for event in heard})
    made = [_receipt(event, rows[int(event.subject.partition("/")[2])]) for event in heard]
    DeclarationReceipt.objects.bulk_create(made)
    if events:
        place.heard = events[-1].seq or place.heard
        place.save()
    return len(events)


def _channel(event: Event) -> str:
    """Return the code of an event by the law of its day, that of its decision before that of its kind; empty for none."""
    known = law("declarations.receipt_channels", on=day_of(event.at)).value
    return known.get(f"{event.what}/{event.details.get('decision', '')}") or known.get(event.what, "")


def _receipt(event: Event, row: Declaration) -> DeclarationReceipt:
    found: list[dict[str, Any]] = []
    if is_rejected := event.what == "declaration.rejected":
        found = row.findings if row.state == "rejected" else []  # it may have been written anew meanwhile
    elif event.what == "declaration.completion_refused":
        found = TwoStep.objects.filter(declaration=row).values_list("findings", flat=True).first() or []
    accepted = day_of(row.accepted_at) if row.accepted_at is not None and not is_rejected else None
    return DeclarationReceipt(
        declaration=row, agent_id=row.agent_id, event=event.seq, what=event.what, channel=_channel(event), at=event.at,
        number="" if is_rejected else row.number or "", customs=row.customs, entered_on=row.entered_on, declared_on=accepted,
        note=note_of(event.what, event.details, found),
    )  # fmt: skip
