"""The fields of the declaration message as a page (报文字段说明): Chinese, English, and the WCO Data Model name where sure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from .contract import BLOCKS, TRANSPORT, Block, Field

_KINDS = {"text": "C{most}", "decimal": "N{digits},{places}", "integer": "I{digits}", "day": "D{most}"}


@cache
def wco_names() -> dict[str, dict[str, str]]:
    """Return the names of the WCO Data Model by block and element; raises KeyError for what is no field of ours."""
    written = yaml.safe_load((Path(__file__).parent / "wco.yaml").read_text(encoding="utf-8"))
    known = {**BLOCKS, **TRANSPORT}
    for block, names in written.items():
        for name in names:
            known[block].fields[name]
    return written


def page(note: str) -> str:
    """Return the whole page in Markdown, with a note below its title."""
    lead = (
        "The declaration, its signature, the older wrapper, the answer to a message and the status of customs. Names of the WCO"
        " Data Model 3 stand where a field plainly means the same, from `Declaration` down; an empty cell says nothing."
    )
    return f"# DecMessage 报关单报文\n\n{note}\n\n{lead}\n\n{markdown()}\n"


def markdown() -> str:
    """Return the tables of the message, block by block, in Markdown, without a title."""
    return "\n".join(line for block in (*BLOCKS.values(), *TRANSPORT.values()) for line in _block(block)).strip()


def _block(block: Block) -> Iterator[str]:
    names = wco_names().get(block.name, {})
    yield f"## {block.element} — {block.title['en']} {block.title['zh']}"
    yield ""
    yield "| element | 中文 | English | type | to save | to declare | WCO DM 3 |"
    yield "|---|---|---|---|---|---|---|"
    for field in block.fields.values():
        cells = (f"`{field.name}`", field.zh, field.en, written_type(field), "yes" if field.to_save else "",
                 "yes" if field.to_declare else "", names.get(field.name, ""))  # fmt: skip
        yield f"| {' | '.join(cells)} |"
    yield ""


def written_type(field: Field) -> str:
    """Return the type of a field as the table writes it: C10, N19,5, I9 or D8."""
    return _KINDS[field.kind].format(most=field.most, digits=field.digits, places=field.places)
