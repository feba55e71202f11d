"""Accounts and their entries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from tongguan.ledgers.lines import Line

KINDS = ("debit", "credit", "reserve", "confirm", "release")
_DIGITS = {"max_digits": 20, "decimal_places": 5}


class Account(models.Model):
    """What can be used up (账户). The balance is always the sum of the entries; nothing else of it ever changes.

    ``opened_at`` is the clock of the database and decides nothing.
    """

    name = models.TextField()
    balance = models.DecimalField(**_DIGITS, default=0, db_default=0)
    opened_at = models.DateTimeField(db_default=Now())

    class Meta:
        # Not ``unique``, by which Django keeps a second index for LIKE: every new buyer would pay for it.
        constraints = [models.UniqueConstraint(fields=["name"], name="one_account_a_name")]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One use of an account (分录): ``amount`` is its effect on the balance; append-only.

    ``reference`` names what it was for; an account has one entry a reference and kind. A *reserve* is open until a
    *confirm* (which changes no balance) or a *release* of the same reference closes it.
    """

    # The constraint would cost a tenth of an intake: entries are made on locked accounts only, and accounts never go.
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", db_index=False, db_constraint=False)
    reference = models.TextField()
    kind = models.CharField(max_length=8)
    amount = models.DecimalField(**_DIGITS)
    by = models.TextField()
    at = models.DateTimeField()
    note = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["account", "id"], name="entries_of_account")]
        constraints = [
            models.UniqueConstraint(fields=["account", "reference", "kind"], name="entry_once"),
            models.CheckConstraint(
                condition=Q(kind__in=("debit", "reserve"), amount__lte=0)
                | Q(kind__in=("credit", "release"), amount__gte=0)
                | Q(kind="confirm", amount=0),
                name="entry_effect_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.reference}"

    @property
    def line(self) -> Line:
        """What this entry says, for ``entries_root``."""
        return Line(self.account.name, self.reference, self.kind, self.amount, self.note)
