"""The pages of help: what there is, one document, and what is found."""

from __future__ import annotations

import re
from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.desk.keyset import place

from .rendering import page, reached
from .seeking import LONGEST, seek
from .shelf import FIRST, GROUPS, Document, documents

PAGE = 20
_ROW = re.compile(r"^\|[^|]*\]\(([\w./-]+)\.md\)[^|(]*\| (.+?) · (.+?) \|$", re.MULTILINE)
_LEFT_OUT = {FIRST, "about/index"}  # what the first page takes the place of
_MANY = 8  # groups with more than this are closed, but for how-tos


@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """Show what there is, by group, or what is found by the words that were asked for."""
    asked = request.GET.get("q", "").strip()[:LONGEST]
    context = {"q": asked, "longest": LONGEST}
    if asked:
        hits = seek(asked, request.lang)
        number = min(max(place(request, "page") or 1, 1), max(-(-len(hits) // PAGE), 1))
        context |= {
            "hits": hits[(number - 1) * PAGE : number * PAGE],
            "total": len(hits),
            "page": number,
            "pages": -(-len(hits) // PAGE),
            "before": _turned(request, number - 1) if number > 1 else "",
            "after": _turned(request, number + 1) if number * PAGE < len(hits) else "",
        }
    else:
        context["groups"] = _groups(request.lang)
    return render(request, "desk/help/first.html", context)


@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a document, in the reader's language where it is there in it; the file's own name leads here too."""
    if slug == FIRST:
        return redirect("help")
    found = documents().get(slug)
    if found is None:
        raise Http404
    made, spoken = page(slug, request.lang), found.lang(request.lang)
    context = {
        "document": found,
        "title": found.title(request.lang),
        "page": made,
        "spoken": spoken,
        "foreign": spoken != request.lang and not found.beside,
        "contents": made.headings if len(made.headings) > 1 else [],
        "around": [one for one in _listed(request.lang) if one["group"] == found.group],
        "longest": LONGEST,
        "at": timezone.now(),
    }
    return render(request, "desk/help/document.html", context)


def _turned(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"{request.path}?{query.urlencode()}"


@cache
def _abouts() -> dict[str, dict[str, str]]:
    """Return what the index of the how-tos says about each."""
    text = documents()[FIRST].texts["zh"]
    return {slug: {"zh": zh, "en": en} for slug, zh, en in _ROW.findall(text)}


@cache
def _listed(lang: str) -> list[dict[str, str]]:
    order = [*_abouts(), *documents()]
    found = sorted(
        (one for one in documents().values() if one.slug not in _LEFT_OUT), key=lambda one: order.index(one.slug)
    )
    return [_entry(one, lang) for one in found]


def _entry(one: Document, lang: str) -> dict[str, str]:
    title = one.title(lang)
    only = "" if lang in one.texts or one.beside else one.lang(lang)
    return {
        "slug": one.slug,
        "href": reached(one.slug),
        "title": title,
        "says": _abouts().get(one.slug, {}).get(lang, ""),
        "group": one.group,
        "foreign": "en" if lang == "zh" and title.isascii() else "",
        "only": only,
    }


@cache
def _groups(lang: str) -> list[dict]:
    made = []
    for name in GROUPS:
        entries = [one for one in _listed(lang) if one["group"] == name]
        if name == "words":
            entries = [one for one in entries if not one["slug"].startswith("reference/messages/")]
        made.append({"name": name, "entries": entries, "closed": name in ("more",) and len(entries) > _MANY})
    return [one for one in made if one["entries"]]
