"""Subscribing to the receipts of a message, and allowing others to.

The specification lets a sender name any address of the exchange. Here an address gets something only where a machine client
of a registered enterprise has it, and that enterprise is named in the document (platform, merchant, carrier, declarant) or
the sender's firm has allowed it. DATA, the documents themselves, is never sent: they hold personal data.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.functions import insist_able
from tongguan.parties.models import MachineClient
from tongguan.parties.roles import FOR_AN_ENTERPRISE

from ...models import AllowedSubscriber, Subscription
from ..rules import ALLOWING, Permission

if TYPE_CHECKING:
    from ...intake.batch import Batch

PARTIES = ("ebpCode", "ebcCode", "logisticsCode", "agentCode")
RECEIPTS = ("ALL", "RET")


def subscribe(batch: Batch, read: Any) -> None:
    """Keep the subscriptions that a message names and that may stand; to be called when its sender may file it.

    ``read`` is the message as ``ceb.read`` returned it. Three queries where somebody is named, none otherwise.
    """
    asked = _asked(read.subscribes)
    if not asked:
        return
    firms = _firms(asked)
    allowed = _allowed(batch.message.enterprise_id, asked)
    rows = []
    for dxp_id, firm, codes in firms:
        positions = None if (dxp_id, firm) in allowed else _naming(read.nodes, codes)
        if positions is None or positions:
            rows.append(
                Subscription(
                    message_id=batch.message.pk, enterprise_id=firm, dxp_id=dxp_id, status=asked[dxp_id],
                    positions=positions, made_at=batch.at,
                )
            )  # fmt: skip
    if rows:
        Subscription.objects.bulk_create(rows, ignore_conflicts=True)
    told = {row.dxp_id for row in rows}
    batch.event(
        "message.subscribed", str(batch.message), subscribers=sorted(told), not_allowed=sorted(set(asked) - told)
    )


def _asked(subscribes: Iterable[Any]) -> dict[str, str]:
    """Return what is asked for, by address; what is no subscription of receipts is let be."""
    found = {}
    for one in subscribes:
        address, status = (one.dxpAddress or "").strip(), (one.status or "").strip().upper()
        if address and "\0" not in address and status in RECEIPTS:
            found.setdefault(address, status)
    return found


def _firms(addresses: Iterable[str]) -> list[tuple[str, int, set[str]]]:
    """Return the enterprises behind addresses with their codes: those whose machine clients are not revoked."""
    clients = MachineClient.objects.filter(dxp_id__in=list(addresses), revoked=None, enterprise__isnull=False)
    columns = ("dxp_id", "enterprise_id", "enterprise__uscc", "enterprise__customs_registration")
    rows = clients.order_by("dxp_id", "enterprise_id").values_list(*columns).distinct()
    return [(dxp_id, firm, {code for code in codes if code}) for dxp_id, firm, *codes in rows]


def _allowed(enterprise: int | None, addresses: Iterable[str]) -> set[tuple[str, int]]:
    rows = AllowedSubscriber.objects.filter(enterprise_id=enterprise, dxp_id__in=list(addresses))
    return set(rows.values_list("dxp_id", "subscriber_id")) if enterprise else set()


def _naming(nodes: Iterable[Any], codes: set[str]) -> list[int]:
    """Return the positions of the nodes that name an enterprise; also of refused ones, as far as they can be read."""
    return [
        node.position
        for node in nodes
        if any(
            (node.raw.get(p) if node.document is None else getattr(node.document, p, None)) in codes for p in PARTIES
        )
    ]


@transaction.atomic
def allow(dxp_id: str, *, by: Actor, at: datetime) -> AllowedSubscriber:
    """Allow the firm at an address of the exchange to have the receipts of messages of one's own firm that name it.

    Twice is once. Raises NotYours for whoever acts for no enterprise; Refused (NO_SUCH_ADDRESS, ADDRESS_SHARED, OWN_ADDRESS).
    """
    enterprise = _own(by, "allow")
    firms = sorted({firm for _, firm, _ in _firms([dxp_id])})
    insist(ALLOWING, Permission(dxp_id, enterprise, firms))
    row, is_new = AllowedSubscriber.objects.get_or_create(
        enterprise_id=enterprise, dxp_id=dxp_id,
        defaults={"subscriber_id": firms[0], "allowed_at": at, "allowed_by": by.name[:100]},
    )  # fmt: skip
    if is_new:
        _recorded("allowed", row, by, at)
    return row


@transaction.atomic
def end(permission: int, *, by: Actor, at: datetime) -> None:
    """Take back what was allowed; what was subscribed by it ends with it, also for earlier messages.

    Raises NotYours for whoever acts for no enterprise, AllowedSubscriber.DoesNotExist for what is not one's own.
    """
    enterprise = _own(by, "end")
    row = AllowedSubscriber.objects.select_for_update().get(pk=permission, enterprise_id=enterprise)
    by_it = Subscription.objects.filter(enterprise_id=row.subscriber_id, dxp_id=row.dxp_id, positions=None)
    by_it.filter(message__enterprise_id=enterprise).delete()
    _recorded("ended", row, by, at)
    row.delete()


def _own(by: Actor, verb: str) -> int:
    if by.enterprise is None:
        raise NotYours(machine="subscription", verb=verb, role=by.role, roles=list(FOR_AN_ENTERPRISE))
    insist_able(by, "file", machine="subscription", verb=verb)
    return by.enterprise


def _recorded(what: str, row: AllowedSubscriber, by: Actor, at: datetime) -> None:
    subject = f"enterprise/{row.enterprise_id}"
    record(f"subscriber.{what}", subject, by=by, at=at, address=row.dxp_id, subscriber=row.subscriber_id)
