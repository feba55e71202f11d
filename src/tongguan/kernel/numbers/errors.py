"""What can be wrong with a number, and how a number is cleaned before it is judged."""

from __future__ import annotations

from typing import Any

from .. import texts

DIGITS = frozenset("0123456789")
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

# Full-width characters come from Chinese keyboards; they mean the plain ones.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}


class NumberError(ValueError):
    """A number that cannot be right; ``code`` says in what way, ``values`` where.

    Codes: NUMBER_LENGTH, NUMBER_CHARACTERS, NUMBER_CHECK, NUMBER_PART.

    >>> print(NumberError("NUMBER_LENGTH", kind="uscc", length=17, wanted="18"))
    The unified social credit code has 18 characters, not 17.
    """

    def __init__(self, code: str, **values: Any):
        self.code, self.values = code, values
        super().__init__(code, values)

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> Any:
        return _again, (self.code, self.values)

    def text(self, lang: str) -> str:
        """Return what is wrong in the given language."""
        values = dict(self.values)
        values["kind"] = texts.text(f"numbers.kind.{values['kind']}", lang)
        if "part" in values:
            values["part"] = texts.text(f"numbers.part.{values['part']}", lang)
        return texts.text(f"numbers.{self.code.removeprefix('NUMBER_').lower()}", lang, **values)


def _again(code: str, values: dict[str, Any]) -> NumberError:
    return NumberError(code, **values)


def cleaned(number: str | None, between: str = " ") -> str:
    """Return the number in plain capitals without the characters people put between; nothing stays nothing."""
    plain = number or ""
    if not plain.isascii():
        plain = plain.translate(_PLAIN)
    plain = plain.strip().upper()
    for character in between:
        plain = plain.replace(character, "")
    return plain


def of_length(number: str, kind: str, *lengths: int) -> None:
    """Raise NumberError unless the number has one of the lengths."""
    if len(number) not in lengths:
        wanted = "/".join(str(length) for length in lengths)
        raise NumberError("NUMBER_LENGTH", kind=kind, length=len(number), wanted=wanted)


def made_of(number: str, kind: str, allowed: frozenset[str], start: int = 0, end: int | None = None) -> None:
    """Raise NumberError, with the place counted from 1, for the first character that may not stand there."""
    part = number[start:end]
    if not allowed.issuperset(part):
        place = next(place for place, character in enumerate(part, start + 1) if character not in allowed)
        raise NumberError("NUMBER_CHARACTERS", kind=kind, place=place)


def checked(number: str, kind: str, wanted: str) -> None:
    """Raise NumberError unless the last character is the one wanted."""
    if number[-1] != wanted:
        raise NumberError("NUMBER_CHECK", kind=kind)
