"""Drafts: saved, changed, copied, imported from a message, deleted. What is required to save is asked, nothing else."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import transaction

from tongguan.formats import dec
from tongguan.formats.dec import COMPLETE, INTEGRATED, SUMMARY, step
from tongguan.journal.actions import Entry, record, record_many
from tongguan.kernel.law import law
from tongguan.kernel.rules import Break, Finding, Refused, Rule, insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.functions import insist_able
from tongguan.parties.models import Enterprise

from ..beginning import Begun, whole
from ..days import TWO_STEP, day_of
from ..filling import filled
from ..judging import saving
from ..models import IMPORT, Declaration
from ..states import DECLARATION, FILERS, MODES, SETTLEMENTS
from ..two_steps.actions.keeping import keep
from ..two_steps.elements import Answers
from ..two_steps.queries import typed
from .beginning import note
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


class DraftsFull(Rule):
    """Your firm keeps {most} drafts, which is the most; file or delete some before it keeps another."""

    code = "DEC_DRAFTS_FULL"

    def broken_by(self, doc: tuple[Enterprise, date], ctx):
        firm, on = doc
        most = law("declarations.drafts_most", on=on).value
        kept = Declaration.objects.filter(agent=firm, group=DECLARATION.group("draft"))
        if kept.order_by("-id")[most - 1 : most].exists():
            yield Break("declaration", most=most)


@transaction.atomic
def save(
    of: Any,
    *,
    number: int | None = None,
    mode: str = "ordinary",
    settlement: str = "payment",
    guarantee: str = "",
    follows: int | None = None,
    answers: Answers | None = None,
    begun: Begun | None = None,
    by: Actor,
    at: datetime,
) -> Declaration:
    """Save a declaration as a draft, a new one or in the place of the draft ``number``.

    ``follows`` is the withdrawn declaration that it takes the place of; ``answers`` are those to the questions of a summary,
    where it is declared in two steps (without, they are read off what it says); ``begun`` is what a new one was begun from.
    Raises NotYours, NotNow, Declaration.DoesNotExist, and Refused with everything that keeps it from being saved.
    """
    firm = firm_of(by)
    of = filled(of if mode != TWO_STEP else typed(of, SUMMARY), by=by, firm=firm)
    if wrong := unsavable(of, mode=mode, settlement=settlement):
        raise Refused(wrong)
    if number is None:
        insist([DraftsFull()], (firm, day_of(at)))
        row = Declaration(agent=firm, created_at=at, direction=of.IEFlag or IMPORT)
        DECLARATION.after(row.state, "save", by=by)
    else:
        row = locked(number, by=by)
        move(row, "save", by=by)
    row.mode, row.settlement, row.guarantee = mode, settlement, tidy(guarantee)
    row.follows, row.changed_at, row.findings = followed(follows, by), at, []
    show(row, of)
    row.save()
    write_version(row, of, by=by, at=at)
    if mode == TWO_STEP:
        keep(row, of, answers)
    note(row, begun if number is None else None, at=at)
    record_many([saved_entry(row, by=by, at=at)])
    return row


def saved_entry(row: Declaration, *, by: Actor, at: datetime) -> Entry:
    """Return what the journal is told of a draft that was saved."""
    return Entry("declaration.saved", str(row), by, at, {"lines": row.lines, "bill": row.bill_no})


def unsavable(of: Any, *, mode: str, settlement: str, modes: Collection[str] = MODES) -> list[Finding]:
    """Return what keeps a declaration from being saved: in what it says, or in how it is filed."""
    manner = (("mode", mode, modes), ("settlement", settlement, SETTLEMENTS))
    wrong = [Finding(UnknownManner.code, b.pointer, values=b.values) for b in UnknownManner().broken_by(manner, None)]
    return [*wrong, *saving(of)]


def tidy(number: str) -> str:
    """Return the number of a guarantee as it is kept."""
    return "".join(one for one in number.strip() if one.isprintable())[:40]


def firm_of(by: Actor) -> Enterprise:
    """Return the firm for which somebody declares; raises NotYours for who does not."""
    if by.role not in FILERS or by.enterprise is None:
        raise NotYours(machine="declaration", verb="save", role=by.role, roles=sorted(FILERS))
    insist_able(by, "file", machine=DECLARATION.name, verb="save")
    return Enterprise.objects.get(pk=by.enterprise)


def followed(number: int | None, by: Actor) -> Declaration | None:
    """Return the withdrawn declaration that another takes the place of; raises Refused (DEC_FOLLOWS)."""
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
    return import_document(of, findings, by=by, at=at, **how)


def import_document(of: Any, findings: list[Finding], *, by: Actor, at: datetime, **how: Any) -> Declaration:
    """Save the declaration of a message that was read, with what was found in reading it; as ``import_draft``."""
    if step(of) == COMPLETE:
        from ..two_steps.actions.completing import save_complete_of

        return save_complete_of(of, findings, by=by, at=at)
    if step(of) == SUMMARY:
        how = {"settlement": "guarantee" if how.get("guarantee") else "payment"} | how | {"mode": TWO_STEP}
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
    of = of if step(of) == INTEGRATED else typed(of, SUMMARY if row.mode == TWO_STEP else INTEGRATED)
    again = row.pk if row.state == "withdrawn" else None
    begun = whole("earlier", row.number or row.pre_no, of)
    return save(
        of, begun=begun, mode=row.mode, settlement=row.settlement, guarantee=row.guarantee, follows=again, by=by, at=at
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
