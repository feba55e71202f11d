"""Milestones of a parcel (包裹大事记) as the API says them, and statuses of parcels in words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tongguan.ecommerce.chronicle import JOURNAL, Happening, chronicle
from tongguan.ecommerce.queries import Parcel
from tongguan.journal.kinds import called
from tongguan.kernel.codes import codes
from tongguan.kernel.texts import LANGUAGES, template

from . import shapes
from .problems import both

SHANGHAI = ZoneInfo("Asia/Shanghai")


def milestones(of: Parcel) -> list[shapes.Milestone]:
    """Return what happened to a parcel and when, oldest first; one query beside those that found it."""
    return [_milestone(one) for one in chronicle(of)]


def _milestone(one: Happening) -> shapes.Milestone:
    if one.source == JOURNAL:
        said = {lang: called(one.what, lang) for lang in LANGUAGES}
    else:
        said = words(one.source, f"-{one.what}" if one.verb == "deleted" else one.what)
    return shapes.Milestone(
        at=one.at.astimezone(SHANGHAI), source=one.source, what=one.what, text=shapes.Text(**said),
        subject=one.subject, number=one.number,
    )  # fmt: skip


def words(source: str, status: str) -> dict[str, str]:
    """Return what a status of a parcel is called in both languages; one with a minus before it was taken back."""
    plain = status.removeprefix("-")
    if source == "waybill":
        code = codes("waybill_statuses").get(plain)
        named = {lang: code.text(lang) if code else plain for lang in LANGUAGES}
    elif source == "site":
        named = both(f"tally.found.{plain}")
    else:
        return both(f"ecommerce.status.{status if template(f'ecommerce.status.{status}', 'en') else 'refused'}")
    return named if plain == status else {lang: both("api.status.taken_back", what=named[lang])[lang] for lang in named}
