"""The words by which commodity codes are found (税则检索词): names folded, pinyin initials, and pairs of characters.

A line keeps the pairs of its names in an array under a GIN index. What is asked is cut into words, the words into the
same pairs; a line that has all of them is a candidate, and its names are then looked at. Pairs, since Chinese names have
no spaces and most words of them two characters; single Chinese characters are kept beside them, single letters are not.

>>> words("威士忌 Whiskies 2升")
['威士忌', 'whisk', '2', '升']
>>> sorted(grams(["酒精", "gin"]))
['gi', 'in', '精', '酒', '酒精']
>>> initials("威士忌酒（含酒精）"), initials("Gin")
('wsjjhjj', '')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_RUN = re.compile(r"[a-z0-9]+|[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_VOWEL = re.compile(r"[aeiou]")
_ENDING = re.compile(r"(?:ies|y|es|s)$")
_SHORTEST = 4  # letters of an English word whose ending may be left out


def folded(text: str) -> str:
    """Return a text as it is compared: full-width letters narrow, capitals small."""
    return unicodedata.normalize("NFKC", text).casefold()


def runs(text: str) -> list[str]:
    """Return the runs of letters and figures, and of Chinese characters, in a text that is folded."""
    return _RUN.findall(text)


def words(asked: str) -> list[str]:
    """Return the words of what is asked, each once; the ending of an English word in the singular or plural goes."""
    return list(dict.fromkeys(_stem(run) for run in runs(folded(asked))))


def _stem(word: str) -> str:
    # Initials have next to no vowels: they are left whole.
    if len(word) < _SHORTEST or not word.isascii() or not _VOWEL.search(word):
        return word
    return _ENDING.sub("", word)


def grams(parts: Iterable[str]) -> set[str]:
    """Return the pairs of neighbours in each run, and each Chinese character by itself; parts are folded."""
    found: set[str] = set()
    for part in parts:
        for run in runs(part):
            found.update(run[place : place + 2] for place in range(len(run) - 1))
            if not run.isascii():
                found.update(run)
    return found


def initials(name: str) -> str:
    """Return the first letters of the pinyin of the Chinese characters in a name, as they are read in their words."""
    from pypinyin import Style, lazy_pinyin  # takes a third of a second, and is needed when a tariff is loaded only

    chinese = [run for run in runs(folded(name)) if not run.isascii()]
    return "".join(lazy_pinyin(chinese, style=Style.FIRST_LETTER, errors="ignore")) if chinese else ""


def kept(zh: str, en: str) -> tuple[str, str, list[str]]:
    """Return what a line keeps for the search: its folded names, its initials, and the pairs of both."""
    names, letters = f"{folded(zh)}\n{folded(en)}", initials(zh)
    return names, letters, sorted(grams((names, letters)))
