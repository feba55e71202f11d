"""Rules of changing a firm's people, and of inviting somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tongguan.kernel.rules import Break, Rule
from tongguan.parties.models import Enterprise, Invitation, Membership
from tongguan.parties.roles import FOR_AN_ENTERPRISE, FOR_NOBODY

_OFFICE = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class Change:
    """What somebody may do for a firm from now on; ``others`` counts the firm's administrators without him."""

    of: Membership
    functions: tuple[str, ...]
    ending: bool = False
    others: int = 0


@dataclass(frozen=True)
class Posting:
    """A customs office that an officer is posted to, empty for none; ``of`` is his role, None where he is no officer."""

    of: Membership | None
    office: str


class NotAnOfficer(Rule):
    """Only an officer is posted to a customs office."""

    code = "NOT_AN_OFFICER"

    def broken_by(self, doc: Posting, ctx: object) -> Iterable[Break]:
        if doc.of is None:
            yield Break("office")


class OfficeCode(Rule):
    """A customs office has a code of four figures; not {found}."""

    code = "OFFICE_CODE"

    def broken_by(self, doc: Posting, ctx: object) -> Iterable[Break]:
        if doc.office and not _OFFICE.fullmatch(doc.office):
            yield Break("office", found=doc.office[:20])


POSTING = [NotAnOfficer(), OfficeCode()]


class LastAdministrator(Rule):
    """This is the firm's last administrator; hand over to somebody else first."""

    code = "LAST_ADMINISTRATOR"

    def broken_by(self, doc: Change, ctx: object) -> Iterable[Break]:
        if "administrator" in doc.of.functions and "administrator" not in doc.functions and not doc.others:
            yield Break("functions")


class FunctionNeeded(Rule):
    """Choose at least one function; to take all away, end the role."""

    code = "FUNCTION_NEEDED"

    def broken_by(self, doc: Change, ctx: object) -> Iterable[Break]:
        if doc.of.enterprise_id and not doc.functions and not doc.ending:
            yield Break("functions")


@dataclass(frozen=True)
class Invited:
    """An invitation that is being made."""

    firm: Enterprise | None
    role: str
    functions: tuple[str, ...]
    note: str


class InvitationIncomplete(Rule):
    """An invitation says for whom it is, in which role, and for a firm with at least one function."""

    code = "INVITATION_INCOMPLETE"

    def broken_by(self, doc: Invited, ctx: object) -> Iterable[Break]:
        if not doc.note.strip():
            yield Break("note")
        if doc.role not in (FOR_AN_ENTERPRISE if doc.firm else FOR_NOBODY):
            yield Break("role")
        if doc.firm and not doc.functions:
            yield Break("functions")


@dataclass(frozen=True)
class Accepted:
    """An invitation that somebody accepts at a moment."""

    invitation: Invitation
    at: datetime


class InvitationOver(Rule):
    """This invitation was used, withdrawn, or has run out; ask for another one."""

    code = "INVITATION_OVER"

    def broken_by(self, doc: Accepted, ctx: object) -> Iterable[Break]:
        if doc.invitation.state(doc.at) != "open":
            yield Break("invitation")


CHANGING = [LastAdministrator(), FunctionNeeded()]
INVITING = [InvitationIncomplete()]
ACCEPTING = [InvitationOver()]
