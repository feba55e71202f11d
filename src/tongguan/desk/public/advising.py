"""An answer of the advisor in words, as its page and its paper show it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from tongguan.advisor.citing import Cited
from tongguan.advisor.costs import Costs
from tongguan.advisor.needs import AT_HAND, BANNED, MISSING, UNKNOWN, GoodsNeed, Paper
from tongguan.advisor.queries import Advice
from tongguan.advisor.times import Times
from tongguan.advisor.ways import APPLIES, DEPENDS, DOES_NOT
from tongguan.desk.trader.taxes import taxes
from tongguan.kernel.codes import codes
from tongguan.kernel.numbers import hs
from tongguan.kernel.texts import text

TONES = {APPLIES: "done", DEPENDS: "waiting", DOES_NOT: "draft"}
PAPERS = {AT_HAND: "done", MISSING: "needs_you", BANNED: "needs_you", UNKNOWN: "waiting"}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def shown_of(of: Advice, lang: str, names: dict[int, str]) -> dict[str, Any]:
    """Return an answer in the words of a language; ``names`` are what the lines are called."""
    return {
        "plan": of.plan,
        "standing": text(
            f"desk.advisor.standing.{of.standing.by}", lang, grade=text(f"credit.grade.{of.standing.grade}", lang)
        ),
        "own": of.own,
        "needs": [_need(one, lang) for one in of.needs],
        "ways": [
            {
                "title": one.title(lang), "verdict": text(f"advice.verdict.{one.verdict}", lang), "tone": TONES[one.verdict],
                "reasons": [reason.text(lang) for reason in one.reasons], "cites": cites(one.cites, lang), "saves": one.saves,
            }
            for one in of.ways
        ],
        "costs": _costs(of.costs, names, lang),
        "dates": [
            {
                "day": one.day, "text": one.text(lang), "past": one.day is not None and one.day < of.plan.filing,
                "cites": cites(one.cites, lang),
            }
            for one in of.dates
        ],
        "times": _times(of.times, lang) if of.times is not None else None,
    }  # fmt: skip


def cites(of: tuple[Cited, ...], lang: str) -> list[dict[str, Any]]:
    """Return what is cited: title, its value where that is one figure, since when, and the reference."""
    return [
        {"name": one.name, "title": one.title.get(lang, one.name), "value": _value(one.value, lang), "since": one.since,
         "reference": one.reference}
        for one in of
    ]  # fmt: skip


def _value(value: Any, lang: str) -> str:
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return str(value[lang])
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""


def _need(of: GoodsNeed, lang: str) -> dict[str, Any]:
    papers = None if of.papers is None else [_paper(one, lang) for one in of.papers]
    return {"code": of.needs.code, "written": hs.format(of.needs.code), "exists": of.needs.exists, "papers": papers,
            "source": of.needs.source}  # fmt: skip


def _paper(of: Paper, lang: str) -> dict[str, Any]:
    why = of.want.exempt or of.want.note
    return {
        "letter": of.want.letter, "instead": of.want.instead, "name": of.want.name(lang),
        "what": text(f"desk.filing.what.{of.want.what}", lang),
        "stands": text(f"desk.advisor.stands.{of.stands}", lang), "tone": PAPERS.get(of.stands, "draft"),
        "why": text(f"licence.needed.{why}", lang) if why else "", "cites": cites(of.cites, lang),
    }  # fmt: skip


def _costs(of: Costs, names: dict[int, str], lang: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "wrong": [one.text(lang) for one in of.wrong], "total": of.total, "tax": of.tax, "fee": of.fee,
        "late_fee": of.late_fee, "rates_of": of.rates_of, "mode": text(f"declarations.mode.{of.mode}", lang),
    }  # fmt: skip
    if of.owed is not None:
        items = [SimpleNamespace(gnum=number, gname=name) for number, name in names.items()]
        sheet = of.owed.sheet
        shown |= {
            "sheet": sheet, "taxes": taxes(sheet, SimpleNamespace(items=items), lang), "days": of.owed.days,
            "steps": [(text(f"revenue.step.{one.name}", lang, said=one.said), one.amount) for one in of.owed.steps],
        }  # fmt: skip
    return shown


def _times(of: Times, lang: str) -> dict[str, Any]:
    office = codes("customs_districts").get(of.customs)
    said = {"office": f"{of.customs} {office.text(lang) if office else ''}".strip(), "cases": of.cases, "least": of.least,
            "mode": text(f"declarations.mode.{of.mode}", lang)}  # fmt: skip
    if of.median is None or of.most is None:
        return {
            "text": text("desk.advisor.times.unknown", lang, **said),
            "cites": cites(of.cites, lang),
            "known": False,
        }
    said |= {"median": span(of.median, lang), "most": span(of.most, lang)}
    return {"text": text("desk.advisor.times.known", lang, **said), "cites": cites(of.cites, lang), "known": True}


def span(of: timedelta, lang: str) -> str:
    """Return how long something takes, in days, hours or minutes."""
    if of >= 2 * _DAY:
        return text("desk.advisor.span.days", lang, n=f"{of / _DAY:.1f}")
    if of >= _HOUR:
        return text("desk.advisor.span.hours", lang, n=f"{of / _HOUR:.1f}")
    return text("desk.advisor.span.minutes", lang, n=int(of.total_seconds() // 60))
