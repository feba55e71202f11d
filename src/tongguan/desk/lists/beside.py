"""What lists say beside a figure: that a parcel is simulated, how many days are left, that a promised time has passed."""

from __future__ import annotations

from django.utils.html import format_html

from tongguan.kernel.texts import text
from tongguan.simulation.marks import is_simulated


def simulated(about: str, lang: str) -> str:
    """Return the mark of a simulated parcel, by an address that holds the code of its platform; else nothing."""
    if not any(is_simulated(part) for part in about.split("/")):
        return ""
    return format_html('<span class="unconfirmed">{}</span>', text("simulation.mark", lang))


def days_left(days: int | None, lang: str) -> str:
    """Return how many days are left, or since when it is over (below nothing); nothing when none are counted."""
    if days is None:
        return ""
    one = ".one" if abs(days) == 1 else ""
    if days > 0:
        return format_html('<span class="soft nowrap">{}</span>', text(f"desk.days.left{one}", lang, n=days))
    said = text(f"desk.days.late{one}", lang, n=-days) if days else text("desk.days.today", lang)
    return format_html('<span class="late nowrap">{}</span>', said)


def late(is_late: bool, lang: str) -> str:
    """Return that a promised time has passed; nothing when it has not."""
    return format_html('<span class="late">{}</span>', text("desk.checks.late", lang)) if is_late else ""
