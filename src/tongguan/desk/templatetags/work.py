"""``{% work row %}`` shows an officer who has taken the matter of a page and what of it is proposed, and lets him take it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from tongguan.parties.seconding import waiting
from tongguan.parties.work import in_hand

register = template.Library()


@register.inclusion_tag("desk/part/work.html", takes_context=True)
def work(context: Context, row: Any) -> dict[str, Any]:
    """Show who has taken a matter, and what of it waits for a second officer; nothing to others than officers. One query."""
    actor = context.get("actor")
    if row is None or actor is None or actor.role != "officer":
        return {"shown": False}
    has, proposal = in_hand(str(row))
    return {
        "shown": True, "holder": has, "own": has is not None and has.username == actor.name, "subject": str(row),
        "waits": proposal,
        "path": context["request"].path, "lang": context["lang"], "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


@register.inclusion_tag("desk/part/waits.html", takes_context=True)
def waits(context: Context, row: Any) -> dict[str, Any]:
    """Show officers what waits for a second of them of a matter that nobody takes. One query."""
    actor = context.get("actor")
    proposal = waiting(row) if actor and actor.role == "officer" else None
    return {"waits": proposal and proposal.pk, "lang": context["lang"]}
