"""Rules of what a program of a firm may be given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongguan.kernel.rules import Break, Rule
from tongguan.parties.models import MachineClient

_NAME = re.compile(r"[\w.-]{1,30}")


@dataclass(frozen=True)
class ProgramCase:
    """Access that a program is given for some days; ``longest`` is the law's, ``giver`` a program that gives it."""

    name: str
    role: str
    scopes: tuple[str, ...]
    days: int
    longest: int
    dxp_id: str = ""
    roles: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    taken: bool = False
    at: datetime | None = None
    giver: MachineClient | None = None
    revoked: bool = False
    own: bool = False


class ProgramName(Rule):
    """The name of a program has 1 to 30 letters, digits, dots, hyphens and underscores."""

    code = "PROGRAM_NAME"

    def broken_by(self, doc: ProgramCase, ctx: object) -> Iterable[Break]:
        if not _NAME.fullmatch(doc.name):
            yield Break("name")


class ProgramNameTaken(Rule):
    """The firm has or had a program of this name; choose another, or renew its access."""

    code = "PROGRAM_NAME_TAKEN"

    def broken_by(self, doc: ProgramCase, ctx: object) -> Iterable[Break]:
        if doc.taken:
            yield Break("name")


class ProgramRole(Rule):
    """The program acts in a role of its firm, and uses a number of the exchange that the firm has."""

    code = "PROGRAM_ROLE"

    def broken_by(self, doc: ProgramCase, ctx: object) -> Iterable[Break]:
        if doc.role not in doc.roles:
            yield Break("role")
        if doc.dxp_id and doc.dxp_id not in doc.numbers:
            yield Break("dxp_id")


class ProgramScopes(Rule):
    """Choose at least one thing that the program may do."""

    code = "PROGRAM_SCOPES"

    def broken_by(self, doc: ProgramCase, ctx: object) -> Iterable[Break]:
        if not doc.scopes:
            yield Break("scopes")


class ProgramPeriod(Rule):
    """A token is good for 1 to {longest} days."""

    code = "PROGRAM_PERIOD"

    def broken_by(self, doc: ProgramCase, ctx: object) -> Iterable[Break]:
        if not 1 <= doc.days <= doc.longest:
            yield Break("days", longest=doc.longest)


class ProgramBeyondGiver(Rule):
    """A program gives no more than it has itself: its own scopes but that of managing programs, until its own end."""

    code = "PROGRAM_BEYOND_GIVER"

    def broken_by(self, doc: ProgramCase, ctx: object) -> Iterable[Break]:
        if doc.giver is None:
            return
        if not doc.own and set(doc.scopes) - (set(doc.giver.scopes) - {"programs"}):
            yield Break("scopes")
        if doc.giver.until is not None and doc.at is not None and doc.at + timedelta(days=doc.days) > doc.giver.until:
            yield Break("days")


class ProgramRevoked(Rule):
    """The access of this program was taken away; give another program access."""

    code = "PROGRAM_REVOKED"

    def broken_by(self, doc: ProgramCase, ctx: object) -> Iterable[Break]:
        if doc.revoked:
            yield Break("program")


GIVING = [ProgramName(), ProgramNameTaken(), ProgramRole(), ProgramScopes(), ProgramPeriod(), ProgramBeyondGiver()]
RENEWING = [ProgramRevoked(), ProgramPeriod(), ProgramBeyondGiver()]
