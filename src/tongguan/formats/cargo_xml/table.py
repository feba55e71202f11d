"""Which element of Cargo-XML each field of a waybill is read from (舱单报文要素): message by message, as a path of names.

>>> ELEMENTS["gross"].paths["XFFM"].rpartition("/")[2]
'GrossWeightMeasure'
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

MESSAGES = {"XFWB": "iata:waybill:1", "XFZB": "iata:housewaybill:1", "XFFM": "iata:flightmanifest:1"}
"""The messages that are read, and the namespace of each."""


@dataclass(frozen=True)
class Element:
    """A field of ``Waybill``: its type as the tables write it, what it means, and its path in each message that says it."""

    name: str
    type: str
    zh: str
    en: str
    paths: dict[str, str]


def _element(row: str) -> Element:
    name, written, zh, en, *paths = (cell.strip() for cell in row.split("|"))
    named = {message: path for message, path in zip(MESSAGES, paths, strict=True) if path != "-"}
    return Element(name, written, zh, en, named)


def _elements() -> dict[str, Element]:
    written = yaml.safe_load((Path(__file__).parent / "elements.yaml").read_text(encoding="utf-8"))
    return {one.name: one for one in map(_element, written["rows"].strip().splitlines())}


ELEMENTS: dict[str, Element] = _elements()
