"""What each kind of event is called (日志事件类型): words in both languages for the codes that events are written under."""

from __future__ import annotations

from functools import cache

from tongguan.kernel import texts

_TEXTS = "event."


def called(what: str, lang: str) -> str:
    """Return what a kind of event is called in zh or en; one of a kind nobody named is called by its code.

    >>> called("inventory.released", "en"), called("inventory.released", "zh"), called("moon.landed", "en")
    ('Inventory released', '清单放行', 'moon.landed')
    """
    return texts.template(_TEXTS + what, lang) or what


@cache
def kinds() -> tuple[str, ...]:
    """Return the code of every kind that is named, those about one noun together."""
    return tuple(key.removeprefix(_TEXTS) for key in texts.known_keys() if key.startswith(_TEXTS))
