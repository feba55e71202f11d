"""Tabs above a list (分页签): one for each value that a part of its address can have, and one for all."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from tongguan.kernel.texts import text

Tab = tuple[str, str, bool]
"""What it is called, where it leads, whether one is there."""


def tabs(request: HttpRequest, name: str, chosen: str, choices: Iterable[tuple[str, str]]) -> list[Tab]:
    """Return a tab for all and one for each choice, a value with the key of its text; ``chosen`` is empty for all."""
    path, lang = request.path, request.lang
    each = [(text(key, lang), f"{path}?{name}={value}", value == chosen) for value, key in choices]
    return [(text("desk.group.all", lang), path, not chosen), *each]
