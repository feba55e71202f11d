"""Declarations, every version of them, their serials and templates, and requests to change or take one back."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .days import SHANGHAI, Days, day_of
from .states import DECLARATION, ESCALATED, KINDS, MODES, OPEN_REQUESTS, REQUEST, SETTLEMENTS, STANDS

_MONEY = {"max_digits": 19, "decimal_places": 2}
IMPORT, EXPORT = "I", "E"


class Declaration(models.Model):
    """A declaration (报关单) as it stands: its numbers, its parties, what lists show, its days and what it owes.

    ``number`` is given at acceptance. ``agent`` declares, ``trader`` is the consignee or consignor.
    ``rate_day`` and ``exchange_day`` decide rates and exchange rates; ``entered_on`` is when the
    conveyance declared entry; ``completed_at`` is when the second of two steps was accepted, ``lifted_at`` when goods of a
    summary might leave the port area. ``follows`` is the withdrawn declaration it takes the place of, ``clock_from`` the day a
    withdrawal that customs required started the time limit anew. ``value``, ``tax`` and ``late_fee`` are in yuan; customs have
    left off ``fee_cut`` of the fee. ``group`` is that of the state, for lists.
    """

    number = models.CharField(max_length=18, null=True, unique=True)
    direction = models.CharField(max_length=1)
    mode = models.CharField(max_length=10, default="ordinary")
    state = models.CharField(max_length=10, default="draft")
    group = models.CharField(max_length=10, default="draft")
    version = models.IntegerField(default=1)
    agent = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+", db_index=False)
    trader = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+", db_index=False)
    agent_name = models.CharField(max_length=100, blank=True, default="")
    trader_name = models.CharField(max_length=100, blank=True, default="")
    customs = models.CharField(max_length=4)
    trade_mode = models.CharField(max_length=4, blank=True, default="")
    transport_mode = models.CharField(max_length=1, blank=True, default="")
    bill_no = models.CharField(max_length=64, blank=True, default="")
    lines = models.IntegerField(default=0)
    goods = models.CharField(max_length=255, blank=True, default="")
    pieces = models.IntegerField(null=True)
    gross = models.DecimalField(max_digits=19, decimal_places=5, null=True)
    settlement = models.CharField(max_length=10, default="payment")
    guarantee = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    entered_on = models.DateField(null=True)
    rate_day = models.DateField(null=True)
    exchange_day = models.DateField(null=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    clock_from = models.DateField(null=True)
    value = models.DecimalField(**_MONEY, null=True)
    tax = models.DecimalField(**_MONEY, null=True)
    late_fee = models.DecimalField(**_MONEY, default=0)
    fee_cut = models.DecimalField(**_MONEY, default=0)
    findings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DECLARATION.states), name="declaration_state"),
            models.CheckConstraint(condition=Q(direction__in=(IMPORT, EXPORT)), name="declaration_direction"),
            models.CheckConstraint(condition=Q(mode__in=MODES), name="declaration_mode"),
            models.CheckConstraint(condition=Q(settlement__in=SETTLEMENTS), name="declaration_settlement"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "rejected", "deleted"), number=None)
                | (~Q(state__in=("draft", "rejected", "deleted")) & Q(number__isnull=False, accepted_at__isnull=False)),
                name="declaration_numbered_when_accepted",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "group", "-id"], name="declarations_of_agent"),
            models.Index(fields=["trader", "group", "-id"], name="declarations_of_trader"),
            models.Index(fields=["customs", "group", "-id"], name="declarations_of_office"),
            models.Index(fields=["group", "-id"], name="declarations_in_group"),
            models.Index(fields=["bill_no"], condition=~Q(bill_no=""), name="declarations_of_bill"),
            models.Index(fields=["id"], condition=Q(state__in=sorted(STANDS)), name="declarations_unreleased"),
        ]

    def __str__(self) -> str:
        return f"declaration/{self.pk}"

    @property
    def pre_no(self) -> str:
        """The pre-entry number (统一编号): I or E, the year, and thirteen digits; it needs no acceptance."""
        return f"{self.direction}{self.created_at.astimezone(SHANGHAI).year:04d}{self.pk:013d}"

    @property
    def completed_on(self) -> date:
        """The day the whole declaration was accepted, of two steps the second; for one that was accepted."""
        at = self.completed_at or self.accepted_at
        assert at is not None
        return day_of(at)

    @property
    def days(self) -> Days | None:
        """The days whose rates and exchange rates decided; None before it was accepted."""
        if self.rate_day is None or self.exchange_day is None:
            return None
        return Days(self.rate_day, self.exchange_day)

    @property
    def first_days(self) -> Days | None:
        """Those of the withdrawn declaration it takes the place of; None where it takes that of none."""
        return self.follows.days if self.follows is not None else None


class DeclarationVersion(models.Model):
    """One version of a declaration (报关单版本), never changed once it was accepted: what it said, who wrote it, and why.

    ``sealed`` is the document under the key of its month, for it names persons. ``days`` are those that decided,
    ``sheet`` is the tax sheet, ``steps`` how the value was built up, ``fee`` the late-declaration fee.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="versions")
    version = models.IntegerField()
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.TextField()
    role = models.CharField(max_length=20)
    grounds = models.CharField(max_length=20, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    sheet = models.JSONField(null=True)
    steps = models.JSONField(default=list)
    fee = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["declaration", "version"], name="one_declaration_version_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.declaration}/{self.version}"


class DeclarationOrigin(models.Model):
    """What a declaration that was keyed in on a page was begun from (数据来源): nothing, or what was known already.

    ``sealed`` is the document as it was begun under the key of its month, ``sources`` are a kind and a number each, and
    ``given`` the pointers of what they said with the place of the source. At acceptance it is counted how many
    ``fields`` were filled in, and how many of them were ``reused``.
    """

    declaration = models.OneToOneField(Declaration, models.PROTECT, related_name="origin")
    sources = models.JSONField(default=list)
    given = models.JSONField(default=dict)
    sealed = models.BinaryField()
    fields = models.IntegerField(null=True)
    reused = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-id"], condition=Q(fields__isnull=False), name="declaration_origins_counted")]

    def __str__(self) -> str:
        return f"{self.declaration}/origin"


class DeclarationSerial(models.Model):
    """The last serial that was given out in an office, a year and a direction (海关编号流水)."""

    customs = models.CharField(max_length=4)
    year = models.IntegerField()
    direction = models.CharField(max_length=1)
    last = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customs", "year", "direction"], name="one_declaration_serial")]

    def __str__(self) -> str:
        return f"{self.customs}{self.year}{self.direction}{self.last:09d}"


class DeclarationRequest(models.Model):
    """A request to amend or to withdraw a declaration that was accepted (修改或者撤销申请): its grounds and evidence.

    ``sealed`` is the document as it shall be, for an amendment. ``required`` says that customs required a withdrawal.
    What customs propose (修改/撤销确认) has ``confirm_by``, the last day on which the party confirms it.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default="asked")
    grounds = models.CharField(max_length=20)
    evidence = ArrayField(models.CharField(max_length=100))
    reason = models.CharField(max_length=500)
    required = models.BooleanField(default=False)
    sealed = models.BinaryField(null=True)
    asked_at = models.DateTimeField()
    asked_by = models.TextField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="")
    answer = models.CharField(max_length=500, blank=True, default="")
    confirm_by = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="declaration_request_kind"),
            models.CheckConstraint(condition=Q(state__in=REQUEST.states), name="declaration_request_state"),
            models.UniqueConstraint(
                fields=["declaration"], condition=Q(state__in=OPEN_REQUESTS), name="one_open_request_a_declaration"
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(state="asked"), name="declaration_requests_open"),
            models.Index(fields=["confirm_by"], condition=Q(state="proposed"), name="proposals_to_confirm"),
            models.Index(fields=["id"], condition=Q(state__in=ESCALATED), name="proposals_escalated"),
        ]

    @property
    def by_customs(self) -> bool:
        """Whether customs proposed it."""
        return self.confirm_by is not None

    def __str__(self) -> str:
        return f"{self.declaration}/request/{self.pk}"


class DeclarationTemplate(models.Model):
    """What a firm declares again and again (报关单模板), under a name of its own; nothing of it was declared.

    ``sealed`` is the document under the key of its month, without what is of one consignment only.
    """

    agent = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    direction = models.CharField(max_length=1)
    trader_name = models.CharField(max_length=100, blank=True, default="")
    goods = models.CharField(max_length=255, blank=True, default="")
    lines = models.IntegerField(default=0)
    mode = models.CharField(max_length=10)
    settlement = models.CharField(max_length=10)
    guarantee = models.CharField(max_length=40, blank=True, default="")
    sealed = models.BinaryField()
    kept_at = models.DateTimeField()
    kept_by = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "name"], name="one_declaration_template_a_name")]
        indexes = [models.Index(fields=["agent", "-id"], name="declaration_templates_of_agent")]

    def __str__(self) -> str:
        return f"declaration_template/{self.pk}"


class DeclarationBatch(models.Model):
    """Declarations that were filed together (批量申报), under a number their firm gave them; it files a number once.

    ``digest`` is of what was filed; ``answers`` are what became of each, as it was answered: what it was called, the id of
    its declaration, null where it was not kept, its state, its number, and what was found.
    """

    agent = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=40)
    digest = models.BinaryField()
    at = models.DateTimeField()
    by = models.TextField()
    answers = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "number"], name="one_declaration_batch_a_number")]
        indexes = [models.Index(fields=["agent", "-id"], name="declaration_batches_of_agent")]

    def __str__(self) -> str:
        return f"declaration_batch/{self.pk}"

    @property
    def counted(self) -> dict[str, int]:
        """How many were accepted, rejected, and not even kept."""
        states = [one["state"] for one in self.answers]
        rejected, refused = states.count("rejected"), states.count("refused")
        return {"accepted": len(states) - rejected - refused, "rejected": rejected, "refused": refused}


class DeclarationMessage(models.Model):
    """A message that a declaration came by (报关单报文), under the number its client gave (ClientSeqNo), as it was answered.

    ``digest`` is of its bytes: the same again is answered the same. ``code`` and ``findings`` are the answer.
    """

    agent = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=18)
    digest = models.BinaryField()
    operation = models.CharField(max_length=1)
    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="messages")
    code = models.CharField(max_length=9)
    findings = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "number", "digest"], name="one_declaration_message_a_content")
        ]

    def __str__(self) -> str:
        return f"declaration_message/{self.pk}"


class DeclarationReceipt(models.Model):
    """What a firm is told of a declaration of its own (报关单回执): made from an event of the journal, never changed.

    ``event`` is its number, ``channel`` a code of the list declaration_channels. The other fields are what the declaration
    was when it was made. Receipts are made one after the other, so who reads on from the last id misses none.
    """

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="receipts")
    agent = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+", db_index=False)
    event = models.BigIntegerField(unique=True)
    what = models.CharField(max_length=60)
    channel = models.CharField(max_length=3)
    at = models.DateTimeField()
    number = models.CharField(max_length=18, blank=True, default="")
    customs = models.CharField(max_length=4)
    entered_on = models.DateField(null=True)
    declared_on = models.DateField(null=True)
    note = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["agent", "id"], name="declaration_receipts_of_agent")]

    def __str__(self) -> str:
        return f"declaration_receipt/{self.pk}"


class DeclarationFollowing(models.Model):
    """Up to where declarations have heard what happened elsewhere, or given receipts of it: a number of the journal."""

    heard = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"declarations have heard up to {self.heard}"


from .two_steps.models import TwoStep  # noqa: E402, F401  a table of this domain, in a module of its own
