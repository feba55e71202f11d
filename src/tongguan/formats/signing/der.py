"""DER, the little of it that keys and certificates need: taking a value apart, and putting one together.

>>> [value.tag for value in inside(sequence(integer(5), octets(b"ab")))]
[2, 4]
>>> oid("1.2.156.10197.1.301").hex()
'06082a811ccf5501822d'
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

INTEGER, BITS, OCTETS, NULL, OID, UTF8, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x30, 0x31
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_LONG = 0x80
_YEARS_OF_TWO_DIGITS = range(1950, 2050)


class NotDer(ValueError):
    """Bytes that are not the DER they should be."""


class Value(NamedTuple):
    """One value: its tag, what is inside, and all of its bytes."""

    tag: int
    content: bytes
    whole: bytes


def values(data: bytes) -> Iterator[Value]:
    """Yield the values that stand one after another; raises NotDer."""
    place = 0
    while place < len(data):
        start = place + 2
        length = data[place + 1] if start <= len(data) else _LONG
        if length >= _LONG:
            digits = data[start : start + length - _LONG]
            start += length - _LONG
            length = int.from_bytes(digits, "big")
            # DER knows no indefinite length, and writes a length as short as it can.
            if not digits or not digits[0] or length < _LONG or len(digits) > INTEGER + 1:
                raise NotDer("a length is not DER")
        if start + length > len(data):
            raise NotDer("a value is longer than what holds it")
        yield Value(data[place], data[start : start + length], data[place : start + length])
        place = start + length


def only(data: bytes, tag: int) -> Value:
    """Return the one value the bytes are; raises NotDer for another tag and for bytes around it."""
    found = list(values(data))
    if len(found) != 1 or found[0].tag != tag:
        raise NotDer("another value was expected")
    return found[0]


def inside(data: bytes, tag: int = SEQUENCE) -> list[Value]:
    """Return the values inside the one value the bytes are; raises NotDer."""
    return list(values(only(data, tag).content))


def number(value: Value) -> int:
    """Return an integer that is not negative; raises NotDer."""
    content = value.content
    if value.tag != INTEGER or not content or content[0] >= _LONG:
        raise NotDer("a number was expected")
    if len(content) > 1 and not content[0] and content[1] < _LONG:
        raise NotDer("a number is longer than it has to be")
    return int.from_bytes(content, "big")


def wrapped(tag: int, *parts: bytes) -> bytes:
    """Return a value with parts inside."""
    content = b"".join(parts)
    size = len(content)
    if size < _LONG:
        return bytes((tag, size)) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG + len(digits))) + digits + content


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE."""
    return wrapped(SEQUENCE, *parts)


def integer(value: int) -> bytes:
    """Return an INTEGER that is not negative."""
    return wrapped(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(value: bytes) -> bytes:
    """Return an OCTET STRING."""
    return wrapped(OCTETS, value)


def bits(value: bytes) -> bytes:
    """Return a BIT STRING of whole bytes."""
    return wrapped(BITS, b"\0", value)


def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray()
    for arc in (first * 40 + second, *rest):
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.append(arc & 0x7F | _LONG)
        content += bytes(reversed(digits))
    return wrapped(OID, bytes(content))


def moment(at: datetime) -> bytes:
    """Return a time as certificates write it; raises ValueError for one without a time zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    there = at.astimezone(UTC)
    short = there.year in _YEARS_OF_TWO_DIGITS
    written = f"{there:%y%m%d%H%M%SZ}" if short else f"{there:%Y%m%d%H%M%SZ}"
    return wrapped(_UTC_TIME if short else _GENERALIZED_TIME, written.encode())
