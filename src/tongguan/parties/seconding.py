"""Acts that need two officers: which there are, and those that wait.

A domain says in its ``seconding`` how an act is done once it is confirmed; its own action insists on the second officer
(``parties.actions.seconding.insist_second``), whoever calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tongguan.kernel.states import Actor
from tongguan.parties.models import TwoPersonAct

Given = Mapping[str, str]
Act = Callable[..., Any]

PAGE = 50
SEES_ALL = frozenset({"officer", "operator", "auditor"})
STAGES = {"open": ("open",), "over": ("confirmed", "refused", "withdrawn", "expired")}
"""The parts of the list of proposals."""

_ACTS: dict[str, Act] = {}


def confirmed_as(name: str) -> Callable[[Act], Act]:
    """Name a function as what is done when an act of this name is confirmed: ``act(given, by=, at=)``."""

    def named(act: Act) -> Act:
        _ACTS[name] = act
        return act

    return named


def act_of(name: str) -> Act:
    """Return what is done when an act is confirmed; raises KeyError for one that nobody named."""
    return _ACTS[name]


def acts() -> list[str]:
    """Return the names of the acts that can need two."""
    return sorted(_ACTS)


def proposals(stage: str = "", *, to: Actor, before: int | None = None, limit: int = PAGE) -> list[TwoPersonAct]:
    """Return proposals, the newest first; none for a firm. ``before`` is the last number of the page before."""
    if to.role not in SEES_ALL:
        return []
    rows = TwoPersonAct.objects.select_related("proposer", "second")
    if stage in STAGES:
        rows = rows.filter(state__in=STAGES[stage])
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[:limit])


def proposal(number: int, *, to: Actor) -> TwoPersonAct | None:
    """Return a proposal that somebody may see, or None."""
    rows = TwoPersonAct.objects.select_related("proposer", "second")
    return rows.filter(pk=number).first() if to.role in SEES_ALL else None


def waiting(subject: object) -> TwoPersonAct | None:
    """Return what is proposed for a subject and waits, or None."""
    rows = TwoPersonAct.objects.select_related("proposer")
    return rows.filter(subject=str(subject), state="open").order_by("id").first()
