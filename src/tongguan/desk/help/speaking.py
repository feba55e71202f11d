"""Telling the two languages of a document apart, block by block.

A document is in one of four manners: two files (``x.md`` and ``x.zh.md``); one file whose halves are parted by a rule, the
Chinese one first; one file in which blocks of both languages take turns; or one language alone.

>>> titled("包裹 · Parcel", "zh"), titled("包裹 · Parcel", "en"), titled("公共服务 Without signing in", "en")
('包裹', 'Parcel', 'Without signing in')
>>> titled("Commands 命令", "zh"), titled("Rules 业务规则", "en"), titled("Logs", "zh"), titled("接口 · API", "zh")
('命令', 'Rules', 'Logs', '接口')
>>> titled("CEB311Message: Order (电子订单)", "zh"), titled("CEB311Message: Order (电子订单)", "en")
('CEB311Message: 电子订单', 'CEB311Message: Order')
"""

from __future__ import annotations

import re

CHINESE = re.compile(r"[\u3007\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z][a-z]+")
_UNSPOKEN = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]*>")  # code, addresses
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_CHINESE_FIRST = re.compile(r"^([^A-Za-z]*?[\u3400-\u9fff][^A-Za-z]*?)[\s·]+([A-Za-z`].*)$")
_ENGLISH_FIRST = re.compile(r"^([^\u3400-\u9fff]*[A-Za-z`][^\u3400-\u9fff]*?)[\s·]+([\u3400-\u9fff《].*)$")
_IN_BRACKETS = re.compile(r"^(\w+: )?([^\u3400-\u9fff]+) \(([\u3400-\u9fff][^)]*)\)$")
_A_WORD_OF_CHINESE = 2  # characters that say as much as a word
_ENOUGH = 8  # a language is spoken when the other is at most so many times as long


def titled(title: str, lang: str) -> str:
    """Return a title in a language, where it is written in both; else as it is."""
    if found := _IN_BRACKETS.match(title):
        return f"{found[1] or ''}{found[3 if lang == 'zh' else 2]}"
    if found := _CHINESE_FIRST.match(title):
        return found[1 if lang == "zh" else 2].strip()
    if found := _ENGLISH_FIRST.match(title):
        return found[2 if lang == "zh" else 1].strip()
    return title


def blocks(text: str) -> list[str]:
    """Return the blocks of a document of Markdown: what blank lines part, code fences whole.

    >>> blocks("a\\n\\nb\\nc\\n\\n```\\nd\\n\\ne\\n```\\n")
    ['a', 'b\\nc', '```\\nd\\n\\ne\\n```']
    """
    made: list[str] = []
    held: list[str] = []
    fenced = False
    for line in [*text.splitlines(), ""]:
        fenced ^= bool(_FENCE.match(line))
        if line.strip() or fenced:
            held.append(line)
        elif held:
            made.append("\n".join(held))
            held = []
    return made


def spoken(block: str) -> str:
    """Return the language of a block: zh or en, or nothing for a heading, for code, and for what is in both.

    >>> spoken("这是一段说明 `code`。"), spoken("One ledger (账本) for all."), spoken("| word 甲 |"), spoken("```\\nx\\n```")
    ('zh', 'en', '', '')
    """
    if block.startswith("#") or _FENCE.match(block):
        return ""
    plain = _UNSPOKEN.sub("", block)
    zh, en = len(CHINESE.findall(plain)) / _A_WORD_OF_CHINESE, len(_WORD.findall(plain))
    if zh > en * 2:
        return "zh"
    return "en" if en > zh * 2 else ""


def parted(text: str) -> dict[str, str]:
    """Return the text of a document by language; one language stands for both readers where there is no other.

    >>> parted("# 甲 · A\\n\\n中文说明。\\n\\n---\\n\\nIn English.\\n")
    {'zh': '# 甲 · A\\n\\n中文说明。', 'en': '# 甲 · A\\n\\nIn English.'}
    >>> parted("# A\\n\\nOnly in English.\\n")
    {'en': '# A\\n\\nOnly in English.'}
    """
    every = blocks(text)
    if every.count("---") == 1 and "zh" in {spoken(one) for one in every[: every.index("---")]}:
        middle = every.index("---")
        return {"zh": "\n\n".join(every[:middle]), "en": "\n\n".join([every[0], *every[middle + 1 :]])}
    said = [spoken(one) for one in every]
    length = {lang: sum(len(one) for one, of in zip(every, said, strict=True) if of == lang) for lang in ("zh", "en")}
    length["zh"] *= _A_WORD_OF_CHINESE
    whole = "\n\n".join(every)
    if length["zh"] * _ENOUGH < length["en"]:
        return {"en": whole} if length["en"] else {"zh": whole, "en": whole}
    if length["en"] * _ENOUGH < length["zh"]:
        return {"zh": whole}
    return {
        lang: "\n\n".join(one for one, of in zip(every, said, strict=True) if of in ("", lang)) for lang in ("zh", "en")
    }
