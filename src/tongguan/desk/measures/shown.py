"""The register as its pages show it: marks of states, bars of the picture, and what does something, with links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse

from tongguan.desk.words import Mark
from tongguan.governance.building import Means
from tongguan.governance.coverage import STATES, ClauseStanding, Standing, counts
from tongguan.governance.register import Both, register
from tongguan.governance.trials import Trial
from tongguan.kernel.law import NotConfigured, Provision, law
from tongguan.kernel.rules import template
from tongguan.kernel.texts import filled, presented, text
from tongguan.kernel.texts import template as stored

TONES = {"built": "done", "partly": "waiting", "failing": "needs_you", "missing": "draft"}
_OUTCOMES = {"passed": "done", "failed": "needs_you", "skipped": "waiting", "not_run": "draft"}
_SHORT = 6  # entries of a mapping that are shown in a cell
_PRECISE = 10_000  # a share is drawn to the hundredth of a percent


def mark(state: str, lang: str) -> Mark:
    """Return the mark of the state of a unit or a clause."""
    return Mark(TONES[state], text(f"desk.measures.state.{state}", lang))


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar, in percent of its width."""

    state: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the picture and of the table behind it: a document, or all of them, and its units by state."""

    id: str
    title: Both
    numbers: list[tuple[str, int]]
    total: int
    parts: list[Part]
    label: str


def row(number: str, title: Both, found: Iterable[ClauseStanding], lang: str) -> Row:
    """Return a line of the picture for some clauses."""
    counted = counts(found)
    total, before, parts = sum(counted.values()), 0, []
    for state, many in counted.items():
        if many:
            parts.append(Part(state, _percent(before, total), _percent(many, total)))
        before += many
    label = text("desk.measures.bar", lang, **counted, total=total)
    return Row(number, title, list(counted.items()), total, parts, label)


def _percent(many: int, total: int) -> str:
    whole, rest = divmod(many * _PRECISE // total, _PRECISE // 100)
    return f"{whole}.{rest:02d}"


def picture(found: list[ClauseStanding], lang: str) -> list[Row]:
    """Return the picture of coverage: a line a document, those without a clause left out."""
    made = []
    for document in register().documents:
        if its := [one for one in found if one.document.id == document.id]:
            made.append(row(document.id, document.title, its, lang))
    return made


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of the program that acts on a measure: its name, what it is, and where it is looked at."""

    name: str
    says: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the law: the value in force, or none, with the text it comes from."""

    name: str
    title: str
    value: str
    provision: Provision | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A unit as its page shows it."""

    standing: Standing
    mark: Mark
    pages: list[Thing]
    operations: list[Thing]
    commands: list[Thing]
    rules: list[Thing]
    parameters: list[Parameter]
    trials: list[tuple[Trial, Mark]]


def shown(standing: Standing, on: date, lang: str) -> Shown:
    """Return a unit with what does something about it, as it stands on a day."""
    means = standing.means
    return Shown(
        standing,
        mark(standing.state, lang),
        [Thing(name, text(f"desk.measures.page.{name}", lang), address(name)) for name in means.pages],
        [Thing(name, stored(f"api.operation.{name}", lang) or "", "/api/docs") for name in means.operations],
        [Thing(f"tongguan {name}", _first_line(f"cli.help.{name}", lang)) for name in means.commands],
        [Thing(code, filled(template(code, lang) or "", {}, lang)) for code in means.rules],
        [parameter(name, on, lang) for name in means.parameters],
        [(one, outcome(one, lang)) for one in standing.trials],
    )


def address(route: str) -> str:
    """Return where a page is; nothing for one that shows a single record, and so has no address of its own."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def outcome(of: Trial, lang: str) -> Mark:
    """Return the mark of what came of a test."""
    return Mark(_OUTCOMES[of.outcome], text(f"desk.measures.test.{of.outcome}", lang))


def parameter(name: str, on: date, lang: str) -> Parameter:
    """Return a parameter of the law as it is in force on a day."""
    title = (law.history(name)[-1].title or {}).get(lang, name)
    try:
        found = law(name, on=on)
    except NotConfigured:
        return Parameter(name, title, "–", None)
    return Parameter(name, title, _value(found, lang), found)


def _value(found: Provision, lang: str) -> str:
    """Return a value with its unit as one reads it; of a list or a mapping what is in it, unless it is large."""
    value = found.value
    if isinstance(value, dict):
        if len(value) > _SHORT or any(isinstance(one, dict) for one in value.values()):
            return text("desk.measures.table", lang)
        return ("；" if lang == "zh" else "; ").join(
            f"{key}: {presented(one, lang) or '–'}" for key, one in value.items()
        )
    return f"{presented(value, lang)} {found.unit}".strip()


def _first_line(key: str, lang: str) -> str:
    return (stored(key, lang) or "").strip().partition("\n")[0]


@cache
def choices(lang: str) -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen in each filter: a code and its name; what has branches stands for all of them."""
    found = register()
    wholes = set(found.branches.values())
    return {
        "document": [(one.id, f"{one.id} {one.title[lang]}") for one in found.documents],
        "domain": sorted(((code, name[lang]) for code, name in found.domains.items()), key=lambda one: one[1]),
        "department": [
            (code, text(f"desk.measures.whole.{code}", lang) if code in wholes else name[lang])
            for code, name in found.departments.items()
        ],
        "state": [(state, text(f"desk.measures.state.{state}", lang)) for state in STATES],
    }


def names(codes: Iterable[str], table: dict[str, Both], lang: str) -> str:
    """Return the names of codes, as one reads them."""
    return presented([table[code][lang] for code in codes], lang)


def means_of(means: Means) -> list[Any]:
    """Return the names of everything that acts, for a cell of a table."""
    return [" ".join(one) for one in (means.pages, means.operations, means.commands, means.rules, means.parameters)]
