"""Rules of passwords and of codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator

from tongguan.kernel.law import law
from tongguan.kernel.rules import Break, Rule

_PART = 3  # a shorter part of a name is in many words


WORDS = ("tongguan", "haiguan", "customs", "singlewindow", "password", "officer", "trader", "broker")
"""What anybody tries first at a window of customs."""


@dataclass(frozen=True)
class PasswordCase:
    """A password that somebody chooses, on a day. ``about`` are texts others know of him: user name, name, codes."""

    password: str
    on: date
    about: tuple[str, ...] = ()
    old: str = ""
    pointer: str = "password"
    least: int = field(init=False)
    most: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "least", law("parties.password_least", on=self.on).value)
        object.__setattr__(self, "most", law("parties.password_most", on=self.on).value)


class PasswordShort(Rule):
    """A password has at least {least} characters; a sentence is easy to remember."""

    code = "PASSWORD_SHORT"

    def broken_by(self, doc: PasswordCase, ctx: object) -> Iterable[Break]:
        if len(doc.password) < doc.least:
            yield Break(doc.pointer, least=doc.least)


class PasswordLong(Rule):
    """A password has {most} characters at most."""

    code = "PASSWORD_LONG"

    def broken_by(self, doc: PasswordCase, ctx: object) -> Iterable[Break]:
        if len(doc.password) > doc.most:
            yield Break(doc.pointer, most=doc.most)


class PasswordCommon(Rule):
    """This password is among those that are tried first; choose another."""

    code = "PASSWORD_COMMON"

    def broken_by(self, doc: PasswordCase, ctx: object) -> Iterable[Break]:
        if doc.password.strip().lower() in _common() or len(set(doc.password)) <= 2:
            yield Break(doc.pointer)


class PasswordNamesYou(Rule):
    """The password is made of what others know: your name, your user name, your firm's code, or words of this window."""

    code = "PASSWORD_NAMES_YOU"

    def broken_by(self, doc: PasswordCase, ctx: object) -> Iterable[Break]:
        written, left = doc.password.casefold(), doc.password.casefold()
        for known in (*doc.about, *WORDS):
            if len(known) >= _PART:
                left = left.replace(known.casefold(), "")
        if left != written and len(left) < doc.least / 2:
            yield Break(doc.pointer)


class PasswordSame(Rule):
    """The new password is the old one."""

    code = "PASSWORD_SAME"

    def broken_by(self, doc: PasswordCase, ctx: object) -> Iterable[Break]:
        if doc.old and doc.old == doc.password:
            yield Break(doc.pointer)


class OldPasswordWrong(Rule):
    """The present password is not right."""

    code = "OLD_PASSWORD_WRONG"

    def broken_by(self, doc: dict, ctx: object) -> Iterable[Break]:
        if not doc["right"]:
            yield Break("old")


class FactorCodeWrong(Rule):
    """The code is not right, or was used before; wait for the next one, and see that the clock of the phone is right."""

    code = "FACTOR_CODE_WRONG"

    def broken_by(self, doc: dict, ctx: object) -> Iterable[Break]:
        if not doc["right"]:
            yield Break("code")


class FactorStands(Rule):
    """A second factor is set up already; remove it before you set up another."""

    code = "FACTOR_STANDS"

    def broken_by(self, doc: dict, ctx: object) -> Iterable[Break]:
        if doc["confirmed"]:
            yield Break("code")


PASSWORD = [PasswordShort(), PasswordLong(), PasswordCommon(), PasswordNamesYou(), PasswordSame()]
OLD_PASSWORD = [OldPasswordWrong()]
FACTOR_CODE = [FactorCodeWrong()]
NEW_FACTOR = [FactorStands()]


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
