"""Every text a person reads, in Chinese and English under one key.

``law/texts/*.yaml`` maps a key to ``{en: ..., zh: ...}``; a file named ``rules.*.yaml`` maps the code of a rule to
its Chinese template, for the English one is the docstring of the rule. Templates name their values: ``{limit}``.

>>> text("law.not_configured", "en", name="x.y", on="2026-01-01")
'The law gives no value of x.y for 2026-01-01, so this cannot be decided.'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter

from .packaged import ROOT, Malformed, read

LANGUAGES = ("zh", "en")


class _Named(dict):
    """Values by name; one that is missing shows as an ellipsis, for a person must still get an answer."""

    def __missing__(self, name: str) -> str:
        return "…"


def language(lang: str) -> str:
    """Return zh or en for any tag of the two ("zh-hans", "en-GB"); raises KeyError for another language."""
    if (short := lang[:2].lower()) not in LANGUAGES:
        raise KeyError(f"there are texts in zh and en, not in {lang}")
    return short


def presented(value: object, lang: str) -> str:
    """Return a value as a person reads it; a mapping with zh and en gives the text of the language.

    >>> presented(Decimal("1E+3"), "en"), presented({"zh": "个", "en": "piece"}, "zh"), presented(["a", "b"], "zh")
    ('1000', '个', 'a、b')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping) and lang in value:
        return str(value[lang])
    if isinstance(value, (list, tuple, set, frozenset)):
        each = sorted(value) if isinstance(value, (set, frozenset)) else value
        return ("、" if lang == "zh" else ", ").join(presented(one, lang) for one in each)
    return "–" if value is None else str(value)


def filled(template: str, values: Mapping[str, object], lang: str) -> str:
    """Return the template with its values; never raises for a missing value, since a person waits for the answer."""
    named = _Named(values)
    for name, value in values.items():
        if type(value) is not str:
            named[name] = presented(value, lang)
    try:
        return template.format_map(named)
    except (ValueError, TypeError, IndexError, AttributeError):
        return re.sub(r"\{(\w*)[^{}]*\}", lambda m: named[m[1]], template)


def fields(template: str) -> set[str]:
    """Return the names of the values a template asks for.

    >>> sorted(fields("{used} of {limit} {{sic}}"))
    ['limit', 'used']
    """
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def _two_languages(path: Path, content: dict) -> dict[str, dict[str, str]]:
    lacking = []
    for key, row in content.items():
        for lang in LANGUAGES:
            if not isinstance(row, dict) or not isinstance(row.get(lang), str) or not row[lang].strip():
                lacking.append(f"{key} ({lang})")
    if lacking:
        raise Malformed(path, f"texts are missing: {', '.join(lacking)}")
    if cut := [key for key, row in content.items() if set(row) - set(LANGUAGES)]:
        raise Malformed(path, f"a text ends at a comma and needs quotes: {', '.join(cut)}")
    return content


def read_folder(folder: Path) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Return the two-language texts and the Chinese rule templates of a folder; raises Malformed."""
    both: dict[str, dict[str, str]] = {}
    rules: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        content = read(path)
        wrong = [key for key in content if not isinstance(key, str)]
        if wrong:
            raise Malformed(path, f"a key is a text (in quotes when it looks like a number), not {wrong}")
        if path.name.startswith("rules."):
            into: dict = rules
            if empty := [key for key, value in content.items() if not isinstance(value, str) or not value.strip()]:
                raise Malformed(path, f"the Chinese text is missing: {', '.join(empty)}")
        else:
            into, content = both, _two_languages(path, content)
        if twice := sorted(set(content) & set(into)):
            raise Malformed(path, f"these keys stand in another file too: {', '.join(twice)}")
        into.update(content)
    return both, rules


@cache
def _all() -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    return read_folder(ROOT / "texts")


def template(key: str, lang: str) -> str | None:
    """Return the template under a key, or None when there is no such key."""
    row = _all()[0].get(key)
    return row[language(lang)] if row else None


def rule_template(code: str) -> str | None:
    """Return the Chinese template of a rule, or None."""
    return _all()[1].get(code)


def known_keys() -> list[str]:
    """Return every key of the two-language texts, in order."""
    return sorted(_all()[0])


def text(key: str, lang: str, **values: object) -> str:
    """Return the text under a key; raises KeyError for an unknown key or language."""
    found = template(key, lang)
    if found is None:
        raise KeyError(f"there is no text {key}")
    return filled(found, values, language(lang))
