"""Templates (报关单模板): what a firm declares again and again is kept under a name, and a new declaration begins with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import Break, Rule, insist
from tongguan.kernel.states import Actor
from tongguan.parties.functions import insist_able

from ..days import day_of
from ..models import Declaration, DeclarationTemplate
from ..once import once
from ..sealing import sealed
from ..states import DECLARATION
from .keeping import document, locked

LONGEST = 60


class TemplateUnnamed(Rule):
    """Give the template a name, by which you find it again."""

    code = "DEC_TEMPLATE_NAME"

    def broken_by(self, doc: str, ctx):
        if not doc:
            yield Break("name")


@transaction.atomic
def keep_template(number: int, name: str, *, by: Actor, at: datetime) -> DeclarationTemplate:
    """Keep what a declaration says as a template of its declarant; one of the same name is written anew.

    Raises NotYours, Declaration.DoesNotExist, Forgotten, and Refused (DEC_TEMPLATE_NAME).
    """
    row, name = locked(number, by=by), name.strip()[:LONGEST]
    if row.agent_id != by.enterprise:
        raise Declaration.DoesNotExist
    insist([TemplateUnnamed()], name)
    of = once(document(row))
    made, _ = DeclarationTemplate.objects.update_or_create(
        agent_id=row.agent_id, name=name,
        defaults={
            "direction": row.direction, "trader_name": row.trader_name, "goods": row.goods, "lines": row.lines,
            "mode": row.mode, "settlement": row.settlement, "guarantee": row.guarantee,
            "sealed": sealed(of, on=day_of(at)), "kept_at": at, "kept_by": by.name,
        },
    )  # fmt: skip
    record("declaration.template_kept", made, by=by, at=at, name=name, of=str(row))
    return made


@transaction.atomic
def drop_template(number: int, *, by: Actor, at: datetime) -> None:
    """Delete a template of one's own firm. Raises NotYours, DeclarationTemplate.DoesNotExist."""
    insist_able(by, "file", machine=DECLARATION.name, verb="save")
    row = _own(number, by)
    record("declaration.template_dropped", row, by=by, at=at, name=row.name)
    row.delete()


def _own(number: int, by: Actor) -> Any:
    return DeclarationTemplate.objects.select_for_update().get(pk=number, agent=by.enterprise or 0)
