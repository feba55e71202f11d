"""What assurers have deposited for the tax they answer for (税款担保)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ..deposits.states import DEPOSIT


class Deposit(models.Model):
    """What an enterprise deposited, or had guaranteed, for the tax of the parcels it answers for (税款担保额度).

    ``guaranteed`` is what came in less what was withdrawn; the balance of the account is what of it is left, in yuan, never
    below nothing. While the deposit is *closed* nothing
    is asked of it and nothing taken; what was taken before still comes back. ``valid_until`` is the last day on which it
    secures anything, None without an end.
    """

    enterprise = models.OneToOneField("parties.Enterprise", models.PROTECT, related_name="+")
    account = models.OneToOneField("ledgers.Account", models.PROTECT, related_name="deposit")
    state = models.CharField(max_length=10, default="kept")
    guaranteed = models.DecimalField(max_digits=19, decimal_places=2, default=0, db_default=0)
    valid_until = models.DateField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=DEPOSIT.states), name="deposit_state")]

    def __str__(self) -> str:
        return f"deposit/{self.pk}"

    @property
    def secured(self):
        """The tax that the deposit secures now, in yuan."""
        return self.guaranteed - self.account.balance
