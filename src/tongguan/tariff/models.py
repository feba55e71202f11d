"""The tariff and the code lists in the database: what each source says, and which of its editions were loaded."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from .entries import SCOPED, WITHOUT_SCOPE


class Edition(models.Model):
    """A state of a tariff source that was loaded (税则版本); never changed afterwards.

    The latest edition of a source tells what its lines are. A table has the days it is for; a source that was taken
    out has an edition without lines, marked as withdrawn.
    """

    source = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    lines = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=200)
    changes = models.JSONField(help_text="What this load added, changed and removed, with the former values.")
    since = models.DateField(null=True, blank=True, help_text="The first day a table of the whole tariff is for.")
    until = models.DateField(null=True, blank=True)
    withdrawn = models.BooleanField(default=False)
    report = models.JSONField(default=dict, help_text="What became of every row that was read, and what was doubted.")

    class Meta:
        indexes = [models.Index(fields=["source", "-id"], name="edition_of_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.digest[:8]}"


class Instrument(models.Model):
    """A text that a rate comes from (依据), kept once for all the rates that cite it."""

    title = models.CharField(max_length=300)
    href = models.CharField(max_length=300, blank=True)
    standing = models.CharField(max_length=10)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["title", "href", "standing", "note"], name="instrument_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> dict[str, str]:
        """The instrument as a rate cites it."""
        cited = {"title": self.title, "href": self.href, "standing": self.standing}
        return {**cited, "note": self.note} if self.note else cited


class Line(models.Model):
    """A commodity code (税则号列) with its legal units, as one source gives it; empty is what it does not say."""

    source = models.CharField(max_length=200)
    code = models.CharField(max_length=10)
    zh = models.CharField(max_length=300, blank=True)
    en = models.CharField(max_length=300, blank=True)
    unit1 = models.CharField(max_length=3, blank=True)
    unit2 = models.CharField(max_length=3, blank=True)
    letters = models.CharField(max_length=40, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    listings = models.JSONField(default=list, help_text="When the positive list has the code, with its notes.")
    remark = models.CharField(max_length=500, blank=True)
    elements = models.JSONField(default=list, help_text="What a declaration must tell of the goods.")
    names = models.TextField(default="", help_text="Both names as the search compares them.")
    initials = models.CharField(
        max_length=300, default="", help_text="The first letters of the pinyin of the Chinese name."
    )
    grams = ArrayField(
        models.TextField(),
        default=list,
        help_text="The pairs of characters in names and initials, by which lines are found.",
    )

    class Meta:
        indexes = [
            models.Index(fields=["code"], name="line_of_code"),
            GinIndex(fields=["grams"], name="line_grams", fastupdate=False),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="line_once_a_source"),
            models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9]{10}$"), name="line_code_ten_digits"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="line_days_in_order"
            ),
            models.CheckConstraint(condition=~models.Q(zh="") | ~models.Q(en=""), name="line_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.en or self.zh}"


class Rate(models.Model):
    """A rate of one kind from a day on; no formula where it is known that nothing is levied."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="rates", db_index=False)
    kind = models.CharField(
        max_length=115, help_text="Which rate; with a colon and whom it is for, where it is not for all."
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    formula = models.JSONField(null=True, blank=True)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "kind", "since"], name="rate_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(kind__in=WITHOUT_SCOPE) | models.Q(kind__regex=f"^({'|'.join(SCOPED)}):."),
                name="rate_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="rate_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.since}"


class CodeTable(models.Model):
    """A code list of customs as it was published on a day (代码表), loaded beside our own; never changed afterwards.

    Of several loads of the same list and day the last one holds. The list of a day is made from all of them.
    """

    name = models.CharField(max_length=60)
    as_of = models.DateField(help_text="The day the table was published, or seen.")
    title = models.JSONField()
    reference = models.JSONField()
    complete = models.BooleanField(default=False, help_text="Whether the table is known to hold every code.")
    digest = models.CharField(max_length=64)
    codes = models.JSONField(help_text="The codes in the order of the table.")
    changes = models.JSONField(help_text="What this load added, changed and removed.")
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["name", "as_of", "-id"], name="codes_of_list")]

    def __str__(self) -> str:
        return f"{self.name} of {self.as_of}"
