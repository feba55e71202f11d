"""``tongguan explain``: what a code in a receipt means, and what to do about it.

Knows the codes of rules, the states of receipts (returnStatus) and the codes of the message exchange (DXP).
"""

from __future__ import annotations

import difflib
import inspect
import pkgutil
import re
import sys
from importlib import import_module
from typing import Annotated

import typer

from tongguan.cli.screen import Failed, Screen
from tongguan.kernel.rules import _NAMED, RULES, Rule, template
from tongguan.kernel.texts import known_keys, language, presented
from tongguan.kernel.texts import template as stored

_NUMBER = re.compile(r"-\d+")

CONTEXT = {"ignore_unknown_options": True}  # a code begins with a minus sign


def run(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="explain.code", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    screen: Screen = context.obj
    load_rules()
    found = entries(code.strip()) if code else [row for one in known() for row in entries(one)[:1]]
    if not found:
        near = difflib.get_close_matches(code, known(), 3, 0.6)
        raise Failed("no_explanation", code=code, near=presented(near, screen.lang) or "–")
    if as_json:
        screen.json(found if code else [{name: row[name] for name in ("code", "kind", "text")} for row in found])
    elif code:
        for row in found:
            _show(screen, row)
    else:
        cells = ((row["code"], screen.t(f"explain.kind.{row['kind']}"), row["text"][screen.lang]) for row in found)
        screen.table(("code", "kind", "meaning"), cells)
    return 0


def load_rules() -> None:
    """Load every module of rules and of faults, so that each is known by its code."""
    import tongguan
    from tongguan.server.prepare import set_up

    set_up()  # some rules look at stored documents; no database is asked
    for domain in pkgutil.iter_modules(tongguan.__path__, "tongguan."):
        if not domain.ispkg or domain.name in {"tongguan.cli", "tongguan.server"}:
            continue
        for module in pkgutil.walk_packages(import_module(domain.name).__path__, f"{domain.name}."):
            if {"rules", "faults"} & set(module.name.split(".")):
                import_module(module.name)


def unreadable() -> dict[str, str]:
    """Return the key of the text of every code that says why a message cannot be read at all."""
    loaded = [
        module for name, module in sorted(sys.modules.items()) if re.fullmatch(r"tongguan\.formats\.\w+\.faults", name)
    ]
    return {cause.status: cause.key for module in loaded for cause in getattr(module, "CAUSES", {}).values()}


def known() -> list[str]:
    """Return every code there is something to say about: states, exchange codes, then all that refuses or warns."""
    said = [key.split(".") for key in known_keys() if key.startswith("explain.")]
    others = set(unreadable()) | {key for key in known_keys() if _NUMBER.fullmatch(key)}
    others |= {code for code, rule in RULES.items() if _ours(rule)}
    states = sorted({parts[2] for parts in said if parts[1] == "state"}, key=int)
    return [*states, *sorted({parts[2] for parts in said if parts[1] == "dxp"}), *sorted(others)]


def entries(code: str) -> list[dict]:
    """Return what is known of a code, in both languages: what it means, and what to do. Rules may share one."""
    found = [row for row in (_told("state", code), _told("dxp", code), _refusal(code), _unreadable(code)) if row]
    rules = [rule for (its, _), rule in sorted(_NAMED.items()) if its == code and _ours(rule)]
    return found + [_rule(rule) for rule in rules]


def _ours(rule: type[Rule]) -> bool:
    """Say whether the rule is the program's own, and not one that a test or an example made."""
    return rule.__module__.startswith("tongguan.")


def _both(key: str) -> dict[str, str]:
    return {lang: stored(key, lang) or "" for lang in ("zh", "en")}


def _told(kind: str, code: str) -> dict | None:
    if stored(f"explain.{kind}.{code}.means", "en") is None:
        return None
    row = {"code": code, "kind": kind, "text": _both(f"explain.{kind}.{code}.means")}
    return row | {"do": _both(f"explain.{kind}.{code}.do")}


def _refusal(code: str) -> dict | None:
    """Return a refusal that is no rule of its own: a number filed twice, a sender who is not entitled."""
    if not _NUMBER.fullmatch(code) or stored(code, "en") is None:
        return None
    return {"code": code, "kind": "refusal", "text": _both(code), "do": _advice(code, "refuse")}


def _unreadable(code: str) -> dict | None:
    key = unreadable().get(code)
    return key and {"code": code, "kind": "unreadable", "text": _both(key), "do": _both("explain.unreadable.do")}


def _advice(code: str, level: str) -> dict[str, str]:
    own = f"explain.rule.{code}.do"
    return _both(own if stored(own, "en") else f"explain.level.{level}.do")


def _rule(rule: type[Rule]) -> dict:
    words = {lang: template(rule.code, lang, rule.alias) or "" for lang in ("zh", "en")}
    do = _advice(rule.code, rule.level)
    where = f"{rule.__module__}.{rule.__qualname__}"
    line = inspect.getsourcelines(rule)[1]
    row = {"code": rule.code, "alias": rule.alias, "kind": "rule", "text": words, "level": rule.level, "do": do}
    return row | {"used": where, "line": line}


def _show(screen: Screen, row: dict) -> None:
    alias = f" {row['alias']}" if row.get("alias") else ""
    screen.line(f"{row['code']}{alias}  {screen.t('explain.kind.' + row['kind'])}", "bold")
    other = "en" if language(screen.lang) == "zh" else "zh"
    screen.line(f"  {row['text'][screen.lang]}")
    screen.line(f"  {row['text'][other]}", "dim")
    if row["kind"] == "rule":
        screen.say("explain.level", level=screen.t(f"explain.level.{row['level']}"))
        screen.say("explain.used", where=row["used"], line=row["line"])
    screen.say("explain.do", do=row["do"][screen.lang])
