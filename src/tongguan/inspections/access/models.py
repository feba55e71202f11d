"""The table of access in two stages: what was asked for, the order, and what its checks came to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .deciding import CLEAN, DUE, FAILED, MOVED, NONE, SAMPLED, Order

PORT, DESTINATION = (NONE, DUE, MOVED, SAMPLED, CLEAN, FAILED), (NONE, DUE, CLEAN, FAILED)


class Access(models.Model):
    """The access of the goods of a declaration in two stages (两段准入): what its firm asked for, one order, one conclusion.

    ``combined`` asks for both checks at the port, ``conditional`` for lift-off while a sample is examined, with the place
    of ``storage`` that customs assess; ``place`` is where the port check shall be moved. ``port`` and ``destination`` are
    the checks; ``port_customs`` and ``destination_customs`` the offices that do them, ``shared`` whether these are of
    districts that share the order. ``conclusion`` is that of both: passed or failed. ``violated_at`` is when it was found
    that goods were sold, used or moved before they might be.
    """

    subject = models.TextField()
    combined = models.BooleanField(default=False)
    conditional = models.BooleanField(default=False)
    place = models.CharField(max_length=11, blank=True, default="")
    storage = models.CharField(max_length=200, blank=True, default="")
    asked_at = models.DateTimeField(null=True)
    assessed_at = models.DateTimeField(null=True)
    assessed_by = models.TextField(default="", blank=True)
    port = models.CharField(max_length=10, default=NONE)
    destination = models.CharField(max_length=10, default=NONE)
    port_customs = models.CharField(max_length=4, blank=True, default="")
    destination_customs = models.CharField(max_length=4, blank=True, default="")
    shared = models.BooleanField(default=False)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.TextField(default="", blank=True)
    sample = models.CharField(max_length=100, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    conclusion = models.CharField(max_length=10, blank=True, default="")
    concluded_at = models.DateTimeField(null=True)
    violated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject"], name="one_access_a_declaration"),
            models.CheckConstraint(condition=Q(port__in=PORT, destination__in=DESTINATION), name="access_checks"),
            models.CheckConstraint(
                condition=Q(conclusion="", concluded_at=None)
                | (Q(conclusion__in=("passed", "failed")) & Q(concluded_at__isnull=False)),
                name="access_concluded_at_its_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(concluded_at=None, issued_at__isnull=False), name="access_orders_open"
            ),
        ]

    def __str__(self) -> str:
        return f"access of {self.subject}"

    @property
    def order(self) -> Order:
        """What the decision table is asked."""
        return Order(self.port, self.destination, self.combined)
