"""Why an envelope cannot be read (传输报文错误), with the code of the exchange platform that says so."""

from __future__ import annotations

from typing import Any

from tongguan.formats.ceb.faults import Cause, Unreadable
from tongguan.kernel import texts

CODES = (
    "0000", "0001", "0002", "0999", "1001", "1002", "1003", "1004", "1999", "2001", "2002", "2999", "3001", "3002",
    "3003", "3999",
)  # fmt: skip
"""The codes of the exchange platform; 0000, that all is well, is ours, since the specification lists errors only."""

ACCEPTED = CODES[0]

CAUSES: dict[str, Cause] = {
    "type": Cause("-900011", "0002", "dxp.unreadable.type"),
    "fields": Cause("-900012", "0002", "dxp.unreadable.fields"),
    "data.base64": Cause("-900013", "0001", "dxp.unreadable.data.base64"),
    "data.size": Cause("-900014", "0999", "dxp.unreadable.data.size"),
}
"""Our own statuses, and the code of the exchange platform that each belongs to (design)."""

MESSAGE_TYPE = "DxpMsg"


def meaning(code: str, lang: str) -> str:
    """Return what a code of the exchange platform means, in zh or en; raises KeyError for one that it has not."""
    if code not in CODES:
        raise KeyError(code)
    return texts.text(f"dxp.code.{code}", lang)


def unreadable(cause: str, **values: Any) -> Unreadable:
    """Return the error for one of CAUSES."""
    status, code, key = CAUSES[cause]
    zh, en = (texts.text(key, lang, **values) for lang in ("zh", "en"))
    return Unreadable(status, code, zh, en, MESSAGE_TYPE)
