"""What a message and its fields mean, for people: labels for a page, and the documentation of a message.

>>> label("CEB621Message", "item/3/qty2", "en"), label("CEB621Message", "buyerIdNumber", "zh")
('Item 3: Second statutory quantity', '订购人证件号码')
"""

from __future__ import annotations

from tongguan.kernel.pointers import parse

from .contract import COMMON, NAMESPACE, TABLES, Block, Field, Table

_LINE = {"zh": "{line}第{place}项", "en": "{line} {place}"}
_LINES = {"zh": "{line}项", "en": "{line}s"}
_CASES = {
    "too_many": {"zh": "业务节点数量超过限制", "en": "more nodes than allowed"},
    "none": {"zh": "没有业务节点", "en": "no node"},
    "unsigned": {"zh": "没有签名", "en": "not signed"},
    "unusable": {"zh": "签名信息无法使用", "en": "a signature that cannot be used"},
    "differs": {"zh": "签名与数据不符", "en": "signed over something else"},
    "unverified": {"zh": "验签失败", "en": "a signature that does not verify"},
}
_COLON = {"zh": "：", "en": ": "}


def _joined(outer: str, block: Block | None, rest: tuple[str | int, ...], lang: str) -> str | None:
    if not rest:
        return outer
    field = block.fields.get(str(rest[0])) if block else None
    return f"{outer}{_COLON[lang]}{field.label(lang)}" if field else None


def _found(table: Table, parts: tuple[str | int, ...], lang: str) -> str | None:
    name, *rest = parts
    if name == "item" and table.items:
        if not rest:
            return _LINES[lang].format(line=table.items.line[lang])
        here = _LINE[lang].format(line=table.items.line[lang], place=rest[0])
        return _joined(here, table.items, tuple(rest[1:]), lang)
    if name in COMMON and table.request:
        return _joined(COMMON[str(name)].title[lang], COMMON[str(name)], tuple(rest), lang)
    field = table.head.fields.get(str(name))
    return field.label(lang) if field and not rest else None


def label(kind: str, pointer: str, lang: str) -> str:
    """Return what the field at a pointer is called in zh or en; a pointer the table does not know is its own name.

    Raises KeyError for a message that has no table.
    """
    table = TABLES[kind]
    if not pointer:
        return table.title[lang]
    try:
        return _found(table, parse(pointer), lang) or pointer
    except ValueError:
        return pointer


def _occurs(block: Block | None, least: int = 1) -> str:
    if block is None or block.at_most == least:
        return str(least)
    return f"{least}..{block.at_most or 'n'}"


def _outline(table: Table) -> list[str]:
    rows = [f"{table.kind}(@guid C36, @version C1..10)", f"  {table.node} [1..{table.at_most or 'n'}]"]
    if table.wrapped:
        rows += [f"    {block.element} [{_occurs(block)}]" for block in table.parts.values()]
    if table.request:
        rows += [f"  {name} [{_occurs(block, int(name == 'BaseTransfer'))}]" for name, block in COMMON.items()]
    if table.signature != "none":
        rows.append(f"  ds:Signature [{'1' if table.signature == 'required' else '0..1'}]")
    return ["```", *rows, "```"]


def _type(field: Field) -> str:
    """Return the type as the specification writes it: our T for free text is its C."""
    shape, spoken = field.shape, ""
    if shape.most is not None and shape.spoken != shape.most:
        spoken = f"; read up to {shape.spoken}"
    return f"`{field.notation.split('/')[0].replace('T', 'C')}`{spoken}"


def _rows(block: Block) -> list[str]:
    rows = ["| # | element 元素 | 中文 | English | type 类型 | occurs 次数 |", "|--|--|--|--|--|--|"]
    for place, field in enumerate(block.fields.values(), 1):
        occurs = "1" if field.required else "0..1"
        rows.append(f"| {place} | `{field.name}` | {field.zh} | {field.en} | {_type(field)} | {occurs} |")
    return rows


def markdown(kind: str) -> str:
    """Return the documentation of a message in both languages; raises KeyError for one that has no table."""
    table = TABLES[kind]
    text = [f"# {table.kind}: {table.title['en']} ({table.title['zh']})", ""]
    text += [f"Sent by {table.sender['en']}. 发送方：{table.sender['zh']}。", ""]
    text += [f"Namespace 命名空间: `{NAMESPACE}`", "", *_outline(table), ""]
    blocks = [*table.parts.values(), *(COMMON.values() if table.request else ())]
    for block in blocks:
        text += [f"## {block.element}: {block.title['en']} ({block.title['zh']})", "", *_rows(block), ""]
    if table.codes:
        text += ["## Official codes 官方代码", "", "| code 代码 | when | 情形 |", "|--|--|--|"]
        text += [f"| `{code}` | {_CASES[case]['en']} | {_CASES[case]['zh']} |" for case, code in table.codes.items()]
        text.append("")
    return "\n".join(text)
