"""The contract of the envelopes (传输报文规范): a tree of elements a message, made from ``tables.yaml``.

>>> MESSAGES["DxpMsg"].children["TransInfo"].children["CopMsgId"].field.label("zh")
'报文编号'
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from tongguan.formats.ceb.contract import Field, Shape, shape

from ..tabled import read

NAMESPACE = "http://www.chinaport.gov.cn/dxp"
_PLAIN = {"group", "time", "date", "base64", "any", "name"}


@dataclasses.dataclass
class Element:
    """One element: its field (type, labels), how often it stands, what it holds."""

    field: Field
    most: int | None = 1
    children: dict[str, Element] = dataclasses.field(default_factory=dict)
    attributes: dict[str, Field] = dataclasses.field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Return group, text, time, date, base64 or any."""
        return self.field.notation if self.field.notation in _PLAIN else "text"

    @property
    def many(self) -> bool:
        """Return whether the element may stand more than once."""
        return self.most != 1

    @property
    def listed(self) -> str:
        """Return the name of the one kind of child a group holds many of; such a group is read as a list."""
        names = [name for name, child in self.children.items() if child.many]
        return names[0] if names and len(self.children) == 1 else ""


def _field(name: str, notation: str, occurs: str, zh: str, en: str) -> Field:
    made = Shape(notation) if notation in _PLAIN else shape(notation)
    return Field(name, notation, made, not occurs.startswith("0"), zh, en)


def _element(name: str, rows: str, tables: dict[str, str], labels: tuple[str, str] = ("", "")) -> Element:
    """Return an element with the rows of its table, and with those of the tables that its groups are named after."""
    root = Element(_field(name, "group", "1", *labels))
    for row in rows.strip().splitlines():
        path, notation, occurs, zh, en = (cell.strip() for cell in row.split("|"))
        path, _, attribute = path.partition("@")
        *above, last = path.split("/")
        inside = root
        for step in above:
            inside = inside.children[step]
        if attribute:
            owner = inside.children[last] if last else root
            owner.attributes[attribute] = _field(attribute, notation, occurs, zh, en)
            continue
        made = _element(last, tables[last], tables, (zh, en)) if last in tables else Element(
            _field(last, notation, "1", zh, en)
        )  # fmt: skip
        made.field = _field(last, notation, occurs, zh, en)
        most = occurs.rpartition("..")[2]
        made.most = None if most == "n" else int(most)
        inside.children[last] = made
    return root


def _all() -> dict[str, Element]:
    path = Path(__file__).with_name("tables.yaml")
    tables = read(path)
    titles = {"DxpMsg": ("传输报文", "Envelope"), "DxpMsgSv": ("服务器传输报文", "Envelope between nodes"),
              "DxpRep": ("交换平台响应报文", "Answer of the exchange platform")}  # fmt: skip
    return {name: _element(name, tables[name], tables, title) for name, title in titles.items()}


MESSAGES = _all()


def label(message: str, pointer: str, lang: str) -> str:
    """Return what the element at a pointer of a message is called in zh or en; one that is not known is its own name."""
    found = MESSAGES[message]
    for step in pointer.split("/") if pointer else ():
        if step.isdigit():
            continue
        if step in found.attributes:
            return found.attributes[step].label(lang)
        if step not in found.children:
            return pointer
        found = found.children[step]
    return found.field.label(lang)
