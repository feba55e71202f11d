"""The catalogue of data elements (数据元目录): fields that mean the same are one element, whatever each document calls them.

>>> [one.document for one in element("gross_weight").places][:3]
['DecMessage', 'CEB621Message', 'CEB511Message']
>>> element("gross_weight").wco
'TotalGrossMassMeasure'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongguan.formats.dec.coded import CODED

from .documents import AUTHORITIES, DOCUMENTS, Said


@dataclass(frozen=True, slots=True)
class Element:
    """A data element: what it is called, which code list fills it, and every place where a document says it.

    ``shared`` says that documents of several families say it: what is told once serves again.
    """

    key: str
    zh: str
    en: str
    codes: str
    places: tuple[Said, ...]
    shared: bool

    @property
    def wco(self) -> str:
        """Its name in the WCO Data Model 3, from Declaration down; empty where none is sure."""
        return next((one.wco for one in self.places if one.wco), "")

    @property
    def type(self) -> str:
        """Its type in the first document that says it."""
        return self.places[0].type

    @property
    def documents(self) -> tuple[str, ...]:
        """The keys of the documents that say it, each once."""
        return tuple(dict.fromkeys(one.document for one in self.places))

    @property
    def read_by(self) -> tuple[str, ...]:
        """The authorities that read it in a document that is filed or passed on."""
        readers = {who for one in self.documents for who in DOCUMENTS[one].read_by}
        return tuple(who for who in AUTHORITIES if who in readers)

    def label(self, lang: str) -> str:
        """Return what it is called in zh or en."""
        return {"zh": self.zh, "en": self.en}[lang]


@cache
def catalogue() -> dict[str, Element]:
    """Return every element by its key: those of several places first, then what one document only says, in its order.

    Raises ValueError for a meaning that names a place no document has, or one that another meaning has named.
    """
    places = _places()
    named = dict(_named(places))
    for (family, at), said in places.items():
        key = f"{family}.{at.replace('/', '.')}"
        named[key] = Element(key, said[0].zh, said[0].en, _codes(said), said, shared=False)
    return named


def element(key: str) -> Element:
    """Return an element; raises KeyError."""
    return catalogue()[key]


def found(words: str = "", *, document: str = "", shared: bool = False) -> list[Element]:
    """Return the elements of which every word stands in a label, a name or a path; of one document, of several families."""
    asked = words.casefold().split()
    return [
        one
        for one in catalogue().values()
        if (not document or document in one.documents)
        and (one.shared or not shared)
        and all(word in _text(one.key) for word in asked)
    ]


@cache
def _text(key: str) -> str:
    one = element(key)
    said = (text for each in one.places for text in (each.zh, each.en, each.path))
    return " ".join((key, one.zh, one.en, one.wco, *said)).casefold()


def _places() -> dict[tuple[str, str], tuple[Said, ...]]:
    made: dict[tuple[str, str], tuple[Said, ...]] = {}
    for document in DOCUMENTS.values():
        for at, said in document.said.items():
            made[document.family, at] = (*made.get((document.family, at), ()), said)
    return made


def _named(places: dict[tuple[str, str], tuple[Said, ...]]) -> Iterator[tuple[str, Element]]:
    """Yield the elements that ``meanings.yaml`` names, and take their places out of the others."""
    for key, written in _meanings().items():
        families = [tuple(one.split(":", 1)) for one in written["at"]]
        try:
            said = tuple(one for family, at in families for one in places.pop((family, at)))
        except KeyError as unknown:
            raise ValueError(f"{key}: {unknown} is no field of a document, or has another meaning") from None
        label = written.get("label", {"zh": said[0].zh, "en": said[0].en})
        codes = written.get("codes", "") or _codes(said)
        yield key, Element(key, label["zh"], label["en"], codes, said, len({family for family, _ in families}) > 1)


def _codes(said: tuple[Said, ...]) -> str:
    """Return the code list that a field of the declaration is filled from."""
    names = (one.at.rpartition("/")[2] for one in said if one.document == "DecMessage")
    return next((CODED[name] for name in names if name in CODED), "")


def _meanings() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "meanings.yaml").read_text(encoding="utf-8"))
