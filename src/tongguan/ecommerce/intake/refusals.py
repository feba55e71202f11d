"""A node that is refused: kept, answered by its own receipt, or by a CEB900 when not even its number could be read."""

from __future__ import annotations

from typing import Any

from tongguan.formats import ceb
from tongguan.kernel.rules import Finding

from . import answers
from .batch import Batch
from .outcome import NodeOutcome


def refuse(batch: Batch, node: Any, findings: list[Finding]) -> NodeOutcome:
    """Keep a refused node with its findings and answer it; the receipt's status is the first finding's official code."""
    kind = batch.message.kind
    number_field = answers.ANSWERS[kind].number
    values = node.values
    number = values.get(number_field) or ""
    code = next(f.code for f in findings if f.level == "refuse")
    status = code if code.startswith("-") else answers.ANSWERS[kind].structure
    info = answers.said(findings)
    filing = batch.filed(node, number, values.get("appType") or "", status, findings)
    if answers.answerable(kind, values):
        reply = answers.Reply(kind, answers.keys(kind, values), status, info, answers.new_guid())
        course = batch.answer(reply, "", filing)
    else:
        course = None
        said = unanswerable(kind, findings).return_info[:1000]
        batch.answer(answers.Reply("CEB900Message", {}, status, said, answers.new_guid()), "", filing)
    batch.event("filing.refused", f"filing/{filing}", status=status, codes=sorted({f.code for f in findings}))
    return NodeOutcome(node.position, number, status, info, findings, "", course)


def unanswerable(kind: str, findings: list[Finding]) -> ceb.Unreadable:
    """Return what a CEB900 says of a node that has no number to answer it by."""
    refused = [f for f in findings if f.level == "refuse"]
    zh, en = ("; ".join(f"{f.pointer} {f.text(lang)}" for f in refused) for lang in ("zh", "en"))
    return ceb.Unreadable(answers.ANSWERS[kind].structure, "0002", zh, en, kind)
