"""Personal values as they are shown where nobody has asked for them in clear (脱敏显示).

>>> name("李小宝"), name("阿里·买买提"), name("")
('李**', '阿**', '')
>>> identity("11010519491231002X"), identity("E12345678")
('110105********002X', 'E1*****78')
>>> phone("13800138000"), phone("65194114"), phone("110")
('138****8000', '6******4', '***')
>>> address("北京市朝阳区建国路88号"), address("浙江省义乌市江滨西路1号"), address("Jianguo Road 88")
('北京市朝阳区***', '浙江省义乌市***', 'Jian***')
"""

from __future__ import annotations

import re
from collections.abc import Callable

# A district, county or banner; not the 区 of 自治区, 小区 or 社区. Where there is none, the last city or prefecture.
_DISTRICT = re.compile(r".{2,20}?(?:(?<!自治)(?<!小)(?<!社)区|县|旗)")
_CITY = re.compile(r".{1,20}(?:市(?!场)|州)")


def _middle(value: str, first: int, last: int) -> str:
    """Return the value with stars between its first and last characters, or stars only when little would be hidden."""
    hidden = len(value) - first - last
    return f"{value[:first]}{'*' * hidden}{value[-last:]}" if hidden >= 4 else "*" * len(value)


def name(value: str) -> str:
    """Return the surname's first character and two stars."""
    return f"{value[0]}**" if value else ""


def identity(value: str) -> str:
    """Return a citizen's number with its first six and last four characters, another number with two and two."""
    return _middle(value, 6, 4) if len(value) >= 15 else _middle(value, 2, 2)


def phone(value: str) -> str:
    """Return a telephone number with its first three and last four digits, a short one with less."""
    return _middle(value, 3, 4) if len(value) >= 11 else _middle(value, 1, 1)


def address(value: str) -> str:
    """Return an address up to its district (区县), else its city, else four characters."""
    found = _DISTRICT.match(value) or _CITY.match(value)
    return f"{found[0] if found else value[:4]}***" if value else ""


ELEMENTS: dict[str, Callable[[str], str]] = {
    "buyerName": name,
    "payerName": name,
    "consignee": name,
    "buyerIdNumber": identity,
    "payerIdNumber": identity,
    "buyerRegNo": identity,
    "buyerTelephone": phone,
    "consigneeTelephone": phone,
    "telephone": phone,
    "consigneeAddress": address,
    "note": lambda value: "***" if value else "",
}
"""The elements of the CEB messages that say something of a person, each with how it is hidden."""
