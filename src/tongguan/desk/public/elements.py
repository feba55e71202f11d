"""The catalogue of data elements (数据元目录): found by a word or a document, one by one, and as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongguan.desk.keyset import place
from tongguan.desk.lists.listing import FORMS
from tongguan.desk.spreadsheets import as_file
from tongguan.elements import DOCUMENTS, Element, catalogue, found
from tongguan.kernel.codes import codes
from tongguan.kernel.texts import text

PAGE, LONGEST = 60, 60
COLUMNS = (
    "element", "name_zh", "name_en", "wco", "code_list", "read_by", "said_in", "standard", "path", "label_zh", "label_en",
    "type", "needed",
)  # fmt: skip


@require_safe
def data_elements(request: HttpRequest) -> HttpResponse:
    """List the elements that words and a document find; without either, those that documents of several families say."""
    lang, asked = request.lang, request.GET.get("q", "").strip()[:LONGEST]
    document = request.GET.get("document", "")
    document = document if document in DOCUMENTS else ""
    rows = found(asked, document=document, shared=not asked and not document)
    pages = max(-(-len(rows) // PAGE), 1)
    number = min(max(place(request, "page") or 1, 1), pages)
    context = {
        "q": asked, "longest": LONGEST, "document": document, "total": len(rows), "size": len(catalogue()),
        "documents": [(one.key, one.title[lang], one.key == document) for one in DOCUMENTS.values()],
        "rows": [_row(one, lang) for one in rows[(number - 1) * PAGE : number * PAGE]],
        "begun": not asked and not document, "page": number, "pages": pages,
        "before": _turned(request, number - 1) if number > 1 else "",
        "after": _turned(request, number + 1) if number < pages else "", "forms": FORMS,
    }  # fmt: skip
    return render(request, "desk/public/elements.html", context)


def _turned(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"{request.path}?{query.urlencode()}"


def _row(one: Element, lang: str) -> dict[str, Any]:
    titles = [DOCUMENTS[key].title[lang] for key in one.documents]
    return {
        "key": one.key, "name": one.label(lang), "wco": one.wco.rpartition("GovernmentAgencyGoodsItem/")[2],
        "codes": one.codes, "list": _listed(one, lang), "type": one.type, "documents": titles[:3], "more": len(titles[3:]),
        "read_by": readers(one, lang),
    }  # fmt: skip


def readers(one: Element, lang: str) -> list[str]:
    """Return the authorities that read an element, by name."""
    return [text(f"elements.authority.{who}", lang) for who in one.read_by]


def _listed(one: Element, lang: str) -> str:
    return codes(one.codes).title[lang] if one.codes else ""


@require_safe
def data_element(request: HttpRequest, key: str) -> HttpResponse:
    """Show an element: what it is, and where each document says it."""
    lang, one = request.lang, catalogue().get(key)
    if one is None:
        raise Http404
    context = {
        "one": one, "name": one.label(lang), "other": one.en if lang == "zh" else one.zh, "list": _listed(one, lang),
        "read_by": readers(one, lang),
        "places": [
            {"said": said, "document": DOCUMENTS[said.document], "title": DOCUMENTS[said.document].title[lang],
             "label": {"zh": said.zh, "en": said.en}[lang] or one.label(lang),
             "needed": text(f"desk.public.yes.{said.needed}", lang),
             "href": f"{reverse('data_elements')}?document={said.document}"}
            for said in one.places
        ],
    }  # fmt: skip
    return render(request, "desk/public/element.html", context)


@require_safe
def data_elements_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the whole catalogue as a file, a line a place."""
    if form not in FORMS:
        raise Http404
    titles = [text(f"desk.column.{one}", request.lang) for one in COLUMNS]
    return as_file(form, "elements", titles, lines(catalogue().values(), request.lang))


def lines(elements: Iterable[Element], lang: str) -> Iterator[list[Any]]:
    """Yield a line for every place of each element."""
    for one in elements:
        first = [one.key, one.zh, one.en, one.wco, one.codes, " · ".join(readers(one, lang))]
        for said in one.places:
            document, needed = DOCUMENTS[said.document], text(f"desk.public.yes.{said.needed}", lang)
            yield [
                *first, document.title[lang], document.standard, said.path, said.zh, said.en, said.type, needed
            ]  # fmt: skip
