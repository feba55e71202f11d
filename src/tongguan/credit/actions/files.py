"""The file of a firm is locked before anything of its credit changes; who may speak for the firm, and for customs."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.functions import insist_able
from tongguan.parties.queries import codes_of

from ..models import CreditFile
from ..rules.grading import SAYING, Saying
from ..states import FIRM, OFFICER, SYSTEM

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(at: datetime) -> date:
    """Return the day of a moment in Beijing."""
    return at.astimezone(SHANGHAI).date()


def locked(uscc: str, at: datetime) -> CreditFile:
    """Return the file of a firm, locked; it is opened where there is none."""
    CreditFile.objects.get_or_create(uscc=uscc, defaults={"opened_at": at})
    return CreditFile.objects.select_for_update().get(uscc=uscc)


def insist_own(uscc: str, *, by: Actor, machine: str, verb: str) -> None:
    """Raise NotYours unless somebody speaks for the firm and may file for it."""
    insist_able(by, "file", machine=machine, verb=verb)
    if by.role not in FIRM or uscc not in codes_of(by):
        raise NotYours(machine=machine, verb=verb, role=by.role, roles=sorted(FIRM))


def insist_customs(by: Actor, *, machine: str, verb: str) -> None:
    """Raise NotYours for anybody but an officer and the program."""
    if by.role not in (OFFICER, SYSTEM):
        raise NotYours(machine=machine, verb=verb, role=by.role, roles=[OFFICER])


def said(words: str) -> str:
    """Return the words somebody gives, without space around; raises Refused (CREDIT_WORDS)."""
    insist(SAYING, Saying(words))
    return words.strip()
