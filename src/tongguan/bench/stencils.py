"""Stencils: what was written once for one parcel, with holes where another's numbers go.

Writing a message out costs half a millisecond a parcel; filling holes costs a fiftieth of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_WORD = re.compile(rb"[0-9A-Za-z-]+")


class Stencil:
    """Bytes with holes.

    >>> cut = Stencil.cut(b"<no>A1</no><who>B</who><no>A1</no>", {b"A1": "order", b"B": "name"})
    >>> cut.filled({"order": b"X9", "name": b"Y"})
    b'<no>X9</no><who>Y</who><no>X9</no>'
    """

    def __init__(self, parts: list[bytes], holes: list[tuple[int, str]]):
        self._parts, self._holes = parts, holes

    @classmethod
    def cut(cls, written: bytes, holes: Mapping[bytes, str]) -> Stencil:
        """Cut a hole wherever one of the values stands; of two that begin together, for the longer one."""
        if not holes:
            return cls([written], [])
        longest_first = sorted(holes, key=len, reverse=True)
        parts = re.split(b"(" + b"|".join(map(re.escape, longest_first)) + b")", written)
        return cls(parts, [(place, holes[parts[place]]) for place in range(1, len(parts), 2)])

    @classmethod
    def cut_words(cls, written: bytes, holes: Mapping[bytes, str], prefixes: Iterable[bytes] = ()) -> Stencil:
        """Cut a hole wherever one of many values is a whole word, alone or after one of the prefixes.

        >>> Stencil.cut_words(b"12 123 TZ12", {b"12": "number"}, [b"TZ"]).filled({"number": b"7"})
        b'7 123 TZ7'
        """
        parts: list[bytes] = []
        found: list[tuple[int, str]] = []
        end = 0
        for word in _WORD.finditer(written):
            start, text = word.start(), word[0]
            name = holes.get(text)
            for prefix in prefixes if name is None else ():
                if text.startswith(prefix) and (name := holes.get(text[len(prefix) :])):
                    start += len(prefix)
                    break
            if name:
                found.append((len(parts) + 1, name))
                parts += [written[end:start], b""]
                end = word.end()
        return cls([*parts, written[end:]], found)

    @property
    def holes(self) -> set[str]:
        """The names of the holes it has."""
        return {name for _, name in self._holes}

    def filled(self, values: Mapping[str, bytes]) -> bytes:
        """Return the bytes with these values in the holes; raises KeyError for one that is not given."""
        parts = self._parts.copy()
        for place, name in self._holes:
            parts[place] = values[name]
        return b"".join(parts)
