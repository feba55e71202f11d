"""The course of a parcel (包裹轨迹): what it was answered, and what was reported of it on its way, in the order of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongguan.desk import words
from tongguan.ecommerce.arrivals.queries import Milestone
from tongguan.ecommerce.chronicle import Happening
from tongguan.journal.kinds import called
from tongguan.kernel.codes import codes
from tongguan.kernel.texts import text

_TONES = {
    "accepted": "done", "refused": "needs_you", "expired": "needs_you", "saved": "draft", "deleted": "draft",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Passed:
    """A milestone as the course shows it, beside the receipts."""

    at: datetime
    document: str
    status: str
    mark: words.Mark
    other: str


def course(
    steps: Iterable[Any], milestones: Iterable[Milestone], requests: Iterable[Happening], lang: str
) -> list[Any]:
    """Return receipts, milestones and what became of requests together, the oldest first."""
    told = [*steps, *(_passed(one, lang) for one in milestones), *(_asked(one, lang) for one in requests)]
    return sorted(told, key=lambda one: one.at)


_GOOD = {"R", "S", "arrived", "handed_over"}


def _passed(one: Milestone, lang: str) -> Passed:
    settled = "done" if one.what in _GOOD else "needs_you"
    tone = "draft" if one.verb == "deleted" else settled
    mark, other = words.Mark(tone, _called(one, lang)), _called(one, "en" if lang == "zh" else "zh")
    return Passed(one.at, text(f"desk.milestone.{one.source}", lang), one.what, mark, other)


def _asked(one: Happening, lang: str) -> Passed:
    tone = _TONES.get(one.what.partition(".")[2], "waiting")
    other = called(one.what, "en" if lang == "zh" else "zh")
    return Passed(one.at, "", "", words.Mark(tone, called(one.what, lang)), other)


def _called(one: Milestone, lang: str) -> str:
    if one.source == "site":
        return text(f"tally.found.{one.what}", lang)
    if one.source == "shop":
        return called("inventory.handed_over", lang)
    code = codes("waybill_statuses").get(one.what)
    words_of_it = code.text(lang) if code else one.what
    if one.verb in ("changed", "deleted"):
        words_of_it += f" ({text(f'desk.milestone.{one.verb}', lang)})"
    return words_of_it
