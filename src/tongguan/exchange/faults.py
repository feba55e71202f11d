"""Why an envelope that can be read is not taken (传输报文拒收原因): a code for each reason, under one of the exchange's.

The official code says the class (1999 security, 2001 no such receiver ...); ours, which stands in the result for the
receiver, says which case of it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tongguan.kernel.texts import LANGUAGES, text


class Cause(NamedTuple):
    """Our status, and the code of the exchange platform that it belongs to."""

    status: str
    code: str


CAUSES = {
    "sender": Cause("-900031", "1999"),
    "not_yours": Cause("-900032", "1999"),
    "receiver": Cause("-900033", "2001"),
    "elsewhere": Cause("-900034", "2002"),
    "type": Cause("-900035", "0999"),
    "reused": Cause("-900036", "2999"),
    "size": Cause("-900037", "0999"),
    "role": Cause("-900038", "1999"),
    "unavailable": Cause("-900039", "3001"),
    "unforeseen": Cause("-900040", "3999"),
    "signature_wrong": Cause("-900042", "1001"),
    "signature_ended": Cause("-900043", "1002"),
    "signature_differs": Cause("-900044", "1004"),
    "signature_unproven": Cause("-900045", "1001"),
}


class NotTaken(Exception):
    """An envelope that is refused whole; nothing of it was kept."""

    def __init__(self, status: str, code: str, words: dict[str, str]):
        super().__init__(status, code)
        self.status, self.code, self.words = status, code, words


def not_taken(cause: str, **values: Any) -> NotTaken:
    """Return the refusal for one of CAUSES."""
    status, code = CAUSES[cause]
    return NotTaken(status, code, {lang: text(status, lang, **values) for lang in LANGUAGES})
