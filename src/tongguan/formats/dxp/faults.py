"""Why an envelope cannot be read (传输报文错误), with the code of the exchange platform that says so."""

from __future__ import annotations

from typing import Any

from tongguan.formats.ceb import faults
from tongguan.formats.ceb.faults import Unreadable
from tongguan.kernel import texts

CODES = (
    "0000", "0001", "0002", "0999", "1001", "1002", "1003", "1004", "1999", "2001", "2002", "2999", "3001", "3002",
    "3003", "3999",
)  # fmt: skip
"""The codes of the exchange platform; 0000, that all is well, is ours, since the specification lists errors only."""

ACCEPTED = CODES[0]

MESSAGE_TYPE = "DxpMsg"


def meaning(code: str, lang: str) -> str:
    """Return what a code of the exchange platform means, in zh or en; raises KeyError for one that it has not."""
    if code not in CODES:
        raise KeyError(code)
    return texts.text(f"dxp.code.{code}", lang)


def unreadable(cause: str, **values: Any) -> Unreadable:
    """Return the error for one of the causes of the reader of messages; some of them are met in envelopes only."""
    return faults.unreadable(cause, MESSAGE_TYPE, **values)
