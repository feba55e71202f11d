"""What the forms of the conference share: days and numbers as they were typed, and refusals put into words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from tongguan.desk.audience import acting
from tongguan.governance import queries
from tongguan.governance.states import MEMBER
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text

LONGEST = 4000  # letters of a text that is typed
LONGEST_TITLE = 200


class NoDay(Exception):
    """What was typed is no day."""

    def text(self, lang: str) -> str:
        """Return what is wrong, in the given language."""
        return text("desk.conference.no_day", lang)


def reader(request: HttpRequest) -> Actor:
    """Return who reads the records of the conference; raises PermissionDenied for who has no part in it."""
    actor = acting(request)
    assert actor is not None, "the view is for people who are signed in"
    if not queries.may_read(actor):
        refused = NotYours(machine="issue", verb="meet", role=actor.role, roles=[MEMBER])
        raise PermissionDenied(refused.text(request.lang))
    return actor


def typed(request: HttpRequest, name: str, most: int = LONGEST) -> str:
    """Return a text of a form, without spaces around it and never longer than it may be."""
    return request.POST.get(name, "").replace("\0", "").strip()[:most]


def day(request: HttpRequest, name: str) -> date | None:
    """Return a day of a form, None where none was given; raises NoDay."""
    given = typed(request, name, LONGEST_TITLE)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise NoDay from None


def number(request: HttpRequest, name: str) -> int | None:
    """Return a number that was chosen in a form, None where none was."""
    given = typed(request, name, LONGEST_TITLE)
    return int(given) if given.isascii() and given.isdecimal() and len(given) < LONGEST_TITLE // 10 else None


def attempt(request: HttpRequest, act: Callable[[], Any], done: str, **values: Any) -> Any:
    """Do what a form asks and say so, or say why not; returns what was made, None where nothing was."""
    try:
        made = act()
    except Refused as refused:
        for finding in refused.findings:
            notices.error(request, finding.text(request.lang))
    except (NotNow, NotYours, NoDay) as refused:
        notices.error(request, refused.text(request.lang))
    else:
        notices.success(request, text(done, request.lang, **values))
        return made
    return None
