"""Many declarations are filed at once (批量申报): each is saved and judged, and accepted or rejected, in one transaction.

The firm gives what it files together a number. Who was not answered files the same again under that number, and gets the
answer that was given: nothing is declared twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from tongguan.journal.actions import Entry, record_many
from tongguan.journal.copying import add_rows
from tongguan.journal.statements import ask, change
from tongguan.kernel.rules import Break, Finding, Refused, Rule, insist
from tongguan.kernel.states import Actor
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find_many

from ..days import day_of
from ..filling import filled
from ..models import IMPORT, Declaration, DeclarationBatch, DeclarationVersion
from ..sealing import sealed_many
from .accepting import Case, decide
from .drafts import firm_of, followed, saved_entry, tidy, unsavable
from .keeping import show, told

WHOLE = ("ordinary", "advance")
"""Modes of one step: a summary is filed by itself."""
MOST = 500
"""How many are filed at once."""
_LONGEST = 40
_IDS = (
    "SELECT nextval(pg_get_serial_sequence('declarations_declaration', 'id')),"
    " nextval(pg_get_serial_sequence('declarations_declarationversion', 'id')) FROM generate_series(1, %s)"
)
_OPEN = (
    "INSERT INTO declarations_declarationbatch (agent_id, number, digest, at, by, answers) VALUES (%s, %s, %s, %s, %s, '[]')"
    " ON CONFLICT (agent_id, number) DO NOTHING RETURNING id"
)


class ToFile(msgspec.Struct, frozen=True):
    """A declaration that is to be filed: what it says, and how it is filed; as ``drafts.save`` has it.

    ``name`` is what the answer calls it; ``found`` is what was wrong with reading it.
    """

    of: Any
    mode: str = "ordinary"
    settlement: str = "payment"
    guarantee: str = ""
    follows: int | None = None
    name: str = ""
    found: tuple[Finding, ...] = ()


class BatchNumber(Rule):
    """Declarations that are filed together have a number of 1 to {most} characters."""

    code = "DEC_BATCH_NUMBER"

    def broken_by(self, doc, ctx):
        number, _ = doc
        if not 0 < len(number) <= _LONGEST or not number.isprintable():
            yield Break("number", most=_LONGEST)


class BatchSize(Rule):
    """{found} declarations are filed together; from 1 to {most} can be."""

    code = "DEC_BATCH_SIZE"

    def broken_by(self, doc, ctx):
        _, count = doc
        if not 0 < count <= MOST:
            yield Break("declarations", found=count, most=MOST)


class BatchReused(Rule):
    """Other declarations were filed under the number {number} before; give these a number of their own."""

    code = "DEC_BATCH_REUSED"

    def broken_by(self, doc, ctx):
        yield Break("number", number=doc)


@transaction.atomic
def file_many(number: str, asked: Sequence[ToFile], *, by: Actor, at: datetime) -> DeclarationBatch:
    """Save and submit declarations in their order, and say what became of each; what is wrong with one holds up no other.

    ``number`` is what the firm calls them together. The same again changes nothing and is answered as it was. Raises
    Refused (DEC_BATCH_NUMBER, DEC_BATCH_SIZE, DEC_BATCH_REUSED), NotYours, Forgotten, NotConfigured: nothing was kept then.
    """
    firm, number = firm_of(by), number.strip()
    insist([BatchNumber(), BatchSize()], (number, len(asked)))
    digest = hashlib.sha256(msgspec.msgpack.encode(asked)).digest()
    # Whoever files the same at this moment waits here until the first is done.
    opened = ask(_OPEN, firm.pk, number, digest, at, by.name)
    if not opened:
        return _again(firm, number, digest)
    batch = DeclarationBatch(pk=opened[0][0], agent=firm, number=number, digest=digest, at=at, by=by.name)
    found = [_prepared(one, firm, by) for one in asked]
    cases = _kept([(one, *of) for one, of in zip(asked, found, strict=True) if not isinstance(of, list)], firm, by, at)
    decide(cases, _add, by=by, at=at)
    following = iter(cases)
    batch.answers = [
        _refused(one, of) if isinstance(of, list) else _answer(one, next(following))
        for one, of in zip(asked, found, strict=True)
    ]
    change(batch, ("answers",))
    accepted = sum(not case.refused for case in cases)
    said = {"number": number, "filed": len(asked), "accepted": accepted}
    record_many([Entry("declaration.batch_filed", str(batch), by, at, said)])
    return batch


def _again(firm: Enterprise, number: str, digest: bytes) -> DeclarationBatch:
    batch = DeclarationBatch.objects.get(agent=firm, number=number)
    if bytes(batch.digest) != digest:
        raise Refused([Finding(BatchReused.code, "number", values={"number": number})])
    return batch


def _prepared(one: ToFile, firm: Enterprise, by: Actor) -> tuple[Any, Declaration | None] | list[Finding]:
    """Return the document as it is kept and what it takes the place of, or the findings that keep it from being saved."""
    if any(said.level == "refuse" for said in one.found):
        return list(one.found)
    of = filled(one.of, by=by, firm=firm)
    if wrong := unsavable(of, mode=one.mode, settlement=one.settlement, modes=WHOLE):
        return wrong
    try:
        return of, followed(one.follows, by)
    except Refused as refused:
        return list(refused.findings)


def _kept(
    asked: Sequence[tuple[ToFile, Any, Declaration | None]], firm: Enterprise, by: Actor, at: datetime
) -> list[Case]:
    """Return the rows of declarations and of their first versions, with their ids, that are to be decided and then added."""
    if not asked:
        return []
    firms = find_many(code for _, of, _ in asked for code in (of.TradeCoScc, of.TradeCode) if code)
    blobs = sealed_many((of for _, of, _ in asked), on=day_of(at))
    cases = []
    for (one, of, follows), blob, (pk, version) in zip(asked, blobs, ask(_IDS, len(asked)), strict=True):
        row = Declaration(
            pk=pk, agent=firm, created_at=at, changed_at=at, direction=of.IEFlag or IMPORT, mode=one.mode,
            settlement=one.settlement, guarantee=tidy(one.guarantee), follows=follows,
        )  # fmt: skip
        show(row, of, firms)
        kept = DeclarationVersion(pk=version, declaration=row, version=1, sealed=blob, at=at, by=by.name, role=by.role)
        cases.append(Case(row, kept, of))
    record_many([saved_entry(case.row, by=by, at=at) for case in cases])
    return cases


def _add(cases: Sequence[Case]) -> None:
    add_rows([case.row for case in cases])
    add_rows([case.version for case in cases])


def _answer(one: ToFile, case: Case) -> dict[str, Any]:
    row = case.row
    return {"name": one.name, "id": row.pk, "state": row.state, "number": row.number or "", "findings": row.findings}


def _refused(one: ToFile, found: Sequence[Finding]) -> dict[str, Any]:
    return {"name": one.name, "id": None, "state": "refused", "number": "", "findings": told(list(found))}
