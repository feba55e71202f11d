"""What the parties need from outside: the register of businesses (企业登记信息), chosen by ``TONGGUAN_BUSINESS_REGISTER``,
and a real-name login (实名认证) by which a visitor proves who he is, chosen by ``TONGGUAN_REAL_NAME``.

The register is asked after an application is kept. Whatever an adapter raises, and silence, mean one thing: it is not
known yet, and the application waits. Without an adapter every application waits for ever, or for the operator. A real-name
login that is not connected, does not answer or fails proves nobody.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import NamedTuple, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

ACTIVE = "active"


class Entry(NamedTuple):
    """What the register says of a business: its name, who represents it by law, and whether it is *active*."""

    uscc: str
    name: str
    representative: str
    standing: str


class RegisterSilent(Exception):
    """The register did not answer in time."""


class BusinessRegister(Protocol):
    """A register of businesses. An adapter waits for an answer some seconds at most, and then raises RegisterSilent."""

    def ask(self, uscc: str, *, at: datetime) -> Entry | None:
        """Say what is registered under a unified social credit code, None when nothing is; raises RegisterSilent."""
        ...


def business_register() -> BusinessRegister:
    """Return the register that the settings name; raises RegisterSilent when none is connected."""
    if not settings.BUSINESS_REGISTER:
        raise RegisterSilent
    return _made(settings.BUSINESS_REGISTER)


@cache
def _made(path: str) -> BusinessRegister:
    return import_string(path)()


class Proven(NamedTuple):
    """Whom a real-name login has proven: his name, his resident identity number, and the nonce it was asked with."""

    name: str
    number: str
    nonce: str


class RealNameSilent(Exception):
    """The real-name login is not connected, or did not answer in time: nobody is proven."""


class RealName(Protocol):
    """A real-name login (实名认证平台). The visitor is sent there, and comes back with our state and a code, or a refusal."""

    def begin(self, *, state: str, nonce: str, back: str) -> str:
        """Return the address a visitor is sent to; ``back`` is where he comes back to, with ``state``."""
        ...

    def finish(self, code: str, *, at: datetime) -> Proven | None:
        """Say whom a code proves, None when it proves nobody; raises RealNameSilent."""
        ...


def real_name() -> RealName:
    """Return the real-name login that the settings name; raises RealNameSilent when none is connected."""
    if not settings.REAL_NAME:
        raise RealNameSilent
    return _made(settings.REAL_NAME)
