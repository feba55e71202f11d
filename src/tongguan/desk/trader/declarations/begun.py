"""Beginning a declaration from what is known (一次录入、多处使用): what is asked for it, and where each field is from."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from tongguan.declarations import queries
from tongguan.declarations.beginning import MOST, Begun, Sources
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text

from .form import written

LONGEST = 200
_ASKED = ("bill", "earlier", "licence")


def sources_in(given: QueryDict) -> Sources:
    """Return what an address or a form names as known; several licences stand apart by spaces or commas."""
    said = {name: given.get(name, "").replace("\0", "").strip()[:LONGEST] for name in (*_ASKED, "template")}
    licences = said.pop("licence").replace(",", " ").replace("，", " ").split()
    return Sources(**said, licences=tuple(dict.fromkeys(licences))[:MOST])


def manner_of(asked: Sources, actor: Actor) -> dict[str, str]:
    """Return how a declaration is filed that is begun from a template; nothing for any other."""
    number = asked.template
    row = queries.template(int(number), to=actor) if number.isdecimal() and len(number) < 19 else None
    return {} if row is None else {"mode": row.mode, "settlement": row.settlement, "guarantee": row.guarantee}


def begins(asked: Sources, made: Begun | None, lang: str) -> dict[str, Any]:
    """Return what the form to begin with shows: its fields with what was not found, and what the other form carries along."""
    wrong = {one.pointer: one.text(lang) for one in made.wrong} if made is not None else {}
    said = {
        "bill": asked.bill,
        "earlier": asked.earlier,
        "licence": " ".join(asked.licences),
        "template": asked.template,
    }
    shown = [
        {"name": name, "value": said[name], "label": text(f"desk.dec.source.{name}", lang),
         "hint": text(f"desk.dec.source.{name}.says", lang), "wrong": wrong.get(name, "")}
        for name in _ASKED
    ]  # fmt: skip
    hidden = [(name, value) for name, value in said.items() if value]
    return {"fields": shown, "hidden": hidden, "wrong": bool(wrong), "longest": LONGEST}


def named_sources(made: Begun | None, lang: str) -> list[str]:
    """Return the sources of a declaration, each as it is called."""
    return [_source(kind, number, lang) for kind, number in made.sources] if made is not None else []


def _source(kind: str, number: str, lang: str) -> str:
    return text(f"desk.dec.source.{kind}.of", lang, number=number)


def known(made: Begun | None, lang: str) -> dict[str, tuple[str, str]]:
    """Return the values that were known by the id of their field, each with where it is from."""
    if made is None:
        return {}
    sources = [text("desk.dec.from", lang, source=one) for one in named_sources(made, lang)]
    return {
        pointer.replace("/", "-"): (written(made.values[pointer]), sources[place])
        for pointer, place in made.given.items()
        if pointer in made.values
    }
