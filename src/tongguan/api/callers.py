"""Who calls (调用方): a machine client by its token, or nobody known where the intake is open.

A person's session opens nothing here: these addresses never read a cookie.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from tongguan.kernel.states import Actor
from tongguan.parties.clients import client_of
from tongguan.parties.queries import actor_of_client
from tongguan.server.metrics import LIMITED

from . import limits
from .problems import Problem, both

CHALLENGE = 'Bearer realm="tongguan", Basic realm="tongguan", charset="UTF-8"'
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. ``actor`` is None for somebody unknown at the open door; ``dxp_id`` is a client's exchange number."""

    actor: Actor | None
    dxp_id: str = ""

    @property
    def known(self) -> Actor:
        """The actor; raises Problem UNAUTHENTICATED where only a known one may ask."""
        if self.actor is None:
            raise unauthenticated()
        return self.actor


def unauthenticated(code: str = "UNAUTHENTICATED") -> Problem:
    """Return the problem that asks for a token."""
    return Problem(code, headers={"WWW-Authenticate": CHALLENGE})


def caller(request: HttpRequest) -> Caller:
    """Return who calls; raises Problem without credentials, unless the intake is open and he is on this machine."""
    written = request.headers.get("Authorization", "")
    if written:
        found = _by_token(request, written)
        _counted(request, f"client/{found.actor}", found.known.enterprise)
        if request.method in ("GET", "HEAD"):  # what changes something asks for its scope itself
            _insist_on_scope(found.known, "see")
        return found
    if not _at_open_door(request):
        raise unauthenticated()
    _counted(request, "open")
    return Caller(None)


def _insist_on_scope(actor: Actor, scope: str) -> None:
    if actor.abilities is not None and scope not in actor.abilities:
        raise Problem("SCOPE_MISSING", scope=both(f"parties.ability.{scope}"))


def anybody(request: HttpRequest) -> Caller:
    """Return a caller of what is public; who shows a token is still known by it."""
    if request.headers.get("Authorization"):
        return caller(request)
    _counted(request, f"address/{_address(request)}")
    return Caller(None)


def _by_token(request: HttpRequest, written: str) -> Caller:
    name, token = _credentials(written)
    client = client_of(token, at=timezone.now()) if token else None
    actor = actor_of_client(client) if client is not None else None
    if client is None or actor is None or (name is not None and name != client.name):
        # A right token always passes, so nobody can shut out others who call from the same address.
        if wait := limits.failures.take(_address(request)).wait:
            raise Problem("TOO_MANY_FAILURES", seconds=wait, headers={"Retry-After": str(wait)})
        raise unauthenticated("WRONG_TOKEN")
    return Caller(actor, client.dxp_id)


def _credentials(written: str) -> tuple[str | None, str]:
    """Return the client's name (None with Bearer) and the token; both empty for what cannot be read."""
    scheme, _, rest = written.partition(" ")
    if scheme.lower() == "bearer":
        return None, rest.strip()
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, token = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, token


def _address(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR", "")


def _counted(request: HttpRequest, key: str, party: int | None = None) -> None:
    found = limits.count(key, party)
    request.rate = found.fields  # told in the answer, by server.middleware
    if found.wait:
        LIMITED.labels(found.whose).inc()
        raise Problem("TOO_MANY_REQUESTS", seconds=found.wait, headers={"Retry-After": str(found.wait)})


def _at_open_door(request: HttpRequest) -> bool:
    """Say whether somebody without a token may come in: a program on this machine, while the intake is open.

    A proxy on this machine brings callers from elsewhere, and a browser brings pages from elsewhere.
    """
    if not settings.OPEN_INTAKE or not _is_loopback(_address(request)):
        return False
    if any(name in request.headers for name in (*_FORWARDED, "Origin")):
        return False
    request.get_host()  # raises for a foreign name that was made to point here
    return request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback
