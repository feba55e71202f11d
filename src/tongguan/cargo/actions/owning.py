"""Who may act on a conveyance: its carrier, the operator of the site that unloads it, customs and the window for them."""

from __future__ import annotations

from tongguan.kernel.states import Actor
from tongguan.parties.functions import insist_able

from ..models import Conveyance
from ..states import CONVEYANCE

MACHINE = CONVEYANCE.name


def locked(number: int, *, by: Actor) -> Conveyance:
    """Return a conveyance, locked, that is somebody's to act on; raises Conveyance.DoesNotExist for any other."""
    row = Conveyance.objects.select_for_update(of=("self",)).get(pk=number)
    if not is_theirs(row, by):
        raise Conveyance.DoesNotExist
    return row


def is_theirs(row: Conveyance, by: Actor) -> bool:
    """Say whether a conveyance is the actor's: an enterprise's by its number, anybody's who acts for none.

    A site may take one up that no site was named for.
    """
    if by.role == "carrier":
        return row.carrier_id == by.enterprise
    if by.role == "site":
        return by.enterprise is not None and row.site_id in (None, by.enterprise)
    return by.enterprise is None


def able(by: Actor, verb: str) -> None:
    """Raise NotYours where the actor may not file for his firm."""
    insist_able(by, "file", machine=MACHINE, verb=verb)
