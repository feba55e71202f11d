"""What the parties need from outside: the register of businesses (企业登记信息), chosen by ``TONGGUAN_BUSINESS_REGISTER``.

It is asked after an application is kept. Whatever an adapter raises, and silence, mean one thing: it is not known yet, and
the application waits. Without an adapter every application waits for ever, or for the operator.
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
