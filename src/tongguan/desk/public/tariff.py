"""Looking up the tariff (税则查询): a question, and the codes it finds, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tongguan.desk.keyset import place
from tongguan.desk.public.days import day_of
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.numbers import hs
from tongguan.tariff.book import LineOn, Rate
from tongguan.tariff.queries import book
from tongguan.tariff.search import LONGEST, search, understood

PAGE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """A commodity code among those found, with the rates that are asked for most; None where they are not known.

    ``foreign`` says that it has a name in the other language only.
    """

    code: str
    written: str
    name: str
    other: str
    foreign: bool
    listed: bool
    duty: str | None
    vat: str | None


@require_safe
def tariff(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and list what is found; a whole code leads to its page."""
    asked, day = request.GET.get("q", "").strip()[:LONGEST], day_of(request)
    context = {"q": asked, "day": day, "longest": LONGEST}
    try:
        that_day = book(day.on)
    except NotConfigured as why:
        return render(request, "desk/public/tariff.html", {**context, "why": why.text(request.lang)}, status=503)
    codes = search(asked, day.on)
    if len(codes) == 1 and hs.compact(asked) == codes[0]:
        to = redirect("commodity", codes[0])
        to["Location"] += f"?on={day.written}" if request.GET.get("on") else ""
        return to
    number = _page(request, len(codes))
    shown = codes[(number - 1) * PAGE : number * PAGE]
    context |= {
        "rows": [row(line, request.lang) for code in shown if (line := that_day.line(code))],
        "total": len(codes),
        "short": bool(asked) and not understood(asked),
        "page": number,
        "pages": -(-len(codes) // PAGE),
        "before": _turned(request, number - 1) if number > 1 else "",
        "after": _turned(request, number + 1) if number * PAGE < len(codes) else "",
        "size": len(that_day),
    }
    return render(request, "desk/public/tariff.html", context)


def row(line: LineOn, lang: str) -> Row:
    """Return a code as it is listed."""
    other = line.en if lang == "zh" else line.zh
    name = line.text(lang)
    return Row(
        line.code, hs.format(line.code), name, "" if other == name else other, other == name, line.listed,
        _words(line, "duty", lang), _words(line, "vat", lang),
    )  # fmt: skip


def _words(line: LineOn, kind: str, lang: str) -> str | None:
    try:
        found: Rate | None = line.import_duty() if kind == "duty" else line.rate(kind)
    except NotConfigured:
        return None
    return found.words(lang) if found else "0%"


def _page(request: HttpRequest, total: int) -> int:
    return min(max(place(request, "page") or 1, 1), max(-(-total // PAGE), 1))


def _turned(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"{request.path}?{query.urlencode()}"
