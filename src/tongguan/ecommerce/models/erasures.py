"""Which persons were erased (个人信息删除), by numbers that name nobody."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Erasure(models.Model):
    """That one person was erased from filings (个人信息删除): ``contacts`` are those that keep his name and number.

    The ledger beside the secrets holds the same (``parties.vault_ledger``); what this table lacks of it came from a backup.
    """

    case = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    filings = ArrayField(models.BigIntegerField())
    contacts = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return f"erasure/{self.case}"
