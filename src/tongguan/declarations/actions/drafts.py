"""Drafts: saved, changed, copied, imported from a message, deleted. What is required to save is asked, nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from tongguan.formats import dec
from tongguan.journal.actions import record
from tongguan.kernel.rules import Break, Finding, Refused, Rule
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.functions import insist_able
from tongguan.parties.models import Enterprise

from ..filling import filled
from ..judging import saving
from ..models import IMPORT, Declaration
from ..states import DECLARATION, FILERS, MODES, SETTLEMENTS
from .keeping import document, locked, move, show, told, write_version

_OWN = ("EntryId", "SeqNo", "PreEntryId")
"""Numbers that we give, and a copy does not keep."""


class UnknownManner(Rule):
    """{found} is not one of {allowed}."""

    code = "DEC_MANNER"

    def broken_by(self, doc, ctx):
        for name, found, allowed in doc:
            if found not in allowed:
                yield Break(name, found=found, allowed=list(allowed))


class WrongPredecessor(Rule):
    """The declaration {number} was not withdrawn, or is not yours; only such a one can be declared again."""

    code = "DEC_FOLLOWS"

    def broken_by(self, doc, ctx):
        yield Break("follows", number=doc)


@transaction.atomic
def save(
    of: Any,
    *,
    number: int | None = None,
    mode: str = "ordinary",
    settlement: str = "payment",
    guarantee: str = "",
    follows: int | None = None,
    by: Actor,
    at: datetime,
) -> Declaration:
    """Save a declaration as a draft, a new one or in the place of the draft ``number``.

    ``follows`` is the withdrawn declaration that it takes the place of. Raises NotYours, NotNow, Declaration.DoesNotExist,
    and Refused with everything that keeps it from being saved.
    """
    firm = _firm(by)
    of = filled(of, by=by, firm=firm)
    manner = (("mode", mode, MODES), ("settlement", settlement, SETTLEMENTS))
    wrong = [Finding(UnknownManner.code, b.pointer, values=b.values) for b in UnknownManner().broken_by(manner, None)]
    if wrong := [*wrong, *saving(of)]:
        raise Refused(wrong)
    if number is None:
        row = Declaration(agent=firm, created_at=at, direction=of.IEFlag or IMPORT)
        DECLARATION.after(row.state, "save", by=by)
    else:
        row = locked(number, by=by)
        move(row, "save", by=by)
    row.mode, row.settlement, row.guarantee = mode, settlement, guarantee.strip()[:40]
    row.follows, row.changed_at, row.findings = _followed(follows, by), at, []
    show(row, of)
    row.save()
    write_version(row, of, by=by, at=at)
    record("declaration.saved", row, by=by, at=at, lines=row.lines, bill=row.bill_no)
    return row


def _firm(by: Actor) -> Enterprise:
    if by.role not in FILERS or by.enterprise is None:
        raise NotYours(machine="declaration", verb="save", role=by.role, roles=sorted(FILERS))
    insist_able(by, "file", machine=DECLARATION.name, verb="save")
    return Enterprise.objects.get(pk=by.enterprise)


def _followed(number: int | None, by: Actor) -> Declaration | None:
    if number is None:
        return None
    row = Declaration.objects.filter(pk=number, agent=by.enterprise, state="withdrawn").first()
    if row is None:
        raise Refused([Finding(WrongPredecessor.code, "follows", values={"number": number})])
    return row


def import_draft(data: bytes, *, by: Actor, at: datetime, **how: Any) -> Declaration:
    """Save the declaration of an XML message (DecMessage) as a draft; ``how`` is as for ``save``.

    Raises Unreadable, and Refused also for values that are no numbers.
    """
    of, findings = dec.read(data)
    if refused := [one for one in findings if one.level == "refuse"]:
        raise Refused(refused)
    row = save(of, by=by, at=at, **how)
    if findings:
        row.findings = told(findings)
        with transaction.atomic():
            row.save(update_fields=["findings"])
    return row


@transaction.atomic
def copy(number: int, *, by: Actor, at: datetime) -> Declaration:
    """Make a draft that says what another declaration of the same firm says, without the numbers given to that.

    Raises Declaration.DoesNotExist, NotYours, Forgotten.
    """
    row = locked(number, by=by)
    of = msgspec.structs.replace(document(row), **dict.fromkeys(_OWN))
    again = row.pk if row.state == "withdrawn" else None
    return save(
        of, mode=row.mode, settlement=row.settlement, guarantee=row.guarantee, follows=again, by=by, at=at
    )  # fmt: skip


@transaction.atomic
def delete(number: int, *, by: Actor, at: datetime) -> Declaration:
    """Delete a draft: it stays in the journal, and in no list. Raises NotNow, NotYours, Declaration.DoesNotExist."""
    row = locked(number, by=by)
    move(row, "delete", by=by)
    row.changed_at = at
    row.save(update_fields=["state", "group", "changed_at"])
    record("declaration.deleted", row, by=by, at=at)
    return row
