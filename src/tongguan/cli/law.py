"""``tongguan law``: the figures the program judges by, each with the day it took effect and its source."""

from __future__ import annotations

import difflib
import json
from datetime import date
from typing import Annotated

import typer

from tongguan.cli.screen import Failed, Screen, day
from tongguan.kernel.law import NotConfigured, Provision, law
from tongguan.kernel.texts import presented


def run(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="law.name", show_default=False)] = "",
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="option.on", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    screen: Screen = context.obj
    when, names = day(on), law.names()
    if name == "tree":
        _tree(screen, names)
    elif name in names:
        _one(screen, name, when, bool(on), as_json)
    else:
        under = [one for one in names if not name or one.startswith(f"{name}.")]
        if not under:
            near = [one for one in names if name in one] or difflib.get_close_matches(name, names, 3, 0.5)
            raise Failed("no_law", name=name, near=presented(near[:5], screen.lang) or "–")
        _list(screen, under, when, as_json)
    return 0


def value(provision: Provision | None, lang: str) -> str:
    """Return a value as a person reads it in one line; a dash when there is none."""
    if provision is None or provision.value is None:
        return "–"
    if isinstance(provision.value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[lang][provision.value]
    if isinstance(provision.value, dict) or _nested(provision.value):
        return json.dumps(provision.value, ensure_ascii=False, default=lambda one: presented(one, lang))
    return presented(provision.value, lang)


def _nested(found: object) -> bool:
    return isinstance(found, tuple) and any(isinstance(one, (dict, tuple)) for one in found)


def _in_force(name: str, when: date) -> Provision | None:
    try:
        return law(name, on=when)
    except NotConfigured:
        return None


def _list(screen: Screen, names: list[str], when: date, as_json: bool) -> None:
    rows = [(name, _in_force(name, when), law.history(name)[-1]) for name in names]
    if as_json:
        screen.json([{"name": name, "in_force": _plain(found) if found else None} for name, found, _ in rows])
        return
    cells = (
        (
            name,
            (latest.title or {}).get(screen.lang, ""),
            value(found, screen.lang),
            latest.unit,
            _standing(screen, found),
        )
        for name, found, latest in rows
    )
    screen.table(("name", "title", "value", "unit", "standing"), cells)


def _standing(screen: Screen, provision: Provision | None) -> str:
    return screen.t(f"standing.{provision.reference['standing']}") if provision else ""


def _plain(provision: Provision) -> dict:
    kept = json.loads(json.dumps(provision.value, default=str))
    return {"since": provision.since.isoformat(), "value": kept, "reference": provision.reference}


def _one(screen: Screen, name: str, when: date, asked: bool, as_json: bool) -> None:
    history, expected, current = law.history(name), law.expected(name), _in_force(name, when)
    if asked and current is None:
        raise NotConfigured(name, when)
    if as_json:
        found = {"name": name, "title": history[-1].title, "unit": history[-1].unit, "on": when.isoformat()}
        found |= {"in_force": _plain(current) if current else None, "history": [_plain(one) for one in history]}
        screen.json(found | {"expected": [_plain(one) for one in expected]})
        return
    screen.line(name, "bold")
    screen.line((history[-1].title or {}).get(screen.lang, ""))
    screen.say("law.in_force", on=when, value=value(current, screen.lang), unit=history[-1].unit)
    screen.line()
    marked = [(one, "→" if one is current else "") for one in history] + [(one, "?") for one in expected]
    cells = (
        (
            mark,
            one.since,
            value(one, screen.lang),
            one.reference["title"],
            one.reference["href"],
            _standing(screen, one),
        )
        for one, mark in marked
    )
    screen.table(("mark", "since", "value", "reference", "found_at", "standing"), cells)
    if expected:
        screen.say("law.expected")


def _tree(screen: Screen, names: list[str]) -> None:
    from rich.tree import Tree

    root = Tree("law")
    branches = {"": root}
    for name in names:
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            path, parent = ".".join(parts[:depth]), ".".join(parts[: depth - 1])
            if path not in branches:
                title = (law.history(name)[-1].title or {})[screen.lang] if path == name else ""
                branches[path] = branches[parent].add(f"{parts[depth - 1]}  [dim]{title}[/dim]".rstrip())
    screen.out.print(root)
