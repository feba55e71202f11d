"""What licences need from outside: the body that issues them (发证机关), chosen by the setting ``TONGGUAN_ISSUING_BODY``.

Where one is connected, it alone decides what is applied for: an application is passed on to it, its answer is asked for,
what it issued or revoked elsewhere is taken in, and what was written off at release goes back to it (核销数据反馈). Where
none is connected, the officers of this window issue.

The adapter is called outside every transaction. Whatever it raises, and silence, mean one thing: nothing is known, so
nothing changes; a licence that was not delivered is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import NamedTuple, Protocol, TypeVar

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from .applications import Application, Issued

RECEIVED, SUPPLEMENT, REFUSED, APPROVED, ISSUED = "received", "supplement", "refused", "approved", "issued"
ANSWERS = (RECEIVED, SUPPLEMENT, REFUSED, APPROVED, ISSUED)

Said = TypeVar("Said")

log = structlog.get_logger("tongguan.licences.issuing_body")


class Filed(NamedTuple):
    """An application as it is passed on: under our ``number``, for good; ``turn`` counts how often it was sent again."""

    number: str
    turn: int
    asked: Application
    applied_on: date


class Answer(NamedTuple):
    """What the body says of an application: one of ``ANSWERS``, why, and how it issued the licence.

    ``turn`` is that of the application it answers: what it said of an earlier one is no answer to a later.
    """

    state: str
    turn: int
    words: str = ""
    issued: Issued | None = None


class Delivered(NamedTuple):
    """One entry of the body's deliveries, at its ``place``: a licence it issued without us, or one that it revoked.

    ``revoked`` says why, empty for a licence that is issued; then ``asked`` and ``issued`` are there.
    """

    place: int
    type: str
    number: str
    asked: Application | None = None
    issued: Issued | None = None
    revoked: str = ""


class Drawn(NamedTuple):
    """What was written off a licence, told once under its ``key``: ``quantity`` in ``unit``, below zero what came back."""

    key: str
    type: str
    number: str
    line: int
    quantity: Decimal
    unit: str
    declaration: str
    at: datetime


class Entered(NamedTuple):
    """Whether the body has entered what was written off, and why not."""

    taken: bool
    words: str = ""


class BodySilent(Exception):
    """The body did not answer in time."""


class IssuingBody(Protocol):
    """A body that issues licences. An adapter waits for an answer some seconds at most, and then raises BodySilent."""

    def file(self, filed: Filed, *, at: datetime) -> Answer:
        """Take an application, each turn of a number at most once, and say what became of it; raises BodySilent."""
        ...

    def ask(self, number: str, *, at: datetime) -> Answer | None:
        """Say what became of an application, None when the body has never heard of it; raises BodySilent."""
        ...

    def delivered(self, after: int, *, at: datetime) -> list[Delivered]:
        """Return what was delivered after a place, in its order, some at a time; raises BodySilent."""
        ...

    def enter(self, drawn: Drawn, *, at: datetime) -> Entered:
        """Enter what was written off, each key at most once; raises BodySilent."""
        ...


def issuing_body() -> IssuingBody | None:
    """Return the body that the settings name, None where this window issues by itself."""
    return _made(settings.ISSUING_BODY) if settings.ISSUING_BODY else None


@cache
def _made(path: str) -> IssuingBody:
    return import_string(path)()


def heard(about: str, question: Callable[[], Said]) -> Said | None:
    """Return what the body says, or None: after silence or a broken answer nobody knows anything."""
    try:
        return question()
    except BodySilent:
        log.warning("the issuing body did not answer", about=about)
    except Exception:
        log.exception("the issuing body's answer could not be understood", about=about)
    return None
