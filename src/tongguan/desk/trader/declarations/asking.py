"""Grounds, evidence and reason of a request to amend or withdraw (修改或者撤销申请), as a form asks for them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tongguan.declarations.rules.requests import grounds as grounds_known
from tongguan.desk.written import written
from tongguan.kernel.codes import codes

LONGEST_REASON, LONGEST_EVIDENCE = 500, 80


def asked_by(request: HttpRequest) -> tuple[str, list[str], str]:
    """Return the grounds, the pieces of evidence and the reason that were written."""
    pieces = [(one.code, written(request, f"evidence-{one.code}", LONGEST_EVIDENCE)) for one in codes("amend_evidence")]
    evidence = [f"{code}: {said}" for code, said in pieces if said]
    return written(request, "grounds", 20), evidence, written(request, "reason", LONGEST_REASON)


def evidence_of(asked: Any, lang: str) -> list[tuple[str, str]]:
    """Return the pieces of evidence of a request: what kind each is, and what names it."""
    known, made = codes("amend_evidence"), []
    for one in asked.evidence:
        kind, _, said = one.partition(":")
        found = known.get(kind.strip())
        made.append((found.text(lang) if found else "", said.strip() if found else one))
    return made


def asked_for(request: HttpRequest) -> dict[str, Any]:
    """Return what the form of a request offers, and what was written into it."""
    lang, known = request.lang, codes("amend_evidence")
    grounds, _, reason = asked_by(request) if request.method == "POST" else ("", [], "")
    named = "、" if lang == "zh" else ", "
    return {
        "grounds": [
            (
                one.code,
                one.text(lang),
                named.join(kind.text(lang) for each in one.extra["evidence"] if (kind := known.get(each))),
                one.code == grounds,
            )
            for one in grounds_known()
        ],
        "evidence": [
            (one.code, one.text(lang), written(request, f"evidence-{one.code}", LONGEST_EVIDENCE)) for one in known
        ],
        "reason": reason,
        "longest": LONGEST_REASON,
    }
