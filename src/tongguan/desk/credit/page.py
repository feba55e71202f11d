"""The credit of one firm on one page (企业信用): its grade and why, what this gives, what is behind it, and what can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.advisor.citing import cited
from tongguan.credit import queries
from tongguan.credit.actions.files import day_of
from tongguan.credit.actions.repairing import asking_by
from tongguan.credit.conduct import conducts
from tongguan.credit.kinds import BARS, BASES, BENEFITS, FACTS, ROLES
from tongguan.credit.models import CreditFile, Grade
from tongguan.credit.rules.asking import REPAIRABLE
from tongguan.credit.rules.grading import MOST_WORDS
from tongguan.credit.standing import ADVANCED, Standing, aeo_code, is_dishonest
from tongguan.credit.states import AEO, AEO_OPEN, FACT, FIRM, OFFICER, QUESTION, RECTIFICATION, REPAIR, SEES_ALL
from tongguan.credit.triggers import found
from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.public.advising import cites
from tongguan.desk.trader.requests import coded
from tongguan.inspections.queries import looks_at
from tongguan.inspections.states import LOOK
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.rules import check
from tongguan.kernel.states import Actor, Machine
from tongguan.kernel.texts import text
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import codes_of
from tongguan.parties.queries import find as firm_of

READERS = FIRM | SEES_ALL
_NOTHING_COME = {"failed", "refused", "struck", "withdrawn"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a grade gives or bars: its code, its words, whether the firm has it, why not, and what it does here."""

    code: str
    name: str
    has: bool
    why: str
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A record of a firm as it is shown: its state, and what the reader can do with it."""

    row: Any
    mark: words.Mark
    verbs: list[str]


def mark_of(machine: Machine, state: str, lang: str) -> words.Mark:
    """Return the mark of a state; what came to nothing is not marked as a success."""
    tone = "draft" if state in _NOTHING_COME else machine.group(state)
    return words.Mark(tone, text(f"{machine.name}.state.{state}", lang))


def shown(rows: Iterable[Any], machine: Machine, actor: Actor, lang: str) -> list[Shown]:
    """Return records with their marks and the verbs that are open to the reader."""
    return [Shown(row, mark_of(machine, row.state, lang), machine.open_to(row.state, actor.role)) for row in rows]


def benefits_of(of: Standing, lang: str) -> list[Said]:
    """Return every benefit there is, whether a firm that stands so has it, and why not."""
    why = "rectifying" if of.rectifying_until is not None else "grade"
    grade = text(f"credit.grade.{of.grade}", lang)
    return [
        Said(
            code, text(f"credit.benefit.{code}", lang), code in of.benefits,
            "" if code in of.benefits else text(f"desk.credit.why.{why}", lang, grade=grade, until=of.rectifying_until),
            text(f"credit.effect.{code}", lang),
        )
        for code in BENEFITS
    ]  # fmt: skip


def bars_of(grade: str, on: date, lang: str) -> list[Said]:
    """Return everything a grade can bar, and whether this one does."""
    barred = set(queries.barred_from(grade, on))
    return [Said(code, text(f"credit.bar.{code}", lang), code not in barred, "") for code in BARS]


def own_code(actor: Actor) -> str:
    """Return the code of somebody's firm under which its credit is kept; raises Http404 when it has none."""
    for code in codes_of(actor):
        return code
    raise Http404


@require_safe
@signed_in
def credit_firm(request: HttpRequest, uscc: str) -> HttpResponse:
    """Show the credit of a firm to its people and to the authority."""
    actor = only(request, READERS, machine="credit", verb="see")
    return page_of(request, actor, uscc, firm=seen(uscc, actor))


def seen(uscc: str, actor: Actor) -> Enterprise:
    """Return a firm whose credit one may see; raises Http404."""
    firm = firm_of(uscc) if queries.may_see(uscc, actor) else None
    if firm is None:
        raise Http404
    return firm


def page_of(
    request: HttpRequest, actor: Actor, uscc: str, *, status: int = 200, problems: list[str] | None = None,
    kept: dict[str, str] | None = None, firm: Enterprise | None = None,
) -> HttpResponse:  # fmt: skip
    """Return the page of a firm, also as the answer to what was refused."""
    lang, at = request.lang, timezone.now()
    on = day_of(at)
    firm, file, history = firm or firm_of(uscc), queries.file_of(uscc), queries.history(uscc)
    rectifications = queries.rectifications(uscc)
    of = queries.standing_by(history, rectifications, file, on)
    facts = queries.facts(uscc, before=place(request, "before"), limit=queries.PAGE + 1)
    page = facts[: queries.PAGE]
    is_own, decides = actor.role in FIRM, actor.role == OFFICER
    reviews = queries.reviews(uscc=uscc)
    context = {
        "uscc": uscc, "name": firm.name(lang) if firm else uscc, "of": of, "on": on,
        "grade": words.Mark(_tone(of), text(f"credit.grade.{of.grade}", lang)),
        "basis": text(f"credit.basis.{of.basis}", lang) if of.basis else "",
        **_named(of, firm, lang),
        "reference": law("credit.grades", on=on).reference,
        "benefits": benefits_of(of, lang), "bars": bars_of(of.grade, on, lang),
        "history": [(row, text(f"credit.grade.{row.grade}", lang)) for row in history],
        "facts": shown(page, FACT, actor, lang),
        "turning": turning(request, "before", page[-1].pk if len(facts) > queries.PAGE else None),
        "rectifications": shown(rectifications, RECTIFICATION, actor, lang),
        "repairs": shown(queries.repairs(uscc) if _fell(history) else [], REPAIR, actor, lang),
        **_served(uscc, of, file, actor, lang),
        "reviews": shown(reviews, AEO, actor, lang),
        "file": file,
        "own": is_own, "decides": decides, "longest": MOST_WORDS, "problems": problems, "kept": kept or {},
        "rectifies": is_own and _may_rectify(of, on),
        "repairable": _repairable(history, on, lang) if is_dishonest(of.grade) else None,
        "begins": is_own and of.grade != ADVANCED and not is_dishonest(of.grade)
        and not any(one.state in AEO_OPEN for one in reviews),
        "triggers": [] if is_own or file is None or not file.triggers
        else [one.text(lang) for one in found(conducts([uscc], on)[uscc])],
        "grades": law("credit.grades", on=on).value, "bases": BASES, "kinds": FACTS, "roles": ROLES,
        "anchor_kinds": law("credit.pilot_kinds", on=on).value,
    }  # fmt: skip
    return render(request, "desk/credit/firm.html", context, status=status)


def _fell(history: list[Grade]) -> bool:
    """Say whether a firm was ever dishonest: no other asks for repair."""
    return any(is_dishonest(one.grade) for one in history)


def _named(of: Standing, firm: Enterprise | None, lang: str) -> dict[str, str]:
    """Return the customs that gave a grade, and the code by which customs of partner countries know the firm."""
    return {
        "customs": coded("customs_districts", of.customs, lang) if of.customs else "",
        "aeo_code": aeo_code(firm.customs_registration if firm else None, of),
    }


def _served(uscc: str, of: Standing, file: CreditFile | None, actor: Actor, lang: str) -> dict[str, Any]:
    """Return the months of a firm, what it asked its coordinator and anchored, and what customs looked into of it."""
    is_own = actor.role in FIRM
    questions = shown(queries.questions(uscc) if file and file.coordinator else [], QUESTION, actor, lang)
    return {
        "volumes": [(one, "–" if one.error_rate is None else f"{one.error_rate:.2%}") for one in queries.volumes(uscc)],
        "anchors": queries.anchors(uscc) if of.pilot else [],
        "questions": [
            (one, cites(cited(day_of(one.row.decided_at), *one.row.cites), lang) if one.row.decided_at else [])
            for one in questions
        ],
        "asks": is_own and "COORD" in of.benefits and file is not None and bool(file.coordinator),
        "looks": [one for one in shown(looks_at(uscc), LOOK, actor, lang) if not is_own or one.row.concluded_at],
        "law_names": law.names() if actor.role == OFFICER else [],
    }


def _tone(of: Standing) -> str:
    if is_dishonest(of.grade) or of.rectifying_until is not None:
        return "needs_you"
    return "done" if of.grade == ADVANCED else "waiting"


def _may_rectify(of: Standing, on: date) -> bool:
    try:
        return of.rectifying_until is None and of.grade in law("credit.rectify_grades", on=on).value
    except NotConfigured:
        return False


def _repairable(history: list[Grade], on: date, lang: str) -> list[str]:
    """Return why the credit of a dishonest firm cannot be repaired today; an empty list when it can be asked for."""
    held = next((one for one in history if one.since <= on), None)
    return [one.text(lang) for one in check(REPAIRABLE, asking_by(held, on))]
