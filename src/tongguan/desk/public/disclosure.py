"""What would happen if a breach were disclosed (主动披露咨询): a form with an address that can be shared, and the answer.

Nothing is kept of what is written here; every statement names the value of the law it follows from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.compliance import regimes
from tongguan.compliance.advice import Advice, Written, advised, read
from tongguan.compliance.cases import ADVANCED, CONDITIONS, KINDS, OFFICERS, REGULAR
from tongguan.compliance.judging import EXEMPT, MITIGATED
from tongguan.compliance.penalties import FIRM, PERSON
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.texts import template, text

DAYS = ("breach", "disclosed", "paid_on", "before")
AMOUNTS = ("underpaid", "due", "affected", "value")
_LONGEST = 30
_POINTERS = {"paidOn": "paid_on", "paid": "paid_on", "nature": "before"}
TONES = {EXEMPT: "done", MITIGATED: "waiting"}


@dataclass(slots=True)
class Entry:
    """A field of the form: its name, what is in it, whether it is a day, and what is wrong with it."""

    name: str
    value: str
    is_day: bool
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Term:
    """A value of the law as it is shown: what it is called, what it says, since when, and by which text."""

    name: str
    title: str
    value: str
    since: Any
    reference: dict[str, str]


@require_safe
def disclosure_calculator(request: HttpRequest) -> HttpResponse:
    """Show the form, and what would become of the breach that is written in it."""
    lang, today = request.lang, timezone.localdate()
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in (*DAYS, *AMOUNTS)}
    entries = {name: Entry(name, given[name], name in DAYS) for name in given}
    chosen = {name: request.GET.get(name, usual)[:_LONGEST] for name, usual in _USUAL.items()}
    ticked = {name: request.GET.getlist(name)[: len(known)] for name, known in _TICKED.items()}
    shown: dict[str, Any] = {
        "entries": entries, "today": today, "asked": bool(request.GET.get("breach")),
        "selects": [(name, _options(name, chosen[name], lang)) for name in _USUAL],
        "ticks": [(name, [(one, text(f"compliance.{_ROOT[name]}.{one}", lang), one in ticked[name]) for one in known])
                  for name, known in _TICKED.items()],
        "versions": versions(lang),
    }  # fmt: skip
    if shown["asked"]:
        try:
            case, more = read(Written(**given, **chosen, **ticked), today)
            shown["advice"] = told(advised(case, **more), lang)
        except Refused as refused:
            shown["problems"] = point(refused.findings, entries, lang)
        except NotConfigured as error:
            shown["problems"] = [("", error.text(lang))]
    return render(request, "desk/public/disclosure.html", shown)


_USUAL = {"kind": "tax", "grade": REGULAR, "who": FIRM}
_CHOICES = {"kind": KINDS, "grade": (REGULAR, ADVANCED), "who": (FIRM, PERSON)}
_TICKED = {"against": OFFICERS, "conditions": CONDITIONS}
_ROOT = {"against": "against", "conditions": "condition"}


def _options(name: str, chosen: str, lang: str) -> list[tuple[str, str, bool]]:
    return [(one, text(f"compliance.{name}.{one}", lang), one == chosen) for one in _CHOICES[name]]


def point(findings: list[Finding], entries: dict[str, Entry], lang: str) -> list[tuple[str, str]]:
    """Return findings as they are listed, each with the field it is about, and write them at their fields."""
    found = []
    for one in findings:
        name = _POINTERS.get(one.pointer, one.pointer)
        entry = entries.get(name)
        if entry is not None:
            entry.wrong.append(one.text(lang))
        found.append((name if entry is not None or name in _USUAL else "", one.text(lang)))
    return found


def told(of: Advice, lang: str) -> dict[str, Any]:
    """Return an advice as a page shows it."""
    found = of.judgement
    return {
        "of": of,
        "outcome": text(f"compliance.outcome.{found.outcome}", lang),
        "tone": TONES.get(found.outcome, "needs_you"),
        "tier": text(f"compliance.tier.{found.tier}", lang),
        "reasons": [one.text(lang) for one in found.findings],
        "late": [one.text(lang) for one in of.late],
        "terms": terms([*found.terms, *(of.band.terms if of.band else ()), *(of.surcharge.terms if of.surcharge else ())], lang),
    }  # fmt: skip


def terms(of: Any, lang: str) -> list[Term]:
    """Return values of the law as a page shows them, each once."""
    found = {one.name: one for one in of}
    return [Term(one.name, one.title[lang], said(one.value, lang), one.since, one.reference) for one in found.values()]


def said(value: Any, lang: str) -> str:
    """Return a value of the law on one line, its words in the language."""
    if isinstance(value, dict):
        colon, dot = text("desk.colon", lang), "；" if lang == "zh" else "; "
        return dot.join(f"{_word(key, lang)}{colon}{said(inner, lang)}" for key, inner in value.items()) or "–"
    if isinstance(value, tuple):
        return ("、" if lang == "zh" else ", ").join(said(one, lang) for one in value)
    if isinstance(value, bool):
        return text(f"desk.{'yes' if value else 'no'}", lang)
    return _word(value, lang) if isinstance(value, str) else f"{value}"


def _word(code: str, lang: str) -> str:
    """Return what a word of the law's values is called."""
    named = (template(f"compliance.{root}.{code}", lang) for root in ("word", "kind", "against", "condition"))
    return next((one for one in named if one), code)


def versions(lang: str) -> list[Term]:
    """Return the announcements there were, the latest first; of the last day nothing is known to follow."""
    return [
        Term(one.name, "", "" if one.value is None else said(one.value, lang), one.since, one.reference)
        for one in regimes.versions()[::-1]
    ]
