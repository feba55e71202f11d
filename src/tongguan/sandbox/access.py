"""Who may use the sandbox, and whose an exchange is: an enterprise's own people and programs see it, nobody else."""

from __future__ import annotations

from django.db.models import Model, Q, QuerySet

from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.roles import FOR_AN_ENTERPRISE

SENDERS = (*FOR_AN_ENTERPRISE, "operator")


def insist_on_sender(who: Actor) -> None:
    """Raise NotYours unless somebody acts for an enterprise, or runs the window."""
    if who.role not in SENDERS:
        raise NotYours(machine="filing", verb="file", role=who.role, roles=list(SENDERS))


def own(model: type[Model], to: Actor) -> QuerySet:
    """Return the records of somebody's enterprise; the operator's own belong to no enterprise.

    The operator does not look into those of enterprises: who wants help gives him the bundle.
    """
    rows = model._default_manager.all()
    if to.enterprise is not None and to.role in FOR_AN_ENTERPRISE:
        return rows.filter(enterprise=to.enterprise)
    return rows.filter(Q(enterprise=None)) if to.role == "operator" else rows.none()
