"""What goods need before they are filed (申报前证件查询): by code, direction, supervision mode and day."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongguan.desk.audience import acting
from tongguan.desk.public.days import day_of
from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.numbers import hs
from tongguan.kernel.texts import text
from tongguan.licences.needed import HELD, CodeNeeds, Want
from tongguan.licences.queries import needed
from tongguan.licences.states import FIRM
from tongguan.tariff.queries import Book, book

MOST = 20
_LONGEST, _DIGITS, _NAME = 400, 20, 100
_NOTHING = Decimal("NaN")
USUAL = "0110"
TONES = {"licence": "needs_you", "document": "waiting", "ban": "needs_you", "unknown": "draft"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A document that goods need, in words; ``apply`` says whether it is applied for here."""

    letter: str
    name: str
    what: str
    tone: str
    asked: bool
    why: str
    instead: str
    reference: dict[str, str] | None
    apply: str


@dataclass(frozen=True, slots=True)
class Goods:
    """A commodity code with what it needs; ``wants`` is None where no source tells."""

    code: str
    written: str
    name: str
    exists: bool
    wants: list[Shown] | None
    found: CodeNeeds


@require_safe
def before_filing(request: HttpRequest) -> HttpResponse:
    """Show what goods need: which licences, other documents and bans, what is not asked for here, and what is not known."""
    day, lang = day_of(request), request.lang
    given = request.GET.get("codes", "").replace("\0", "")[:_LONGEST]
    wanted = [one for one in given.replace("，", " ").replace(",", " ").replace("、", " ").split() if one][:MOST]
    wrong = [one for one in wanted if not hs.is_valid(one)]
    direction = "E" if request.GET.get("direction") == "E" else "I"
    mode = request.GET.get("mode", USUAL)[:4]
    mode = mode if mode in codes("trade_modes") or not mode else USUAL
    worth, value = request.GET.get("value", "").replace("\0", "").strip()[:_DIGITS], None
    try:
        value = Decimal(worth.replace(",", "")) if worth else None
    except InvalidOperation:
        value = _NOTHING
    if value is not None and (not value.is_finite() or value <= 0):
        wrong, value = [*wrong, worth], None
    users = {name: request.GET.get(name, "").replace("\0", "").strip()[:_NAME] for name in ("end_user", "end_use")}
    actor = acting(request)
    told: dict[str, Any] = {"goods": [], "why": ""}
    try:
        of_day = book(day.on)
        sound = [hs.compact(one) for one in wanted if hs.is_valid(one)]
        found = needed(sound, direction=direction, mode=mode, value=value, book=of_day, on=day.on, **users)
        told["goods"] = [_goods(one, of_day, day.on, lang) for one in found.values()]
    except NotConfigured as why:
        told["why"] = why.text(lang)
    context = told | {
        "given": given, "worth": worth, "wrong": wrong, "day": day, "direction": direction, "mode": mode,
        "users": users,
        "directions": [(one, text(f"desk.filing.direction.{one}", lang)) for one in "IE"],
        "modes": [(one.code, one.text(lang)) for one in codes("trade_modes")],
        "applies": actor is not None and actor.role in FIRM, "most": MOST,
    }  # fmt: skip
    return render(request, "desk/public/before_filing.html", context)


def _goods(one: CodeNeeds, of_day: Book, on, lang: str) -> Goods:
    line = of_day.line(one.code)
    name = (line.zh if lang == "zh" else line.en or line.zh) if line else ""
    wants = None if one.wants is None else [_shown(want, on, lang) for want in one.wants]
    return Goods(one.code, hs.format(one.code), name, one.exists, wants, one)


def _shown(want: Want, on, lang: str) -> Shown:
    why = want.exempt or want.note
    reference = law(want.parameter, on=on).reference if want.parameter else None
    apply = want.type if want.what == "licence" and want.asked else ""
    return Shown(
        want.letter, want.name(lang), text(f"desk.filing.what.{HELD if want.held else want.what}", lang),
        TONES[want.what] if want.what == "ban" or want.asked else "draft", want.asked,
        text(f"licence.needed.{why}", lang) if why else "", want.instead, reference, apply,
    )  # fmt: skip
