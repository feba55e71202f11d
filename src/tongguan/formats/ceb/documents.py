"""The documents of the CEB messages (单证): one flat Struct a business node, made from the tables.

The attributes carry the official element names; ``items`` holds the lines. Amounts and quantities are Decimal, whole
numbers int, everything else str; an absent element is None, an empty one the empty text. Values are given by name:
their places are the reader's affair. ``documents.pyi`` tells editors and the type checker the same (``stub()`` writes
it; a test keeps it current).

>>> Payment.__struct_fields__[:3]
('guid', 'appType', 'appTime')
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal

import msgspec

from .contract import COMMON, TABLES, Block, Field, Shape, Table

INT32 = (-(2**31), 2**31 - 1)


def whole_range(shape: Shape) -> tuple[int, int]:
    """Return the least and the greatest whole number of a shape."""
    return (1 - 10**shape.digits, 10**shape.digits - 1) if shape.digits else INT32


def _annotation(field: Field) -> Any:
    shape, titles = field.shape, {"title": field.zh, "description": field.en}
    if shape.fixed is not None:
        return Annotated[Literal[shape.fixed], msgspec.Meta(**titles)]  # type: ignore[valid-type]
    if shape.kind == "decimal":
        pattern = rf"^[+-]?(\d{{1,{shape.digits}}}(\.\d{{0,{shape.places}}})?|\.\d{{1,{shape.places}}})$"
        return Annotated[Decimal, msgspec.Meta(**titles, extra_json_schema={"pattern": pattern})]
    if shape.kind == "integer":
        least, most = whole_range(shape)
        return Annotated[int, msgspec.Meta(ge=least, le=most, **titles)]
    return Annotated[str, msgspec.Meta(min_length=shape.least or None, max_length=shape.most, **titles)]


def _members(block: Block) -> list[tuple]:
    members: list[tuple] = []
    for field in block.fields.values():
        kind = _annotation(field)
        members.append((field.name, kind) if field.required else (field.name, kind | None, None))
    return members


def _define(name: str, members: list[tuple], doc: str) -> type[msgspec.Struct]:
    # What is required comes first: then the reader can give all values by place, at a tenth of the cost of names.
    return msgspec.defstruct(
        name, sorted(members, key=len), module=__name__, namespace={"__doc__": doc}, frozen=True, omit_defaults=True,
        forbid_unknown_fields=True,
    )  # fmt: skip


@cache
def struct(block: Block) -> type[msgspec.Struct]:
    """Return the Struct of a block that has no lines."""
    return _define(block.document, _members(block), f"{block.title['en']} ({block.title['zh']}), {block.element}.")


@cache
def document(table: Table) -> type[msgspec.Struct]:
    """Return the Struct of the business node of a message: the fields of its head, and ``items`` where it has lines."""
    if table.items is None:
        return struct(table.head)
    lines = msgspec.Meta(min_length=1, max_length=table.items.at_most, title="商品项", description="Lines")
    members = [*_members(table.head), ("items", Annotated[list[struct(table.items)], lines])]  # type: ignore[misc]
    return _define(table.head.document, members, f"{table.title['en']} ({table.title['zh']}), {table.node}.")


def _all() -> dict[str, type[msgspec.Struct]]:
    made = {block.document: struct(block) for block in COMMON.values()}
    for table in TABLES.values():
        if table.items:
            made[table.items.document] = struct(table.items)
        made[table.head.document] = document(table)
    return made


DOCUMENTS: dict[str, type[msgspec.Struct]] = _all()
"""Every Struct by its name."""

globals().update(DOCUMENTS)
__all__ = [*DOCUMENTS]  # pyright: ignore[reportUnsupportedDunderAll]

_PLAIN = {"decimal": "Decimal", "integer": "int"}


def _stub_class(name: str, block: Block, line: Block | None) -> list[str]:
    rows = [f"class {name}(msgspec.Struct, frozen=True, kw_only=True):"]
    for field in block.fields.values():
        kind = _PLAIN.get(field.shape.kind, "str")
        rows.append(f"    {field.name}: {kind}" if field.required else f"    {field.name}: {kind} | None = None")
    if line:
        rows.append(f"    items: list[{line.document}]")
    return rows


def stub() -> str:
    """Return the text of ``documents.pyi``."""
    rows = ["# Made by stub() in documents.py.", "from decimal import Decimal", "", "import msgspec", ""]
    rows += ["from .contract import Block, Shape, Table", "", "INT32: tuple[int, int]"]
    rows += ["DOCUMENTS: dict[str, type[msgspec.Struct]]", "", "def whole_range(shape: Shape) -> tuple[int, int]: ..."]
    rows += ["def struct(block: Block) -> type[msgspec.Struct]: ..."]
    rows += ["def document(table: Table) -> type[msgspec.Struct]: ...", "def stub() -> str: ..."]
    for block in COMMON.values():
        rows += ["", *_stub_class(block.document, block, None)]
    for table in TABLES.values():
        if table.items:
            rows += ["", *_stub_class(table.items.document, table.items, None)]
        rows += ["", *_stub_class(table.head.document, table.head, table.items)]
    return "\n".join(rows) + "\n"
