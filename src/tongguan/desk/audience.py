"""Who may see a page: who is signed in, and in which role."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import add_never_cache_headers

from tongguan.kernel.states import Actor, NotYours
from tongguan.kernel.texts import text
from tongguan.parties.queries import actor_of

View = Callable[..., HttpResponse]


def acting(request: HttpRequest) -> Actor | None:
    """Return in which role the reader of a page acts, None when nobody is signed in or the person has no role."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return None
    if not hasattr(request, "_acting"):
        request._acting = actor_of(person)
    return request._acting


def signed_in(view: View) -> View:
    """Show a page to people who are signed in and have a role; others are sent to sign in, or told why not."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if acting(request) is None:
            raise PermissionDenied(text("desk.no_role", request.lang))
        response = view(request, *args, **named)
        add_never_cache_headers(response)  # what one person may see must not stay on a shared machine
        return response

    return guarded


def only(request: HttpRequest, roles: set[str], *, machine: str, verb: str) -> Actor:
    """Return who acts when in one of the roles; raises PermissionDenied that says who may."""
    actor = acting(request)
    assert actor is not None, "the view is for people who are signed in"
    if actor.role not in roles:
        refused = NotYours(machine=machine, verb=verb, role=actor.role, roles=sorted(roles))
        raise PermissionDenied(refused.text(request.lang))
    return actor
