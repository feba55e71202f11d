"""Finding words in the help (帮助检索): by the words of what is asked, Chinese by pairs of characters.

A part of a document, from one heading to the next, is found when it has every pair of characters of what is asked; what has
the very words comes first, how-tos before what is generated, titles before bodies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from django.utils.safestring import SafeString

from tongguan.tariff.words import folded, grams, words

from .rendering import anchors, excerpt, reached
from .shelf import FIRST, GROUPS, documents
from .speaking import blocks, titled

LONGEST = 60
"""Characters of a question that are looked at."""
_HOW_TOS = ("start", "roles", "tasks")
_SHOWN = 150  # characters of an excerpt
_BEFORE = 40  # characters of it before what was found
_HEADING = re.compile(r"^#{2,6}\s+(.+)$")
_MARKS = re.compile(r"\]\([^)]*\)|[*`\[\]|>]|^[#\-\s]+|-{3,}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document: its place and title, its words as people read them and as they are compared."""

    slug: str
    group: str
    anchor: str
    document: str
    title: str
    text: str
    folded: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A part that was found, with an excerpt in which the words are marked."""

    href: str
    document: str
    title: str
    excerpt: SafeString
    group: str


@cache
def sections(lang: str) -> list[Section]:
    """Return every part of the documents as they are read in a language."""
    made = []
    for document in documents().values():
        if document.slug == FIRST:
            continue
        parts: list[tuple[str, list[str]]] = [("", [])]
        for block in blocks(document.texts[document.lang(lang)])[1:]:
            if heading := _HEADING.match(block):
                parts.append((titled(heading[1].replace("`", ""), lang), []))
            parts[-1][1].append(_HEADING.sub("", block))
        places = ["", *anchors([title for title, _ in parts[1:]])]
        for (title, held), place in zip(parts, places, strict=True):
            made.append(_section(document, title, place, " ".join(_MARKS.sub(" ", "\n".join(held)).split()), lang))
    return made


def _section(document, title: str, place: str, text: str, lang: str) -> Section:
    known = folded(f"{document.title(lang)}\n{title}\n{text}")
    return Section(document.slug, document.group, place, document.title(lang), title, text, known)


def seek(asked: str, lang: str) -> list[Hit]:
    """Return the parts that have what is asked, the best first; none when it is too short to be looked for."""
    sought = words(folded(asked[:LONGEST]))
    pairs = grams(sought)
    if not pairs:
        return []
    found = [one for one in sections(lang) if all(pair in one.folded for pair in pairs)]
    found.sort(key=lambda one: _rank(one, sought))
    return [_hit(one, sought) for one in found]


def _rank(one: Section, sought: list[str]) -> tuple[bool, bool, int, int, str]:
    title, document = folded(one.title), folded(one.document)
    whole = all(word in one.folded for word in sought)
    if all(word in document for word in sought):
        place = 0 if not one.anchor else 1
    else:
        place = 1 if all(word in title for word in sought) else 2
    return (not whole, one.group not in _HOW_TOS, place, GROUPS.index(one.group), one.slug)


def _hit(one: Section, sought: list[str]) -> Hit:
    text = folded(one.text)
    # Folding may change lengths in rare cases; the excerpt is then a little beside what was found.
    place = min((found for word in sought if (found := text.find(word)) >= 0), default=0)
    start = max(0, place - _BEFORE)
    shown = one.text[start : start + _SHOWN]
    shown = ("…" if start else "") + shown + ("…" if start + _SHOWN < len(one.text) else "")
    href = reached(one.slug) + (f"#{one.anchor}" if one.anchor else "")
    return Hit(href, one.document, one.title, excerpt(shown, sought), one.group)
