"""Rules of asking to see the pages of a firm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongguan.kernel.rules import Break, Rule
from tongguan.parties.models import Enterprise


@dataclass(frozen=True)
class SupportCase:
    """What an operator asks for; ``longest`` is the law's, in minutes, ``asked`` whether he has asked already."""

    firm: Enterprise | None
    role: str
    roles: tuple[str, ...]
    reason: str
    minutes: int
    longest: int
    administered: bool
    asked: bool = False


class SupportFirm(Rule):
    """No firm of this code has an administrator at the window who could allow it."""

    code = "SUPPORT_FIRM"

    def broken_by(self, doc: SupportCase, ctx: object) -> Iterable[Break]:
        if doc.firm is None or not doc.administered:
            yield Break("of")


class SupportRole(Rule):
    """The firm does not act in this role."""

    code = "SUPPORT_ROLE"

    def broken_by(self, doc: SupportCase, ctx: object) -> Iterable[Break]:
        if doc.firm is not None and doc.role not in doc.roles:
            yield Break("role")


class SupportReason(Rule):
    """Say what it is for; the firm's administrator decides by it."""

    code = "SUPPORT_REASON"

    def broken_by(self, doc: SupportCase, ctx: object) -> Iterable[Break]:
        if not doc.reason.strip():
            yield Break("reason")


class SupportMinutes(Rule):
    """A support session is for 1 to {longest} minutes."""

    code = "SUPPORT_MINUTES"

    def broken_by(self, doc: SupportCase, ctx: object) -> Iterable[Break]:
        if not 1 <= doc.minutes <= doc.longest:
            yield Break("minutes", longest=doc.longest)


class SupportAsked(Rule):
    """You have asked this firm already; it has not decided yet."""

    code = "SUPPORT_ASKED"

    def broken_by(self, doc: SupportCase, ctx: object) -> Iterable[Break]:
        if doc.asked:
            yield Break("of")


SUPPORTING = [SupportFirm(), SupportRole(), SupportReason(), SupportMinutes(), SupportAsked()]
