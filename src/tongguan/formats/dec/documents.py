"""The declaration as a Struct (报关单), made from the table: the fields of its head, and a list a block.

Attributes carry the official element names. Nothing is required here, for a draft may lack anything; what is missing is
told by the rules. Amounts are Decimal, whole numbers int, days and everything else texts.

>>> step(Declaration(Type="CL5")), family(Declaration(Type="CL5")), step(Declaration())
('5', 'CL', '0')
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import msgspec

from .contract import ALONE, BLOCKS, LISTS, TRANSPORT, Block, Field

INTEGRATED, SUMMARY, COMPLETE = "0", "5", "6"
"""The third place of ``Type`` (两步申报): declared at once, the summary, the complete declaration."""

_STEP = 2  # the third place, counted from nothing
_KINDS: dict[str, Any] = {"decimal": Decimal, "integer": int}


def _member(field: Field) -> tuple:
    kind = _KINDS.get(field.kind, str)
    limit = {"maxLength": field.most} if kind is str else {}
    meta = msgspec.Meta(title=field.zh, description=field.en, extra_json_schema=limit)
    return field.name, Annotated[kind | None, meta], None


def _define(name: str, members: list[tuple], doc: str) -> Any:
    return msgspec.defstruct(
        name, members, module=__name__, namespace={"__doc__": doc}, frozen=True, kw_only=True, omit_defaults=True,
        forbid_unknown_fields=True,
    )  # fmt: skip


def _row(block: Block) -> Any:
    name = "".join(part.capitalize() for part in ("declaration", block.name))
    doc = f"{block.title['en']} ({block.title['zh']}), {block.element}."
    return _define(name, list(map(_member, block.fields.values())), doc)


ROWS: dict[str, Any] = {name: _row(block) for name, block in BLOCKS.items() if name != "head"}
"""The Struct of a row of each block, and of those that stand alone."""

Item: Any = ROWS["item"]
Sign, Wrapper, Response, Result = (_row(TRANSPORT[name]) for name in ("sign", "wrapper", "response", "result"))
"""The signature and the head of the wrapper of a message; the answer to it, and a status that customs give."""
Declaration: Any = _define(
    "CustomsDeclaration",
    [
        *map(_member, BLOCKS["head"].fields.values()),
        *((attribute, list[ROWS[name]], msgspec.field(default_factory=list)) for name, attribute in LISTS.items()),  # type: ignore[valid-type]
        *((name, ROWS[name] | None, None) for name in ALONE),
    ],
    "A declaration (报关单), DecMessage.",
)


def step(of: Any) -> str:
    """Return the step a declaration is made in; a blank third place is integrated."""
    written = (of.Type or "")[_STEP : _STEP + 1].strip()
    return written or INTEGRATED


def family(of: Any) -> str:
    """Return the kind of document: the first two places of ``Type``, empty for a plain declaration."""
    return (of.Type or "")[:_STEP].strip()
