"""The documents that travel with the program, by the address each has in the portal.

A file of ``docs/help`` is called by its name; one of another folder has that before it, one at the top ``about``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from tongguan.kernel.packaged import DOCUMENTS
from tongguan.kernel.texts import LANGUAGES

from .speaking import CHINESE, parted, titled

FIRST = "index"
GROUPS = ("start", "roles", "tasks", "words", "programs", "operate", "more")
"""The groups of the first page of help, in their order."""
_TOP = "about"
_MIXED = 15  # both languages are in a text of which Chinese characters are at least this part
_CHINESE_FILE = ".zh"
_GROUP_OF = {"help": "tasks", "reference": "words", "messages": "words", "api": "programs", "operate": "operate"}
_GROUP = {"tutorial": "start", "about/glossary": "words", "api/tutorial": "programs"}
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"^#\s+(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its address below ``/help``, its file, its group, its text by language, and its titles."""

    slug: str
    path: PurePosixPath
    group: str
    texts: dict[str, str]
    titles: dict[str, str]

    def lang(self, wanted: str) -> str:
        """Return the language it is read in by who wants one: the other where there is only that."""
        return wanted if wanted in self.texts else next(iter(self.texts))

    @property
    def beside(self) -> bool:
        """Whether both languages stand in it side by side, as in tables, so that it is one for both readers."""
        known = set(self.texts.values())
        text = next(iter(known))
        return len(known) == 1 and len(CHINESE.findall(text)) * _MIXED > len(text)

    def title(self, wanted: str) -> str:
        """Return its title in a language, or as it is where it has one only."""
        return self.titles[wanted]


def slug_of(path: PurePosixPath) -> str:
    """Return the address of a document by its place below ``docs``.

    >>> slug_of(PurePosixPath("help/parcel.md")), slug_of(PurePosixPath("api/index.zh.md"))
    ('parcel', 'api/index')
    >>> slug_of(PurePosixPath("glossary.md")), slug_of(PurePosixPath("reference/messages/CEB311.md"))
    ('about/glossary', 'reference/messages/CEB311')
    """
    name = path.with_suffix("").as_posix().removesuffix(_CHINESE_FILE)
    if "/" not in name:
        return f"{_TOP}/{name}"
    return name.removeprefix("help/")


@cache
def documents() -> dict[str, Document]:
    """Return every document by its address, read once."""
    found: dict[str, Document] = {}
    for path in sorted(DOCUMENTS.rglob("*.md")):
        place = PurePosixPath(path.relative_to(DOCUMENTS).as_posix())
        if not place.stem.endswith(_CHINESE_FILE):
            one = _read(path, place)
            found[one.slug] = one
    return found


def _read(path: Path, place: PurePosixPath) -> Document:
    slug, texts = slug_of(place), parted(_plain(path))
    other = path.with_name(f"{path.stem}{_CHINESE_FILE}.md")
    if other.is_file():
        texts = {"en": _plain(path), "zh": _plain(other)}
    titles = {lang: _title(texts.get(lang) or next(iter(texts.values())), lang, slug) for lang in LANGUAGES}
    return Document(slug, place, _group(slug, place), texts, titles)


def _plain(path: Path) -> str:
    return _COMMENT.sub("", path.read_text(encoding="utf-8"))


def _title(text: str, lang: str, slug: str) -> str:
    heading = _HEADING.search(text)
    return titled(heading[1].replace("`", ""), lang) if heading else slug


def _group(slug: str, place: PurePosixPath) -> str:
    if slug.startswith("for-"):
        return "roles"
    return _GROUP.get(slug) or _GROUP_OF.get(place.parent.name, "more")
