"""What every page is given: its language, who reads it, and where he can go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tongguan.desk.audience import acting
from tongguan.desk.middleware import spoken
from tongguan.ecommerce.intake.receive import FILERS
from tongguan.ecommerce.queries import SEES_ALL
from tongguan.ecommerce.states import SITE
from tongguan.parties.roles import FOR_AN_ENTERPRISE

_FIRST = {"taxes": "bills"}  # the page a place begins with, where it is not called after it
_TAGS = {"zh": "zh-Hans", "en": "en"}


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the context of a page; one that failed before its language was known is in the browser's."""
    lang = getattr(request, "lang", None) or spoken(request)
    actor = acting(request)
    return {
        "lang": lang,
        "html_lang": _TAGS[lang],
        "other_tag": _TAGS["en" if lang == "zh" else "zh"],
        "other": switched(request, "en" if lang == "zh" else "zh"),
        "actor": actor,
        "places": places(request, actor) if actor else [],
        "asked": request.GET.get("q", "")[:60] if request.path == "/find" else "",
    }


def switched(request: HttpRequest, lang: str) -> str:
    """Return the address of this page in the other language."""
    query = request.GET.copy()
    query["lang"] = lang
    return f"{request.path}?{query.urlencode()}"


def places(request: HttpRequest, actor: Any) -> list[dict[str, Any]]:
    """Return the links of the navigation, the one of this page marked."""
    names = [
        "home", "file", "parcels", "requests", "taxes", "messages", "tallies", "books", "certificates", "sandbox",
        "checks", "risks", "journal", "operate",
    ]  # fmt: skip
    if actor.role not in FILERS:
        names.remove("file")
    if actor.role != "operator":
        names.remove("operate")
    if actor.role not in SEES_ALL:
        names.remove("checks")
        names.remove("risks")
        names.remove("journal")
    if actor.role not in SEES_ALL | {"trader"}:  # who stores goods in a zone
        names.remove("books")
    if actor.role not in (*FOR_AN_ENTERPRISE, "operator"):
        names.remove("certificates")
        names.remove("sandbox")
    if actor.role not in SEES_ALL | {SITE}:
        names.remove("tallies")
    if actor.role == SITE:  # who counts what arrives, and has no parcels of his own
        names = [name for name in names if name not in ("parcels", "requests", "taxes")]
    if actor.role == "payer":  # who only moves the buyers' money
        names.remove("requests")
        names.remove("taxes")
    links = [(reverse(_FIRST.get(name, name)), f"desk.nav.{name}") for name in names]
    return [{"href": href, "key": key, "here": _here(href, request.path)} for href, key in links]


def _here(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(href + "/"))
