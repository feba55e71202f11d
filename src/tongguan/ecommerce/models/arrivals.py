"""What is known of a parcel on its way: the statuses of its waybill (513), and its arrival at a supervised site (711)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .documents import Document, Inventory, Waybill
from .messages import BARE


class WaybillStatus(models.Model):
    """A status of a waybill as its carrier reported it (物流运单状态, 513); added, never changed.

    A change and a deletion are rows of their own: of a waybill and a status, the latest row holds. It bears the number of
    the filing it came in.
    """

    id = models.BigIntegerField(primary_key=True)
    waybill = models.ForeignKey(Waybill, models.PROTECT, related_name="statuses", **BARE)
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, related_name="+", **BARE)
    status = models.CharField(max_length=1, help_text="code list waybill_statuses")
    verb = models.CharField(max_length=10, help_text="reported | changed | deleted")
    happened_at = models.DateTimeField(help_text="when it happened, as the carrier says")
    app_time = models.CharField(max_length=14)
    filed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["waybill", "id"], name="statuses_of_waybill")]

    def __str__(self) -> str:
        return f"waybill/{self.waybill_id}/status/{self.pk}"


class BillTally(models.Model):
    """A master bill counted in at a supervised site (提运单理货): what of it arrived, what is over, what is short.

    It is open until the site says that no more comes; it bears the number of the first list that was filed for it. The
    counts are those of ``reckoned_at``: *arrived* and declared, *surplus* (溢卸: arrived and not declared), *awaited*
    (declared and not arrived; short, 短卸, once it is closed).
    """

    id = models.BigIntegerField(primary_key=True)
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+", db_index=False)
    operator_code = models.CharField(max_length=18)
    customs_code = models.CharField(max_length=4)
    bill_no = models.CharField(max_length=37)
    voyage_no = models.CharField(max_length=32)
    state = models.CharField(max_length=10)
    arrived = models.IntegerField(default=0)
    surplus = models.IntegerField(default=0)
    awaited = models.IntegerField(default=0)
    opened_at = models.DateTimeField()
    reckoned_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "bill_no"], condition=Q(state="open"), name="one_open_tally_a_bill"
            )
        ]
        indexes = [
            models.Index(fields=["bill_no", "-id"]),
            models.Index(fields=["enterprise", "-id"]),
            models.Index(fields=["reckoned_at"], condition=Q(state="open"), name="tallies_to_reckon"),
        ]

    def __str__(self) -> str:
        return f"tally/{self.pk}"


class ArrivalList(Document):
    """A list of the parcels of a master bill that arrived at a site (入库明细单, 711), known by the site's own number.

    A list that is only saved belongs to no tally yet; its parcels stand in its filing.
    """

    tally = models.ForeignKey(BillTally, models.PROTECT, null=True, related_name="lists", db_constraint=False)
    operator_code = models.CharField(max_length=18)
    number = models.CharField(max_length=36, help_text="the site's own number (copNo), or the guid without one")
    pre_no = models.CharField(max_length=18)
    rkd_no = models.CharField(max_length=18, unique=True, null=True, help_text="rkdNo: given by us when it is declared")
    customs_code = models.CharField(max_length=4)
    bill_no = models.CharField(max_length=37)
    logistics_code = models.CharField(max_length=18)
    dxp_id = models.CharField(max_length=30, blank=True)
    status = models.CharField(max_length=10, help_text="the latest receipt")
    lines = models.IntegerField(help_text="how many parcels it names")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["operator_code", "number"], condition=~Q(state="deleted"), name="one_arrival_list_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"arrival_list/{self.pk}"


class TalliedParcel(models.Model):
    """A parcel of a tally (理货包裹): one that a list names, or one that is declared under the bill and did not arrive.

    ``found`` says which: *arrived*; *undeclared*, which has a waybill and no inventory; *unknown*, which has neither;
    *awaited*, and *short* once the tally is closed.
    """

    tally = models.ForeignKey(BillTally, models.CASCADE, related_name="parcels", **BARE)
    arrival = models.ForeignKey(ArrivalList, models.CASCADE, null=True, related_name="parcels", db_constraint=False)
    gnum = models.IntegerField(null=True, help_text="its line in the list")
    logistics_code = models.CharField(max_length=18)
    logistics_no = models.CharField(max_length=60)
    inventory = models.ForeignKey(Inventory, models.PROTECT, null=True, related_name="+", **BARE)
    found = models.CharField(max_length=10)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tally", "logistics_code", "logistics_no"], name="one_parcel_a_tally")
        ]
        indexes = [
            models.Index(fields=["tally", "found", "id"], name="parcels_of_tally"),
            models.Index(fields=["logistics_no", "logistics_code"], name="parcel_by_waybill"),
        ]

    def __str__(self) -> str:
        return f"tally/{self.tally_id}/parcel/{self.pk}"
