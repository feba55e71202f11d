"""Reading rendered pages in tests."""

from __future__ import annotations

import re
from html.parser import HTMLParser

CHINESE = re.compile(r"[\u4e00-\u9fff]")
KEY = re.compile(r"\b(?:desk|ecommerce|role|hold|revenue|inventory|document)\.[a-z_]+(?:\.[a-z_0-9]+)*\b")
_VOID = {"meta", "link", "input", "img", "br", "hr"}


class _Words(HTMLParser):
    """Collects what a person reads, each part with the language it is marked to be in."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, str | None]] = []
        self.parts: list[tuple[str | None, str]] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.controls: list[dict] = []

    def _lang(self) -> str | None:
        return next((lang for _, lang in reversed(self.stack) if lang), None)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label":
            self.labels.append(given.get("for") or "")
        if tag in ("input", "textarea", "select"):
            self.controls.append(given)
        for name in ("aria-label", "placeholder", "title", "data-label", "alt"):
            if given.get(name):
                self.parts.append((given.get("lang") or self._lang(), given[name]))
        if tag not in _VOID:
            self.stack.append((tag, given.get("lang")))

    def handle_endtag(self, tag):
        if tag in _VOID:
            return
        assert self.stack and self.stack[-1][0] == tag, f"</{tag}> closes {self.stack[-1:]}"
        self.stack.pop()

    def handle_data(self, data):
        if data.strip() and self.stack and self.stack[-1][0] not in ("script", "style"):
            self.parts.append((self._lang(), data.strip()))


def read(html: str) -> _Words:
    """Return what is read on a page; fails when an element is not closed where it should be."""
    words = _Words()
    words.feed(html)
    assert not words.stack, f"never closed: {words.stack}"
    return words


def said(html: str, lang: str) -> list[str]:
    """Return the parts of a page that are marked to be in a language."""
    return [text for marked, text in read(html).parts if (marked or "").startswith(lang)]
