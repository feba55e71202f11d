"""What grades of credit give and bar (信用等级与便利措施), for anybody; and comparing a document with what was anchored."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tongguan.credit import queries
from tongguan.credit.kinds import BARS, BENEFITS
from tongguan.credit.models import AeoWindow
from tongguan.desk.credit.acts import digest_of
from tongguan.desk.public.days import day_of
from tongguan.desk.written import written
from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.texts import text

_VALUES = (
    "grades",
    "benefits",
    "barred",
    "inspection_factor",
    "dishonest_check_share",
    "repair_months",
    "aeo_threshold",
)


@require_safe
def credit_grades(request: HttpRequest) -> HttpResponse:
    """Show what each grade gives and bars on a day, by the law of that day, with its sources."""
    lang = request.lang
    day = day_of(request)
    on = day.on
    context: dict[str, object] = {"day": day, "zh": lang.startswith("zh")}
    try:
        grades, gives, bars = (law(f"credit.{name}", on=on).value for name in ("grades", "benefits", "barred"))
    except NotConfigured as unknown:
        context["unknown"] = unknown.text(lang)
    else:
        context |= {
            "grades": [text(f"credit.grade.{one}", lang) for one in grades],
            "benefits": [
                (
                    *(text(f"credit.{of}.{one}", lang) for of in ("benefit", "effect")),
                    [one in gives.get(g, ()) for g in grades],
                )
                for one in BENEFITS
            ],
            "bars": [(text(f"credit.bar.{one}", lang), [g not in bars[one] for g in grades]) for one in BARS],
            "windows": windows_of(lang),
            "values": [law(f"credit.{one}", on=on) for one in _VALUES],
        }
    return render(request, "desk/public/credit.html", context)


def windows_of(lang: str) -> list[tuple[AeoWindow, str]]:
    """Return the windows for certified firms with the names of their offices."""
    offices = codes("customs_districts")
    return [
        (one, f"{one.customs} {known.text(lang)}" if (known := offices.get(one.customs)) else one.customs)
        for one in queries.windows()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def anchor_verify(request: HttpRequest) -> HttpResponse:
    """Compare a document, or its SHA-256, with what firms of the pilot had anchored; nothing of it is kept."""
    context: dict[str, object] = {}
    if request.method == "POST":
        digest = (digest_of(request) or written(request, "digest", 64)).lower()
        context = {"asked": True, "digest": digest, "found": queries.anchored(digest) if len(digest) == 64 else []}
    return render(request, "desk/public/anchor.html", context)
