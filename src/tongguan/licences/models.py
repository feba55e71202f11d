"""Licences, their lines and their uses. How much of a line is left stands in the ledger, nowhere else."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from .states import AWAITED, LICENCE, REPORT, USE
from .types import FORMS, MULTI, ONE_BATCH

_QUANTITY = {"max_digits": 20, "decimal_places": 5}


class Licence(models.Model):
    """A licence or permit (许可证件), or the application for one: it has a number once it is issued.

    ``type`` is its letter, ``holder`` and ``agent`` are the codes of the firms; ``most_uses`` is null where no limit is
    known, ``uses`` counts the declarations that drew on it. ``ports`` are the offices it names, none for all;
    ``batch_id`` the batch whose movements it allows; ``end_user_keys`` the end users as they are compared.
    ``elsewhere`` says that an issuing body outside decides it, ``passed_at`` and ``asked_at`` when it had heard of it and
    was asked last, ``turn`` how often it was sent.
    """

    type = models.CharField(max_length=15)
    number = models.CharField(max_length=40, null=True)
    form = models.CharField(max_length=10, blank=True, default="")
    holder = models.CharField(max_length=18)
    agent = models.CharField(max_length=18, blank=True, default="")
    state = models.CharField(max_length=12, default="applied")
    applied_on = models.DateField()
    applied_at = models.DateTimeField()
    issued_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    mode = models.CharField(max_length=10)
    most_uses = models.IntegerField(null=True)
    uses = models.IntegerField(default=0)
    ports = ArrayField(models.CharField(max_length=4), default=list)
    paperless = models.BooleanField(default=False)
    batch_id = models.CharField(max_length=40, blank=True, default="")
    end_users = ArrayField(models.CharField(max_length=100), default=list)
    end_user_keys = ArrayField(models.CharField(max_length=100), default=list)
    end_use = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    words = models.CharField(max_length=500, blank=True, default="")
    elsewhere = models.BooleanField(default=False)
    passed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    turn = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LICENCE.states), name="licence_state"),
            models.CheckConstraint(condition=Q(mode__in=(ONE_BATCH, MULTI)), name="licence_mode"),
            models.CheckConstraint(condition=Q(form__in=("", *FORMS)), name="licence_form"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="licence_ends_after_it_begins"),
            models.UniqueConstraint(fields=["type", "number"], name="one_licence_a_number"),
            models.CheckConstraint(
                condition=Q(uses__gte=0) & (Q(most_uses=None) | Q(uses__lte=F("most_uses"))), name="licence_uses"
            ),
        ]
        indexes = [
            models.Index(fields=["number"], name="licences_of_number"),
            models.Index(fields=["holder", "-id"], name="licences_of_holder"),
            models.Index(fields=["agent", "-id"], name="licences_of_agent"),
            models.Index(fields=["state", "-id"], name="licences_in_state"),
            models.Index(
                fields=["valid_to"], condition=Q(state__in=("issued", "partly_used")), name="licences_to_expire"
            ),
            models.Index(
                fields=["asked_at"],
                condition=Q(elsewhere=True, state__in=AWAITED),
                name="licences_to_ask_about",
            ),
            GinIndex(fields=["end_user_keys"], name="licences_of_end_users"),
        ]

    def __str__(self) -> str:
        return f"licence/{self.pk}"


class LicenceLine(models.Model):
    """Goods of a licence (许可证商品项): a commodity code or its first digits, a country or none, how much, and in what unit.

    The account holds what is left, from the day the licence is issued. ``value`` is what was applied for, in ``currency``.
    """

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="lines")
    place = models.IntegerField()
    gcode = models.CharField(max_length=10)
    name = models.CharField(max_length=250)
    country = models.CharField(max_length=3, blank=True, default="")
    quantity = models.DecimalField(**_QUANTITY)
    unit = models.CharField(max_length=3)
    value = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    control_code = models.CharField(max_length=30, blank=True, default="")
    bulk = models.BooleanField(default=False)
    account = models.OneToOneField("ledgers.Account", models.PROTECT, null=True, related_name="licence_line")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["licence", "place"], name="one_licence_line_a_place"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="licence_line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.licence}/line/{self.place}"


class LicenceUse(models.Model):
    """What a declaration draws of a line of a licence (核扣记录): reserved, written off, or given back.

    ``quantity`` is in the unit of the line, ``declared`` in ``unit`` as the declaration says it. ``entry`` is the
    reference in the ledger: the declaration and which of its turns it is, since one that was amended draws again.
    """

    line = models.ForeignKey(LicenceLine, models.PROTECT, related_name="uses", db_index=False)
    reference = models.CharField(max_length=60)
    entry = models.CharField(max_length=80)
    pointer = models.CharField(max_length=60, blank=True, default="")
    quantity = models.DecimalField(**_QUANTITY)
    declared = models.DecimalField(**_QUANTITY)
    unit = models.CharField(max_length=3)
    gcode = models.CharField(max_length=10)
    country = models.CharField(max_length=3, blank=True, default="")
    customs = models.CharField(max_length=4, blank=True, default="")
    end_user = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=12, default="reserved")
    reserved_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=USE.states), name="licence_use_state")]
        indexes = [
            models.Index(fields=["reference"], name="licence_uses_of_reference"),
            models.Index(fields=["line", "-id"], name="licence_uses_of_line"),
        ]

    def __str__(self) -> str:
        return f"{self.line}/use/{self.pk}"


class LicenceReport(models.Model):
    """What the issuing body is told of a use (核销反馈): *written_off* or *given_back*.

    ``told_at`` is when it was told last, whether or not it answered; ``words`` what it said. ``note`` is what the officer
    wrote who had it told again, or who settled with the body what it refused; ``noted_by`` is that officer.
    """

    use = models.ForeignKey(LicenceUse, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=10, default="waiting")
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=500, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    noted_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["use", "kind"], name="one_licence_report_a_use"),
            models.CheckConstraint(
                condition=Q(kind__in=("written_off", "given_back"), state__in=REPORT.states),
                name="licence_report_state",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="waiting"), name="licence_reports_waiting"),
            models.Index(fields=["id"], condition=Q(state="refused"), name="licence_reports_refused"),
        ]

    def __str__(self) -> str:
        return f"{self.use}/report/{self.kind}"


class BodyPlace(models.Model):
    """How far the deliveries of the issuing body were read; one row."""

    place = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"delivery/{self.place}"


class WatchEntry(models.Model):
    """Somebody the authority watches (管控关注名单): an end user whose licences are held, or a firm that gets no general one.

    ``until`` is the last day, null for one that stands without end; ``key`` is the name as it is compared, or the code.
    """

    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    reason = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField(null=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=100)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=("end_user", "barred")), name="watch_entry_kind"),
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(removed_at=None), name="one_watch_entry_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"watch/{self.pk}"


def left_account(licence: int, place: int) -> str:
    """Return the name of the ledger account that holds what is left of a line."""
    return f"licences.left/{licence}/{place}"
