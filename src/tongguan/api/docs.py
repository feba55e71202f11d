"""The description of the API for people: one plain page, made from the one for programs (接口说明).

Every ``type`` of a problem leads to its line here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from tongguan.kernel.texts import LANGUAGES, text

from .openapi import description
from .problems import STATUSES, language, shaped

SCHEMA = "/api/v1/openapi.json"
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_TAGS = {"zh": "zh-Hans", "en": "en"}


@shaped
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Return the page in the reader's language, or in the one he asks for by ``?lang=``."""
    asked = request.GET.get("lang", "")
    lang = asked if asked in LANGUAGES else language(request)
    response = HttpResponse(page(lang))
    response["Content-Language"], response["Vary"] = lang, "Accept-Language"
    response["Content-Security-Policy"] = POLICY
    return response


@cache
def page(lang: str) -> str:
    """Return the page."""
    says = {name: text(f"api.docs.{name}", lang) for name in ("title", "operations", "problems", "schemas")}
    other = "en" if lang == "zh" else "zh"
    link = format_html('<a href="{}">{}</a>', SCHEMA, SCHEMA)
    intro = format_html(text("api.docs.intro", lang, href="{}"), link)
    return format_html(
        '<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8"><title>{}</title>'
        '<meta name="viewport" content="width=device-width"></head><body><main><h1>{}</h1><p>{} '
        '<a href="?lang={}" hreflang="{}">{}</a></p><h2>{}</h2>{}<h2>{}</h2><p>{}</p>{}'
        '<h2>{}</h2>{}</main></body></html>',
        _TAGS[lang], says["title"], says["title"], intro, other, _TAGS[other], {"zh": "中文", "en": "English"}[other],
        says["operations"], _operations(lang), says["problems"], text("api.docs.problems.intro", lang), _problems(lang),
        says["schemas"], _schemas(),
    )  # fmt: skip


def _table(heads: Iterable[str], rows: SafeString) -> SafeString:
    cells = format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads))
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", cells, rows)


def _operations(lang: str) -> SafeString:
    """Return every address; the description for programs has the English text as summary, the Chinese one below."""
    rows = []
    for address, operations in description()["paths"].items():
        for method, told in operations.items():
            meaning = told["summary"] if lang == "en" else told["description"]
            public = "" if told["security"] else f" ({text('api.docs.public', lang)})"
            rows.append((method.upper(), address, _parameters(told), meaning + public))
    body = format_html_join(
        "", '<tr id="{}{}"><td>{}</td><td><code>{}</code>{}</td><td>{}</td></tr>',
        ((row[0].lower(), row[1], *row) for row in rows),
    )  # fmt: skip
    return _table((text(f"api.docs.{name}", lang) for name in ("method", "address", "meaning")), body)


def _parameters(told: dict[str, Any]) -> str:
    asked = [p["name"] if p["required"] else f"[{p['name']}]" for p in told.get("parameters", ()) if p["in"] == "query"]
    return f" ? {' & '.join(asked)}" if asked else ""


def _problems(lang: str) -> SafeString:
    rows = ((code, status, code, text(f"api.problem.{code}.title", lang)) for code, status in STATUSES.items())
    body = format_html_join("", '<tr id="{}"><td>{}</td><td><code>{}</code></td><td>{}</td></tr>', rows)
    return _table((text(f"api.docs.{name}", lang) for name in ("status", "code", "meaning")), body)


def _schemas() -> SafeString:
    names = sorted(description()["components"]["schemas"])
    return format_html("<ul>{}</ul>", format_html_join("", '<li id="schema-{}">{}</li>', ((n, n) for n in names)))
