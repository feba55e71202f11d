"""Who may see a page: who is signed in, and in which role."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import add_never_cache_headers

from tongguan.desk import permits
from tongguan.desk.account.entering import ended_idle, needs_factor, seen
from tongguan.desk.account.watching import capacity_of
from tongguan.desk.pace import too_fast
from tongguan.kernel.states import Actor, NotYours
from tongguan.kernel.texts import text
from tongguan.parties.functions import FUNCTIONS
from tongguan.parties.queries import Capacity, capacities

View = Callable[..., HttpResponse]
CHOSEN = "capacity"


def held(request: HttpRequest) -> list[Capacity]:
    """Return every role the reader of a page can act in; none when nobody is signed in."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return []
    if (looks := getattr(request, "support", None)) is not None:
        return [capacity_of(looks)]
    if not hasattr(request, "_held"):
        request._held = capacities(person)
    return request._held


def capacity(request: HttpRequest) -> Capacity | None:
    """Return the role the reader acts in: the one he chose, else the first; None without any."""
    known = held(request)
    chosen = request.session.get(CHOSEN) if known else None
    return next((one for one in known if one.membership == chosen), known[0] if known else None)


def acting(request: HttpRequest) -> Actor | None:
    """Return in which role the reader of a page acts, None when nobody is signed in or the person has no role."""
    chosen = capacity(request)
    return chosen and chosen.actor


def signed_in(view: View) -> View:
    """Show a page to people who are signed in and have a role; others are sent to sign in, or told why not.

    What changes something is for those whose function in their firm allows it (``desk.permits``).
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated or ended_idle(request):
            return redirect_to_login(request.get_full_path())
        if needs_factor(request, (one.actor.role for one in held(request))):
            return redirect("account_factor")
        chosen = capacity(request)
        if chosen is None:
            raise PermissionDenied(text("desk.no_role", request.lang))
        seen(request)
        _insist_on_function(request, chosen)
        if (slower := too_fast(request)) is not None:
            return slower
        response = view(request, *args, **named)
        add_never_cache_headers(response)  # what one person may see must not stay on a shared machine
        return response

    return guarded


def personal(view: View) -> View:
    """Show a page to whoever is signed in, with or without a role: what is his own and no firm's."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated or ended_idle(request):
            return redirect_to_login(request.get_full_path())
        seen(request)
        if (slower := too_fast(request)) is not None:
            return slower
        response = view(request, *args, **named)
        add_never_cache_headers(response)
        return response

    return guarded


def _insist_on_function(request: HttpRequest, chosen: Capacity) -> None:
    needed = permits.needed(request)
    if needed and not chosen.may(needed):
        who = [text(f"role.{name}", request.lang) for name, gives in FUNCTIONS.items() if needed in gives]
        raise PermissionDenied(text("desk.no_function", request.lang, functions=who))


def only(request: HttpRequest, roles: Collection[str], *, machine: str, verb: str) -> Actor:
    """Return who acts when in one of the roles; raises PermissionDenied that says who may.

    Somebody with several roles for one firm acts in the one that fits, whichever he chose.
    """
    chosen = capacity(request)
    assert chosen is not None, "the view is for people who are signed in"
    actor = chosen.actor
    for one in (chosen, *held(request)):
        if one.actor.enterprise == actor.enterprise and one.actor.role in roles:
            return one.actor
    refused = NotYours(machine=machine, verb=verb, role=actor.role, roles=sorted(roles))
    raise PermissionDenied(refused.text(request.lang))
