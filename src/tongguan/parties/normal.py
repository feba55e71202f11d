"""How personal values are compared: what two systems write differently and means the same becomes one text.

Names match after NFKC, with one middle dot. Older systems keep eighty rare characters, 䶮 among them, in the private
area of Unicode; the tables of GB 18030 give them their places of today.

>>> name("阿里•买买提") == name("阿里．买买提 "), name("SMITH  John"), identity(" 11010519491231002x")
(True, 'smithjohn', '11010519491231002X')
>>> phone("+86 138-0013-8000"), phone("(010) 6519 4114")
('13800138000', '01065194114')
>>> address("北京市 朝阳区　建国路８８号")
'北京市朝阳区建国路88号'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_DOTS = dict.fromkeys(map(ord, ".•‧∙⋅・᛫ꞏ⸱"), "·")
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF])

# Those of the eighty that Python's table, the edition of 2000, still leaves in the private area.
_LATER = {
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7,
    0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
_ROW_FE = [*range(0x50, 0x7F), *range(0x80, 0xA1)]
_REPLACED = {0xE815 + place: bytes((0xFE, cell)).decode("gb18030") for place, cell in enumerate(_ROW_FE)}
_REPLACED |= _LATER | _INVISIBLE
_TO_REPLACE = re.compile(f"[{''.join(map(chr, _REPLACED))}]")


def _plain(value: str) -> str:
    """Return the value without differences of width, place or presentation, and without any white space."""
    if not value.isascii():
        if _TO_REPLACE.search(value):  # a look costs a fifth of what translating does, and it is rarely needed
            value = value.translate(_REPLACED)
        value = unicodedata.normalize("NFKC", value)
    return "".join(value.split())


def _cased(value: str, fold: Callable[[str], str]) -> str:
    """Return the plain value in one case; changing the case may take a character apart, so it is put together again."""
    folded = fold(_plain(value))
    return folded if folded.isascii() else unicodedata.normalize("NFKC", folded)


def name(value: str) -> str:
    """Return a person's name (姓名): no spaces, no case, one middle dot."""
    return _cased(value, str.casefold).translate(_DOTS)


def identity(value: str) -> str:
    """Return the number of an identity document (证件号码)."""
    return _cased(value, str.upper)


def phone(value: str) -> str:
    """Return a telephone number (电话): digits, without China's prefix before a mobile number."""
    plain = _plain(value)
    digits = plain if plain.isdecimal() else "".join(c for c in plain if c.isdecimal())
    mobile = digits[-11:]
    return mobile if mobile[:1] == "1" and digits[:-11] in ("86", "0086") else digits


def address(value: str) -> str:
    """Return an address (地址) without white space."""
    return _cased(value, str.casefold)


KINDS = {"name": name, "id": identity, "phone": phone, "address": address}
"""The kinds of values that can be matched."""
