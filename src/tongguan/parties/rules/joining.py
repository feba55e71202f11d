"""Rules of applying for a firm and of coming to one by invitation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tongguan.kernel.numbers import customs_registration, uscc
from tongguan.kernel.rules import Break, Rule
from tongguan.parties.models import Application, Membership, Person
from tongguan.parties.roles import FOR_AN_ENTERPRISE
from tongguan.parties.states import OPEN

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,59}")


@dataclass
class Newcomer:
    """Somebody who wants to sign in from now on: the name he chooses, and his own."""

    username: str
    name: str

    @property
    def taken(self) -> bool:
        """Whether somebody has this name, in capitals or not."""
        return Person.objects.filter(username__iexact=self.username).exists()


@dataclass
class JoiningCase:
    """What somebody writes who wants to act for a firm; ``person`` is he, when he signs in already."""

    code: str
    name: str
    role: str
    representative: str
    registration: str = ""
    person: Person | None = None
    compact: str = field(init=False)

    def __post_init__(self) -> None:
        self.compact = uscc.compact(self.code)


class Needed(Rule):
    """This has to be filled in."""

    code = "JOINING_NEEDED"

    def broken_by(self, doc: JoiningCase, ctx: object) -> Iterable[Break]:
        for pointer in ("name", "representative"):
            if not getattr(doc, pointer).strip():
                yield Break(pointer)


class UsccWrong(Rule):
    """{code} is no unified social credit code: it has eighteen characters, of which the last is a check."""

    code = "USCC_WRONG"

    def broken_by(self, doc: JoiningCase, ctx: object) -> Iterable[Break]:
        if not uscc.is_valid(doc.code):
            yield Break("code", code=doc.code[:30] or "–")


class RegistrationWrong(Rule):
    """{code} is no customs registration code: it has ten characters."""

    code = "CUSTOMS_REGISTRATION_WRONG"

    def broken_by(self, doc: JoiningCase, ctx: object) -> Iterable[Break]:
        if doc.registration and not customs_registration.is_valid(doc.registration):
            yield Break("registration", code=doc.registration[:30])


class RoleUnknown(Rule):
    """Say what the firm is at the window: trader, platform, broker, payment firm, carrier or site."""

    code = "JOINING_ROLE"

    def broken_by(self, doc: JoiningCase, ctx: object) -> Iterable[Break]:
        if doc.role not in FOR_AN_ENTERPRISE:
            yield Break("role")


class MemberAlready(Rule):
    """You act for this firm in this role already."""

    code = "MEMBER_ALREADY"

    def broken_by(self, doc: JoiningCase, ctx: object) -> Iterable[Break]:
        held = Membership.objects.filter(person=doc.person, enterprise__uscc=doc.compact, role=doc.role, ended=None)
        if doc.person and held.exists():
            yield Break("code")


class ApplicationOpen(Rule):
    """You have asked for this already; it is not decided yet."""

    code = "APPLICATION_OPEN"

    def broken_by(self, doc: JoiningCase, ctx: object) -> Iterable[Break]:
        asked = Application.objects.filter(person=doc.person, uscc=doc.compact, role=doc.role, state__in=OPEN)
        if doc.person and asked.exists():
            yield Break("code")


class UsernameForm(Rule):
    """A user name has 2 to 60 characters: small letters, digits, dot, hyphen and underscore, a letter first."""

    code = "USERNAME_FORM"

    def broken_by(self, doc: Newcomer, ctx: object) -> Iterable[Break]:
        if not _USERNAME.fullmatch(doc.username):
            yield Break("username")


class UsernameTaken(Rule):
    """The user name {username} is taken; choose another."""

    code = "USERNAME_TAKEN"

    def broken_by(self, doc: Newcomer, ctx: object) -> Iterable[Break]:
        if doc.taken:
            yield Break("username", username=doc.username[:60])


class OwnNameMissing(Rule):
    """Give your own name."""

    code = "OWN_NAME_MISSING"

    def broken_by(self, doc: Newcomer, ctx: object) -> Iterable[Break]:
        if not doc.name.strip():
            yield Break("person")


class RefusedForAReason(Rule):
    """An application is refused for a stated reason only; say why."""

    code = "APPLICATION_REASON_MISSING"

    def broken_by(self, doc: dict[str, Any], ctx: object) -> Iterable[Break]:
        if not doc["reason"].strip():
            yield Break("reason")


JOINING = [Needed(), UsccWrong(), RegistrationWrong(), RoleUnknown(), MemberAlready(), ApplicationOpen()]
NEWCOMER = [UsernameForm(), UsernameTaken(), OwnNameMissing()]
REFUSING = [RefusedForAReason()]
