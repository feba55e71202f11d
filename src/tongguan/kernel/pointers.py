"""The address of a field (字段路径), the same in a finding, an amendment, an officer's note and the audit.

Names are the official element names; positions in a list count from 1.

>>> at("item", 3, "qty2")
'item/3/qty2'
>>> parse("item/3/qty2")
('item', 3, 'qty2')
>>> under("item/3", "qty2")
'item/3/qty2'
>>> covers("item/3", "item/3/qty2"), covers("item/3", "item/30/qty2")
(True, False)
"""

from __future__ import annotations

import re

_NAME = re.compile(r"[^\W\d][\w.\-]*\Z")


def at(*parts: str | int) -> str:
    """Return the pointer made of names and positions; raises ValueError for a part that is neither."""
    return "/".join([_part(part) for part in parts])


def _part(part: str | int) -> str:
    if isinstance(part, int) and not isinstance(part, bool):
        if part < 1:
            raise ValueError(f"positions count from 1, not {part}")
        return str(part)
    if not isinstance(part, str) or not _NAME.match(part):
        raise ValueError(f"{part!r} is no element name")
    return part


def parse(pointer: str) -> tuple[str | int, ...]:
    """Return the names and positions of a pointer; the empty pointer is the whole document."""
    if not pointer:
        return ()
    parts = tuple(int(p) if p.isdecimal() and p.isascii() else p for p in pointer.split("/"))
    if at(*parts) != pointer:
        raise ValueError(f"{pointer!r} is no pointer")
    return parts


def under(prefix: str, pointer: str) -> str:
    """Return the pointer as seen from the document that holds the prefix."""
    return f"{prefix}/{pointer}" if prefix and pointer else prefix or pointer


def covers(prefix: str, pointer: str) -> bool:
    """Return whether the pointer is the prefix itself or lies under it."""
    return not prefix or pointer == prefix or pointer.startswith(f"{prefix}/")
