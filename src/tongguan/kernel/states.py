"""State machines as tables: a row says which verb leads from where to where, and who may say it.

>>> light = Machine("light", Move("go", {"red"}, "green", by="driver"), Move("stop", {"green"}, "red", by="driver"))
>>> light.after("red", "go", by=Actor("Ms Li", "driver"))
'green'
>>> light.after("green", "go", by=Actor("Ms Li", "driver"))
Traceback (most recent call last):
    ...
tongguan.kernel.states.NotNow: A light that is green cannot go; it can: stop.
>>> print(light.diagram())
stateDiagram-v2
    red --> green: go (driver)
    green --> red: stop (driver)
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, ClassVar

from . import texts

GROUPS = ("draft", "waiting", "needs_you", "done")
"""The four groups a person sees (草稿、等待中、需要您处理、已办结)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which role and for which enterprise (its number with us).

    ``codes`` are those by which documents name his enterprise; None where nobody has looked them up. ``abilities`` are
    what his functions there, or the scopes of his program, let him do; None where the role says it all. ``office`` is the
    customs office (关区) of an officer, empty for one of no office in particular.
    """

    name: str
    role: str
    enterprise: int | None = None
    label: str = ""
    codes: tuple[str, ...] | None = field(default=None, compare=False)
    abilities: frozenset[str] | None = field(default=None, compare=False)
    office: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.label or self.name


class Presentable(Exception):
    """A refusal a person reads in either language; ``values`` are what its text names."""

    code: ClassVar[str] = ""
    key: ClassVar[str] = ""

    def __init__(self, **values: Any):
        self.values = values
        super().__init__(values)

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> Any:
        return _again, (type(self), self.values)

    def text(self, lang: str) -> str:
        """Return the refusal in the given language; names of states, verbs and roles are put into it where known."""
        lang = texts.language(lang)
        machine = str(self.values["machine"])
        named = {slot: _named(machine, slot, value, lang) for slot, value in self.values.items()}
        return texts.text(self.key, lang, **named)


def _again(kind: type[Presentable], values: dict[str, Any]) -> Presentable:
    return kind(**values)


_KINDS = {"state": "state", "verb": "verb", "open": "verb", "role": "role", "roles": "role"}


def _named(machine: str, slot: str, value: Any, lang: str) -> str:
    if slot == "machine":
        return texts.template(f"{machine}.machine", lang) or machine
    if isinstance(value, (list, tuple)):
        nothing = texts.text("states.nothing", lang)
        return ("、" if lang == "zh" else ", ").join(_named(machine, slot, one, lang) for one in value) or nothing
    kind = _KINDS[slot]
    own = f"role.{value}" if kind == "role" else f"{machine}.{kind}.{value}"
    return texts.template(own, lang) or str(value)


class NotNow(Presentable):
    """The record is not in a state that allows this."""

    code = "NOT_NOW"
    key = "states.not_now"


class NotYours(Presentable):
    """This role may not do this."""

    code = "NOT_YOURS"
    key = "states.not_yours"


@dataclass(frozen=True)
class Move:
    """A verb that leads from any of the sources to the target, and the role or roles that may say it."""

    verb: str
    sources: Collection[str]
    target: str
    by: str | Collection[str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", _set(self.sources))
        object.__setattr__(self, "by", _set(self.by))


def _set(one_or_more: str | Collection[str]) -> frozenset[str]:
    return frozenset((one_or_more,) if isinstance(one_or_more, str) else one_or_more)


class Machine:
    """The moves a record can make, and the group of each state that a person sees.

    Raises ValueError when two moves contradict each other or when a state is without a group.
    """

    def __init__(self, name: str, *moves: Move, groups: dict[str, str] | None = None):
        self.name, self.moves, self.groups = name, moves, dict(groups or {})
        ordered: dict[str, None] = {}
        for move in moves:
            ordered.update(dict.fromkeys([*sorted(move.sources), move.target]))
        self.states: tuple[str, ...] = tuple(dict.fromkeys([*self.groups, *ordered]))
        self._moves: dict[tuple[str, str], list[Move]] = {}
        for move in moves:
            for state in move.sources:
                self._add(state, move)
        if self.groups:
            self._check_groups()

    def _add(self, state: str, move: Move) -> None:
        others = self._moves.setdefault((state, move.verb), [])
        if any(set(other.by) & set(move.by) for other in others):
            raise ValueError(f"{self.name}: {move.verb} leads from {state} to two places for the same role")
        others.append(move)

    def _check_groups(self) -> None:
        if lacking := [state for state in self.states if state not in self.groups]:
            raise ValueError(f"{self.name}: these states have no group: {', '.join(lacking)}")
        if wrong := sorted(set(self.groups.values()) - set(GROUPS)):
            raise ValueError(f"{self.name}: a group is one of {', '.join(GROUPS)}, not {', '.join(wrong)}")

    def after(self, state: str, verb: str, *, by: Actor) -> str:
        """Return the state that follows; raises NotNow or NotYours."""
        moves = self._moves.get((state, verb))
        if not moves:
            raise NotNow(machine=self.name, state=state, verb=verb, open=self.open_to(state))
        for move in moves:
            if by.role in move.by:
                return move.target
        roles = sorted({role for move in moves for role in move.by})
        raise NotYours(machine=self.name, state=state, verb=verb, role=by.role, roles=roles)

    def open_to(self, state: str, role: str | None = None) -> list[str]:
        """Return the verbs a record in this state can be told, by anyone or by one role."""
        return sorted({m.verb for m in self.moves if state in m.sources and (role is None or role in m.by)})

    def group(self, state: str) -> str:
        """Return the group a person sees the state in; raises KeyError for an unknown state."""
        return self.groups[state]

    def diagram(self) -> str:
        """Return the moves as a Mermaid state diagram."""
        rows = [
            f"    {source} --> {move.target}: {move.verb} ({', '.join(sorted(move.by))})"
            for move in self.moves
            for source in sorted(move.sources)
        ]
        return "\n".join(["stateDiagram-v2", *rows])
