"""Rules of passkeys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongguan.kernel.rules import Break, Rule

_LONGEST = 60


@dataclass(frozen=True)
class PasskeyCase:
    """A passkey that is registered or named; ``left`` is how many more its person may have."""

    name: str
    right: bool = True
    known: bool = False
    left: int = 1


class PasskeyName(Rule):
    """Give the passkey a name of at most 60 characters, such as that of the device."""

    code = "PASSKEY_NAME"

    def broken_by(self, doc: PasskeyCase, ctx: object) -> Iterable[Break]:
        if not 1 <= len(doc.name) <= _LONGEST:
            yield Break("name")


class PasskeyWrong(Rule):
    """The browser's answer is not right, or is known already; begin anew."""

    code = "PASSKEY_WRONG"

    def broken_by(self, doc: PasskeyCase, ctx: object) -> Iterable[Break]:
        if not doc.right or doc.known:
            yield Break("passkey")


class PasskeysMany(Rule):
    """You have as many passkeys as there can be; remove one that you do not use."""

    code = "PASSKEYS_MANY"

    def broken_by(self, doc: PasskeyCase, ctx: object) -> Iterable[Break]:
        if doc.left < 1:
            yield Break("passkey")


NAMING = [PasskeyName()]
REGISTERING = [*NAMING, PasskeyWrong(), PasskeysMany()]
