"""Where the data of a person lie (个人信息所在月份): for who asks what is kept of him, and until when."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth

from tongguan.parties import vault

from .intake.answers import SHANGHAI
from .models import Inventory, Order, Payment

_BY_PERSON = ((Inventory, "buyer_match"), (Order, "buyer_match"), (Payment, "payer_match"))


def months_of(number: str) -> list[tuple[date, int]]:
    """Return the months in which records of a person came in, with how many; he is found by his identity number.

    The number is compared by its digest and kept nowhere. What was refused at once is not found: nothing of it can be
    looked for without opening every message.
    """
    wanted, found = vault.match("id", number), Counter[date]()
    for model, column in _BY_PERSON:
        rows = model.objects.filter(**{column: wanted}).annotate(month=TruncMonth("filed_at", tzinfo=SHANGHAI))
        for month, count in rows.values_list("month").annotate(Count("pk")):
            found[month.date()] += count
    return sorted(found.items())
