"""What was told of a record (回执): its receipts in their order, for whoever may see the record."""

from __future__ import annotations

from django.db import models

from .models import Receipt, Told


def receipts_of(record: models.Model, *, limit: int = 100) -> list[Told]:
    """Return what was told of a request or a tax bill, oldest first."""
    rows = Receipt.objects.filter(subject=str(record)).order_by("id")[:limit]
    return [told for row in rows for told in row.each()]
