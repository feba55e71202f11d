"""Lists the authority keeps, letters of relief, their lines, the goods that came under them, and reports of their use."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ..reliefs.states import GOODS, LETTER

_QUANTITY = {"max_digits": 20, "decimal_places": 5}
_AMOUNT = {"max_digits": 19, "decimal_places": 2}


class ListEntry(models.Model):
    """An entry of a list the authority keeps (名单、目录条目): an entity of a scheme, a remanufactured product, or its maker.

    ``list`` is the scheme of relief, ``reman_products`` or ``reman_firms``; ``key`` the unified social credit code of an
    entity, the first digits of a commodity code, or the registration or name of a maker. ``until`` is the last day.
    """

    list = models.CharField(max_length=20)
    batch = models.CharField(max_length=40, blank=True, default="")
    key = models.CharField(max_length=100)
    name = models.CharField(max_length=150, blank=True, default="")
    since = models.DateField()
    until = models.DateField(null=True)
    source = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="list_entry_ends_after_it_begins"),
            models.UniqueConstraint(fields=["list", "batch", "key", "since"], name="one_list_entry_a_day"),
        ]
        indexes = [
            models.Index(fields=["list", "key"], name="list_entries_of_key"),
            models.Index(fields=["list", "-id"], name="list_entries_latest"),
        ]

    def __str__(self) -> str:
        return f"list_entry/{self.pk}"


class ReliefLetter(models.Model):
    """A letter that goods are relieved of taxes (征免税确认通知书), or the application for one: confirmed, it has a number.

    ``holder`` and ``agent`` are codes of firms; ``office`` is the one customs office it serves at. ``order_no`` is the
    order of the holder's system, where the application came from there. ``quick`` says that rules confirmed it, ``risks``
    are the codes of those that left it to people. ``decide_by`` is the last day for customs to decide. ``words`` is what customs
    asked for or why they refused, ``papers`` what the firm answered.
    """

    number = models.CharField(max_length=12, null=True, unique=True)
    scheme = models.CharField(max_length=20)
    batch = models.CharField(max_length=40, blank=True, default="")
    holder = models.CharField(max_length=18)
    agent = models.CharField(max_length=18, blank=True, default="")
    project = models.CharField(max_length=200)
    office = models.CharField(max_length=4)
    order_no = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=26, default="applied")
    papers = models.CharField(max_length=500, blank=True, default="")
    quick = models.BooleanField(default=False)
    risks = ArrayField(models.CharField(max_length=40), default=list)
    applied_at = models.DateTimeField()
    decide_by = models.DateField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    words = models.CharField(max_length=500, blank=True, default="")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    uses = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LETTER.states), name="relief_letter_state"),
            models.CheckConstraint(condition=Q(uses__gte=0), name="relief_letter_uses"),
        ]
        indexes = [
            models.Index(fields=["holder", "-id"], name="relief_letters_of_holder"),
            models.Index(fields=["agent", "-id"], condition=~Q(agent=""), name="relief_letters_of_agent"),
            models.Index(fields=["state", "-id"], name="relief_letters_in_state"),
            models.Index(fields=["decide_by", "id"], condition=Q(state="applied"), name="relief_letters_to_decide"),
            models.Index(fields=["valid_to"], condition=Q(state="confirmed"), name="relief_letters_to_lapse"),
        ]

    def __str__(self) -> str:
        return f"relief_letter/{self.pk}"


class ReliefLine(models.Model):
    """Goods of a letter (免税货物): code, name, class by the scheme, quantity, and how long customs supervise them.

    ``years`` is the sort of goods by which the law says the years. ``since_parent`` is the day the instrument was released
    that a spare part is for. The account holds what is left, from the day the letter is confirmed.
    """

    letter = models.ForeignKey(ReliefLetter, models.PROTECT, related_name="lines")
    place = models.IntegerField()
    gcode = models.CharField(max_length=10)
    name = models.CharField(max_length=250)
    goods = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20, blank=True, default="")
    years = models.CharField(max_length=14, default="other")
    quantity = models.DecimalField(**_QUANTITY)
    unit = models.CharField(max_length=3)
    value = models.DecimalField(**_AMOUNT, null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    since_parent = models.DateField(null=True)
    account = models.OneToOneField("ledgers.Account", models.PROTECT, null=True, related_name="relief_line")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "place"], name="one_relief_line_a_place"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="relief_line_quantity"),
        ]
        indexes = [models.Index(fields=["goods", "letter"], name="relief_lines_of_goods")]

    def __str__(self) -> str:
        return f"{self.letter}/line/{self.place}"


class RelievedGoods(models.Model):
    """Goods of a declaration that came under a letter (减免税货物), which customs supervise from their release.

    ``quantity`` is in the unit of the line, ``stated`` are the quantities as declared. ``entry`` is the reference in the
    ledger: the declaration and its turn. ``value`` is their customs value in yuan; ``base`` what was left of it when they
    were disposed of after ``months``, ``tax`` what was billed then.
    """

    line = models.ForeignKey(ReliefLine, models.PROTECT, related_name="drawn", db_index=False)
    reference = models.CharField(max_length=60)
    entry = models.CharField(max_length=80)
    item = models.IntegerField()
    gcode = models.CharField(max_length=10)
    origin = models.CharField(max_length=3, blank=True, default="")
    quantity = models.DecimalField(**_QUANTITY)
    stated = models.JSONField(default=list)
    value = models.DecimalField(**_AMOUNT, null=True)
    state = models.CharField(max_length=26, default="reserved")
    reserved_at = models.DateTimeField()
    released_on = models.DateField(null=True)
    supervised_to = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    months = models.IntegerField(null=True)
    base = models.DecimalField(**_AMOUNT, null=True)
    tax = models.DecimalField(**_AMOUNT, null=True)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=GOODS.states), name="relieved_goods_state")]
        indexes = [
            models.Index(fields=["reference"], name="relieved_goods_of_reference"),
            models.Index(fields=["line", "-id"], name="relieved_goods_of_line"),
            models.Index(
                fields=["supervised_to"], condition=Q(state="under_supervision"), name="relieved_goods_supervised"
            ),
        ]

    def __str__(self) -> str:
        return f"relieved_goods/{self.pk}"


class UseReport(models.Model):
    """What an entity reports of how it used its relieved goods in a year (减免税货物使用状况报告书)."""

    holder = models.CharField(max_length=18)
    year = models.IntegerField()
    words = models.CharField(max_length=500)
    filed_at = models.DateTimeField()
    filed_by = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder", "year"], name="one_use_report_a_year")]

    def __str__(self) -> str:
        return f"use_report/{self.holder}/{self.year}"


def left_account(letter: int, place: int) -> str:
    """Return the name of the ledger account that holds what is left of a line."""
    return f"reliefs.left/{letter}/{place}"
