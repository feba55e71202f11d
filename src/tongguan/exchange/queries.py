"""What the exchange asks of the messages that came: the one place that looks them up."""

from __future__ import annotations

from collections.abc import Iterable

from tongguan.ecommerce.models import Message


def guids(messages: Iterable[int]) -> dict[int, str]:
    """Return the guid that each message bore, by our number of it; one query."""
    return dict(Message.objects.filter(pk__in=set(messages)).values_list("pk", "guid"))
