"""Tables of the joint conference: measures, evidence, issues, meetings, cases, publicity, and figures that were kept."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .states import CASE, ISSUE, MEASURE, PUBLICITY

_BODY = {"max_length": 40}
_SEED = {"max_length": 30, "default": "", "help_text": "the id of the clause or the item it is about, if any"}
CHANNELS = ("press", "broadcast", "new_media", "briefing", "visit")
"""Ways of publicity (宣传方式): traditional media, new media, meetings with firms, visits to them."""


class Seat(models.Model):
    """Which body a person speaks for in the conference (成员单位代表); bodies are those of the policy documents."""

    person = models.OneToOneField("parties.Person", models.PROTECT, related_name="seat")
    body = models.CharField(**_BODY)

    def __str__(self) -> str:
        return f"{self.person_id} {self.body}"


class Measure(models.Model):
    """A measure that is followed (推进措施): a clause or an item of the register, with its lead, units and last day.

    ``units`` are the bodies that take part besides the lead. ``started_on`` and ``done_on`` are the days of the moves.
    """

    seed = models.CharField(max_length=30, unique=True, help_text="the id of the clause or the item in the register")
    lead = models.CharField(**_BODY)
    units = ArrayField(models.CharField(**_BODY), default=list)
    state = models.CharField(max_length=12, default="planned")
    due = models.DateField(null=True)
    started_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    reason = models.TextField(default="", help_text="why it is blocked")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(MEASURE.states)), name="measure_state"),
            models.CheckConstraint(
                condition=Q(state__in=["done", "replicated"], done_on__isnull=False)
                | Q(~Q(state__in=["done", "replicated"]), done_on=None),
                name="measure_done_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["due"], condition=Q(done_on=None), name="measures_due")]

    def __str__(self) -> str:
        return f"measure/{self.seed}"


class Evidence(models.Model):
    """A dated file that shows a measure to be done (佐证材料), kept with its SHA-256; append-only."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="evidence")
    dated = models.DateField(help_text="the day the file bears")
    title = models.TextField()
    name = models.TextField(help_text="what the file is called")
    size = models.IntegerField()
    digest = models.BinaryField(max_length=32)
    content = models.BinaryField()
    body = models.CharField(**_BODY)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "digest"], name="evidence_once")]

    def __str__(self) -> str:
        return f"evidence/{self.pk}"


class Meeting(models.Model):
    """A meeting of the conference (联席会议), with its minutes (纪要)."""

    held_on = models.DateField()
    title = models.TextField()
    minutes = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"meeting/{self.pk}"


class Issue(models.Model):
    """An issue before the conference (议题), of a member or the voice of an enterprise (企业诉求).

    ``owner_by`` is the last day on which its owner is named; unknown while the working days of a year are. ``body`` is
    the member that raised it, empty for an enterprise.
    """

    title = models.TextField()
    says = models.TextField()
    body = models.CharField(**_BODY, default="")
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+")
    by = models.TextField()
    at = models.DateTimeField()
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, related_name="issues")
    state = models.CharField(max_length=10, default="raised")
    owner_by = models.DateField(null=True)
    owner = models.CharField(**_BODY, default="")
    owned_on = models.DateField(null=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="issues")
    decision = models.TextField(default="")
    decided_on = models.DateField(null=True)
    follow_up_by = models.DateField(null=True)
    follow_up = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(ISSUE.states)), name="issue_state"),
            models.CheckConstraint(
                condition=Q(body="", enterprise__isnull=False) | (~Q(body="") & Q(enterprise=None)),
                name="issue_of_a_member_or_an_enterprise",
            ),
            models.CheckConstraint(condition=Q(state="raised", owner="") | ~Q(owner=""), name="issue_has_an_owner"),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="issues_by_state"),
            models.Index(fields=["enterprise", "-id"], name="issues_of_enterprise"),
        ]

    def __str__(self) -> str:
        return f"issue/{self.pk}"


class Reading(models.Model):
    """An indicator as it was on a day (指标读数), so that before and after can be compared; ``count`` is of how many."""

    indicator = models.CharField(max_length=40)
    day = models.DateField()
    value = models.DecimalField(max_digits=12, decimal_places=2)
    count = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["indicator", "day"], name="reading_once_a_day")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.day}"


class Case(models.Model):
    """A case of the library (经验案例): how something is done well at a place, here or elsewhere, and what it teaches.

    ``published_on`` is the day from which everybody reads it.
    """

    title = models.TextField()
    says = models.TextField()
    place = models.TextField(help_text="where it is done")
    seed = models.CharField(**_SEED)
    href = models.TextField(default="", help_text="where one reads more")
    body = models.CharField(**_BODY)
    by = models.TextField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, default="collected")
    lesson = models.TextField(default="")
    published_on = models.DateField(null=True)
    reason = models.TextField(default="", help_text="why it is not taken up")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(CASE.states)), name="case_state"),
            models.CheckConstraint(
                condition=Q(state__in=["published", "replicated"], published_on__isnull=False)
                | (~Q(state__in=["published", "replicated"]) & Q(published_on=None)),
                name="case_published_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="cases_by_state")]

    def __str__(self) -> str:
        return f"case/{self.pk}"


class Replication(models.Model):
    """A place at which a case is done too (复制推广), since when, and what came of it; append-only."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="replications")
    place = models.TextField()
    since = models.DateField()
    result = models.TextField()
    body = models.CharField(**_BODY)
    by = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"replication/{self.pk}"


class Publicity(models.Model):
    """An occasion on which a policy is explained (宣传解读): on a day, by a channel, to whom; and what came of it.

    ``result`` of one that was called off says why.
    """

    title = models.TextField()
    channel = models.CharField(max_length=10)
    day = models.DateField()
    audience = models.TextField(default="")
    seed = models.CharField(**_SEED)
    href = models.TextField(default="", help_text="where one reads or sees it")
    body = models.CharField(**_BODY)
    by = models.TextField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, default="planned")
    result = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(PUBLICITY.states)), name="publicity_state"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="publicity_channel"),
        ]
        indexes = [models.Index(fields=["-day", "-id"], name="publicity_by_day")]

    def __str__(self) -> str:
        return f"publicity/{self.pk}"
