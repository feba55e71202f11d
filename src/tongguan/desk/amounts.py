"""Amounts as they are written: in capitals on forms (人民币大写), so that nobody changes a figure; without idle zeros in lists."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_capitals(amount: Decimal) -> str:
    """Return an amount in yuan as the capital numerals of forms; at most 16 digits before the point.

    >>> in_capitals(Decimal("245500.50")), in_capitals(Decimal("91.00")), in_capitals(Decimal("0.46"))
    ('贰拾肆万伍仟伍佰元伍角整', '玖拾壹元整', '肆角陆分')
    >>> in_capitals(Decimal("10004.05")), in_capitals(Decimal("100000000")), in_capitals(Decimal("0"))
    ('壹万零肆元零伍分', '壹亿元整', '零元整')
    """
    whole, fen = divmod(int(amount.scaleb(2).to_integral_value()), 100)
    jiao, fen = divmod(fen, 10)
    said = f"{_whole(whole)}元" if whole else ""
    if not jiao and not fen:
        return f"{said or '零元'}整"
    tenths = f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    return said + tenths + (f"{_DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    """Return a number above nothing, four digits at a time; what is skipped between digits is one 零."""
    said, gap = "", False
    digits = f"{number}"
    for place, digit in enumerate(digits):
        power = len(digits) - 1 - place
        if digit != "0":
            said += ("零" if gap and said else "") + _DIGITS[int(digit)] + _PLACES[power % 4]
            gap = False
        else:
            gap = True
        if power % 4 == 0 and int(digits[max(0, place - 3) : place + 1]):
            said += _GROUPS[power // 4]
    return said


def quantity(amount: Decimal, *, signed: bool = False) -> str:
    """Return a quantity without the zeros its column adds.

    >>> quantity(Decimal("1200.50000")), quantity(Decimal("100.00000"), signed=True), quantity(Decimal("-2"), signed=True)
    ('1,200.5', '+100', '−2')
    """
    plain = f"{abs(amount):,.5f}".rstrip("0").rstrip(".")
    sign = ("−" if amount < 0 else "+") if signed else ("−" if amount < 0 else "")
    return sign + plain
