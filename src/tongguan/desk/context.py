"""What every page is given: its language, who reads it, and where he can go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tongguan.desk.audience import acting
from tongguan.desk.help.fitting import help_for
from tongguan.desk.middleware import spoken
from tongguan.desk.navigation import areas, public_areas
from tongguan.desk.style.theme import THEMES, chosen

_TAGS = {"zh": "zh-Hans", "en": "en"}


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the context of a page; one that failed before its language was known is in the browser's."""
    lang = getattr(request, "lang", None) or spoken(request)
    actor = acting(request)
    reached = areas(request.path, actor) if actor else public_areas(request.path)
    return {
        "lang": lang,
        "html_lang": _TAGS[lang],
        "other_tag": _TAGS["en" if lang == "zh" else "zh"],
        "other": switched(request, "en" if lang == "zh" else "zh"),
        "help_href": help_for(request, actor),
        "theme": chosen(request),
        "themes": THEMES,
        "actor": actor,
        "areas": reached,
        "area": next((one for one in reached if one.here and len(one.places) > 1), None),
        "places": [place for one in reached for place in one.places] if actor else [],
        "searched_for": request.GET.get("q", "")[:60] if request.path == "/find" else "",
    }


def switched(request: HttpRequest, lang: str) -> str:
    """Return the address of this page in the other language."""
    query = request.GET.copy()
    query["lang"] = lang
    return f"{request.path}?{query.urlencode()}"
