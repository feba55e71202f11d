"""Table of what a person is told of his account: what changed how he signs in, and where he came in anew."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .constraints import one_of
from .people import Person

KINDS = (
    "password", "factor_on", "factor_off", "codes_new", "code_used", "code_again", "passkey_on", "passkey_off", "new_device",
)  # fmt: skip
"""Password changed, second factor set up and taken away, recovery codes renewed and one used, a code used a second time,
passkey registered and removed, signed in on a device that was not seen before."""

OUTCOMES = ("waiting", "begun", "sent", "failed", "unsent")


class AccountNotice(models.Model):
    """That something about how a person signs in changed (账户安全提醒), kept with the change itself and told by mail.

    *unsent* is one for which there was no confirmed address; *begun* one of which nobody knows whether it went out: it is
    not sent again. ``device`` is where he came in.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="notices")
    what = models.CharField(max_length=12)
    device = models.CharField(max_length=120, default="", blank=True)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, default="waiting")

    class Meta:
        constraints = [one_of("what", KINDS, "notice_what"), one_of("outcome", OUTCOMES, "notice_outcome")]
        indexes = [
            models.Index(fields=["id"], condition=Q(outcome="waiting"), name="notices_waiting"),
            models.Index(fields=["person", "-id"], name="notices_of_person"),
        ]

    def __str__(self) -> str:
        return f"account_notice/{self.pk}"
