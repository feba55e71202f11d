"""Whose customs decide on a declaration (办理海关): those it is declared at and those the goods come in or go out by.

The district of the destination decides too where both share one order and one conclusion (跨关区协同“两段准入”).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongguan.kernel.law import law
from tongguan.kernel.rules import Break, Rule, insist
from tongguan.kernel.states import Actor
from tongguan.parties.vault import Forgotten

from .days import day_of
from .models import Declaration
from .queries import document

DISTRICT = 2
"""The first figures of the code of an office are those of its district (直属海关)."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """An office that decides something, and the offices whose districts may."""

    office: str
    offices: tuple[str, ...]


class OtherDistrict(Rule):
    """The office {office} does not decide on this declaration; it is one of {offices}."""

    code = "DEC_DISTRICT"

    def broken_by(self, doc: Deciding, ctx):
        if doc.office and doc.office[:DISTRICT] not in {one[:DISTRICT] for one in doc.offices}:
            yield Break("office", office=doc.office, offices=list(doc.offices))


def offices(row: Declaration, *, at: datetime) -> tuple[str, ...]:
    """Return the offices whose districts decide on a declaration: where it was declared, the port, and who shares with it."""
    try:
        doc = document(row)
    except Forgotten:
        doc = None
    port, destination = (doc and doc.IEPort) or row.customs, (doc and doc.PurpOrgCode) or ""
    found = [row.customs, port]
    shared = set(law("inspections.shared_districts", on=day_of(at)).value)
    if {port[:DISTRICT], destination[:DISTRICT]} <= shared:
        found.append(destination)
    return tuple(dict.fromkeys(one[:4] for one in found if one))


def insist_office(row: Declaration, *, by: Actor, at: datetime) -> None:
    """Raise Refused (DEC_DISTRICT) for an officer of another district; one of no office in particular decides on all."""
    if by.office:
        insist([OtherDistrict()], Deciding(by.office, offices(row, at=at)))


def decides(row: Declaration, *, by: Actor, at: datetime) -> bool:
    """Say whether an officer's district decides on a declaration."""
    return not by.office or not any(OtherDistrict().broken_by(Deciding(by.office, offices(row, at=at)), None))


__all__ = ["OtherDistrict", "decides", "insist_office", "offices"]
