"""What a session knows of how its person came in: with what, whether by a second factor, and whether he needs one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.utils import timezone

from tongguan.kernel.law import law
from tongguan.kernel.states import Actor
from tongguan.parties.actions import end_sessions, open_session, see_session
from tongguan.parties.models import Person, PortalSession

FACTOR, SEEN, PROVEN = "factor", "seen", "proven"
_signing = structlog.get_logger("tongguan.sign_in")
_EVERY = timedelta(minutes=10)
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("MicroMessenger", "WeChat"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
             ("Safari/", "Safari"), ("curl/", "curl"), ("python", "Python"))  # fmt: skip
_SYSTEMS = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS", "macOS"),
            ("HarmonyOS", "HarmonyOS"), ("Linux", "Linux"))  # fmt: skip


def device(agent: str) -> str:
    """Return in short what a browser says it is.

    >>> device("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36")
    'Chrome · Linux'
    >>> device("something/1.0"), device("")
    ('something/1.0', '–')
    """
    found = [next((name for mark, name in known if mark in agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name) or re.sub(r"[^\w./ -]", "", agent)[:40].strip() or "–"


def address(request: HttpRequest) -> str:
    """Return the address a request comes from."""
    return request.META.get("REMOTE_ADDR", "")


def log(outcome: str, person: Person | None = None) -> None:
    """Write a line about somebody who signs in: by his number, never by what was typed.

    ``outcome`` is entered, wrong, code_wrong, passkey_wrong, wait or idle.
    """
    _signing.info("sign in", outcome=outcome, person=person.pk if person is not None else None)


def enter(request: HttpRequest, person: Person, *, factor: bool) -> None:
    """Sign somebody in, after his password and, where he has one, his second factor were right."""
    at = timezone.now()
    login(request, person)
    request.session[FACTOR], request.session[SEEN] = factor, at.timestamp()
    request.session[PROVEN] = at.timestamp()
    agent = request.headers.get("User-Agent", "")
    open_session(person, request.session.session_key, device=device(agent), address=address(request), at=at)
    log("entered", person)


def needs_factor(request: HttpRequest, roles: Iterable[str]) -> bool:
    """Say whether the reader has to set up a second factor before he goes on: one of his roles wants it, he used none."""
    wanted = settings.SECOND_FACTOR
    if not wanted or request.session.get(FACTOR):
        return False
    return any(role in wanted for role in roles)


def ended_idle(request: HttpRequest) -> bool:
    """End the session when nobody has used it for so long that it may be somebody else who asks; say whether it ended."""
    last, at = request.session.get(SEEN), timezone.now()
    if last is None or at - datetime.fromtimestamp(last, at.tzinfo) <= _idle(at):
        return False
    person = request.user
    assert isinstance(person, Person)
    here = (
        PortalSession.objects.filter(key=request.session.session_key, ended=None).values_list("pk", flat=True).first()
    )
    if here is not None:
        end_sessions(person, "run_out", number=here, by=Actor(person.username, "person"), at=at)
    log("idle", person)
    logout(request)
    return True


def _idle(at: datetime) -> timedelta:
    # Use is noted every few minutes only, so the last may have been that much later.
    return timedelta(minutes=law("parties.idle_minutes", on=timezone.localdate(at)).value) + _EVERY


def seen(request: HttpRequest) -> None:
    """Note every few minutes that a session is in use."""
    last, at = request.session.get(SEEN), timezone.now()
    if last is not None and at - datetime.fromtimestamp(last, at.tzinfo) > _EVERY:
        request.session[SEEN] = at.timestamp()
        see_session(request.session.session_key, at=at)
