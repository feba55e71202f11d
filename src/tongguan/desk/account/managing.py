"""Whose people and programs somebody manages: those of his own firm, or as the operator those of a firm he names."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse

from tongguan.desk.audience import acting
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find, may


def asked(request: HttpRequest) -> str:
    """Return the code of the firm that is named, or nothing."""
    return (request.POST.get("of") or request.GET.get("of") or "").strip()[:20]


def manager(request: HttpRequest, function: str, verb: str) -> tuple[Actor, Enterprise | None]:
    """Return who manages, and whose; None where the operator names no firm.

    ``function`` is what lets somebody do it in his firm, ``verb`` what the refusal says he may not do. Raises Http404
    for a firm that is not there, PermissionDenied.
    """
    actor = acting(request)
    assert actor is not None
    if actor.role == "operator":
        named = asked(request)
        firm = find(named) if named and "\0" not in named else None
        if named and firm is None:
            raise Http404
        return actor, firm
    if actor.enterprise is None or not may(actor, function):
        refused = NotYours(machine="parties", verb=verb, role=actor.role, roles=["administrator", "operator"])
        raise PermissionDenied(refused.text(request.lang))
    return actor, Enterprise.objects.get(pk=actor.enterprise)


def back(page: str, firm: Enterprise | None, actor: Actor) -> str:
    """Return the address of a page of the account for the firm it was opened for."""
    return reverse(page) + (f"?of={firm.code}" if firm and actor.role == "operator" else "")
