"""The course of a parcel (包裹轨迹): what it was answered, and what was reported of it on its way, in the order of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongguan.desk import words
from tongguan.ecommerce.arrivals.queries import Milestone
from tongguan.kernel.codes import codes
from tongguan.kernel.texts import text


@dataclass(frozen=True, slots=True)
class Passed:
    """A milestone as the course shows it, beside the receipts."""

    at: datetime
    document: str
    status: str
    mark: words.Mark
    other: str


def course(steps: Iterable[Any], milestones: Iterable[Milestone], lang: str) -> list[Any]:
    """Return receipts and milestones together, the oldest first."""
    return sorted([*steps, *(_passed(one, lang) for one in milestones)], key=lambda one: one.at)


def _passed(one: Milestone, lang: str) -> Passed:
    tone = "draft" if one.verb == "deleted" else "done" if one.what in ("R", "S", "arrived") else "needs_you"
    mark, other = words.Mark(tone, _called(one, lang)), _called(one, "en" if lang == "zh" else "zh")
    return Passed(one.at, text(f"desk.milestone.{one.source}", lang), one.what, mark, other)


def _called(one: Milestone, lang: str) -> str:
    if one.source == "site":
        return text(f"tally.found.{one.what}", lang)
    code = codes("waybill_statuses").get(one.what)
    called = code.text(lang) if code else one.what
    if one.verb in ("changed", "deleted"):
        called += f" ({text(f'desk.milestone.{one.verb}', lang)})"
    return called
