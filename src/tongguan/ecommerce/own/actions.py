"""What a person does about his own purchases, and what an officer makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.parties import access, masks, vault
from tongguan.parties.ports import Proven

from ..intake.batch import lock
from ..intake.limiting.allowance import allowance_account
from ..models import DisownedPurchase, Inventory
from ..models.own import KINDS
from . import rules
from .states import DISOWNED_PURCHASE

SEEN = ("allowance", "purchases")
"""What a person sees of himself, as the record of looks at personal data names it."""
_ENOUGH = 16  # characters of the fingerprint that tell people apart in the journal


@dataclass(frozen=True, slots=True)
class Self:
    """A person as we know him once he proved who he is: the fingerprint of his number, and what is shown of it."""

    digest: bytes
    masked: str
    name: str

    @property
    def actor(self) -> Actor:
        """He as who does something about his own."""
        return Actor(f"buyer/{self.digest.hex()[:_ENOUGH]}", "buyer", label=self.name)


def known_by(proven: Proven) -> Self:
    """Return a proven person as we know him; his number is not kept."""
    return Self(vault.match("id", proven.number), masks.identity(proven.number), masks.name(proven.name))


@transaction.atomic
def look_at_own(of: Self, year: int, *, at: datetime) -> None:
    """Note that a person looks at his own allowance of a year; call it before showing it."""
    access.look(allowance_account(of.digest, year), SEEN, text("own.purpose", "zh"), by=of.actor, at=at)


@transaction.atomic
def disown(inventory: int, kind: str, *, by: Self, at: datetime) -> DisownedPurchase:
    """Keep that a person says a purchase should not count for him (one of ``models.own.KINDS``).

    Nothing is given back by it: an officer looks into it. Raises Inventory.DoesNotExist for what is not his own, and
    Refused (DISOWNED_KIND, DISOWNED_TWICE).
    """
    row = Inventory.objects.get(pk=inventory, buyer_match=by.digest)
    lock({("disowned", str(row.pk))})
    before = DisownedPurchase.objects.filter(inventory=row).values_list("reported_at", flat=True).first()
    insist(rules.DISOWNING, rules.Disowning(kind, KINDS, before))
    made = DisownedPurchase.objects.create(inventory=row, digest=by.digest, masked=by.masked, kind=kind, reported_at=at)
    record("purchase.disowned", str(made), by=by.actor, at=at, kind=kind, inventory=str(row))
    return made


def uphold(number: int, *, by: Actor, at: datetime, reason: str) -> DisownedPurchase:
    """Find that a person is right. What he is given back goes by a withdrawal or a return of the parcel.

    Raises NotNow, NotYours, Refused (DISOWNED_REASON), DisownedPurchase.DoesNotExist.
    """
    return _decided(number, "uphold", by, at, reason)


def dismiss(number: int, *, by: Actor, at: datetime, reason: str) -> DisownedPurchase:
    """Find that the purchase counts as it did. Raises as ``uphold`` does."""
    return _decided(number, "dismiss", by, at, reason)


@transaction.atomic
def _decided(number: int, verb: str, by: Actor, at: datetime, reason: str) -> DisownedPurchase:
    row = DisownedPurchase.objects.select_for_update().get(pk=number)
    row.state = DISOWNED_PURCHASE.after(row.state, verb, by=by)
    insist(rules.DECIDING, rules.Deciding(reason))
    row.reason, row.decided_by, row.decided_at = reason.strip()[:500], by.name[:100], at
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record(f"purchase.disowned.{row.state}", str(row), by=by, at=at, reason=row.reason)
    return row
