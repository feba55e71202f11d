"""The words of answers and statuses (导入结果、海关回执), as clients of the Single Window read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from tongguan.formats import dec
from tongguan.formats.dec.contract import TRANSPORT
from tongguan.kernel.rules import Finding
from tongguan.kernel.texts import text

from ..days import SHANGHAI
from ..models import DeclarationReceipt

DONE, NOT_SAVED, NOT_DECLARED = "0", "1", "2"
"""Codes of the list declaration_answers: done as asked; nothing was kept; saved as a draft, and declaring was refused."""

_FAILED = {NOT_SAVED: "declarations.message.not_saved", NOT_DECLARED: "declarations.message.not_declared"}
_MOST = TRANSPORT["response"].fields["ErrorMessage"].most
_MOST_NOTE = TRANSPORT["result"].fields["NOTE"].most


class Answer(NamedTuple):
    """What a message is answered: a code, the client's number, the pre-entry number (empty where nothing is kept)."""

    code: str
    number: str = ""
    pre_no: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether what was asked for was not done."""
        return self.code != DONE

    def said(self, lang: str = "zh") -> str:
        """Return what is wrong, each finding after the number of its line of goods; empty where it was done."""
        if not self.refused:
            return ""
        told = "；".join(_of(one, lang) for one in self.findings if one.level == "refuse")
        return f"{text(_FAILED[self.code], lang)}{told}"[:_MOST]

    def written(self) -> bytes:
        """Return the answer as a DecImportResponse."""
        return dec.write_receipt(dec.Response(
            ResponseCode=self.code, ErrorMessage=self.said() or None, ClientSeqNo=self.number or None,
            SeqNo=self.pre_no or None,
        ))  # fmt: skip


def _of(finding: Finding, lang: str) -> str:
    part, _, rest = finding.pointer.partition("/")
    place = rest.partition("/")[0]
    line = text("declarations.message.line", lang, place=place) if part == "item" and place.isdigit() else ""
    return f"{line}{finding.text(lang)}[{finding.code}]"


def status(row: DeclarationReceipt) -> bytes:
    """Return a receipt as the status of customs (DEC_RESULT)."""
    return dec.write_receipt(dec.Result(
        CUS_CIQ_NO=row.declaration.pre_no, ENTRY_ID=row.number or None, NOTICE_DATE=_moment(row.at), CHANNEL=row.channel,
        NOTE=row.note[:_MOST_NOTE] or None, CUSTOM_MASTER=row.customs or None, I_E_DATE=_day(row.entered_on),
        D_DATE=_day(row.declared_on),
    ))  # fmt: skip


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).replace(microsecond=0, tzinfo=None).isoformat()


def _day(day: date | None) -> str | None:
    return f"{day:%Y%m%d}" if day is not None else None


def note_of(what: str, details: dict[str, Any], findings: Iterable[dict[str, Any]]) -> str:
    """Return the note of a receipt: what happened, until when something is due, and what is wrong, in Chinese."""
    words = [text(f"event.{what}", "zh")]
    if due := details.get("due") or details.get("confirm_by"):
        words.append(text("declarations.message.due", "zh", day=due))
    words += [_of(one, "zh") for one in map(Finding.from_dict, findings) if one.level == "refuse"]
    return "；".join(words)[:_MOST_NOTE]
