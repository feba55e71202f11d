"""Drawing a sheet of paper as PDF: a head, names with their values, tables, notes; Chinese in a font every reader has."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpResponse
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from tongguan.desk.templatetags.desk import local
from tongguan.kernel.texts import text

CHINESE = "STSong-Light"
LATIN = "Helvetica"
_HAN = re.compile(r"[^\x00-\u024f\u2010-\u2026]+")
_INK, _RULE, _SEAL = HexColor("#1c1f24"), HexColor("#8b8578"), HexColor("#b0302a")
_MARGIN, _PADDING = 18 * mm, 6  # the frame of a page has a padding of its own
WIDTH = A4[0] - 2 * _MARGIN
_STYLES = {
    "text": ParagraphStyle("text", fontName=LATIN, fontSize=9.5, leading=14, textColor=_INK, wordWrap="CJK"),
    "small": ParagraphStyle("small", fontName=LATIN, fontSize=8, leading=11.5, textColor=_INK, wordWrap="CJK"),
    "title": ParagraphStyle("title", fontName=LATIN, fontSize=15, leading=22, textColor=_INK),
    "part": ParagraphStyle(
        "part", fontName=LATIN, fontSize=11, leading=16, textColor=_INK, spaceBefore=8, spaceAfter=3
    ),
}
_STYLES["amount"] = ParagraphStyle("amount", parent=_STYLES["text"], alignment=TA_RIGHT, wordWrap=None)
_STYLES["amount_small"] = ParagraphStyle("amount_small", parent=_STYLES["small"], alignment=TA_RIGHT, wordWrap=None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a paper: its title, its number, where its proof is, and its parts from top to bottom."""

    title: str
    number: str
    proof: str
    at: datetime
    parts: list[Flowable]


def said(value: Any, style: str = "text") -> Paragraph:
    """Return a text in its style, Chinese in the Chinese font; what looks like markup is text."""
    _load()
    plain = escape("–" if value is None else str(value))
    return Paragraph(_HAN.sub(lambda found: f'<font name="{CHINESE}">{found[0]}</font>', plain), _STYLES[style])


def named(rows: Iterable[tuple[str, Any]]) -> Table:
    """Return names with their values, in two columns."""
    made = Table([[said(name, "small"), said(value)] for name, value in rows], colWidths=[38 * mm, WIDTH - 38 * mm])
    made.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_tight(1.5)]))
    return made


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[float], amounts: set[int]) -> Table:
    """Return a table with its head on every page; ``widths`` are shares of the page's, ``amounts`` the columns at the right.

    The first cell of a row goes over those that are None.
    """
    rows = list(rows)
    over = [
        ("SPAN", (0, n), (row.index(None) + row.count(None) - 1, n)) for n, row in enumerate(rows, 1) if None in row
    ]
    lines = [
        ["" if one is None else said(one, _small(place, amounts)) for place, one in enumerate(row)]
        for row in (heads, *rows)
    ]
    made = Table(lines, colWidths=[share / sum(widths) * WIDTH for share in widths], repeatRows=1)
    made.setStyle(
        TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, 0), 0.8, _RULE),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, _RULE), *_tight(2.5), *over,
        ])
    )  # fmt: skip
    return made


def part(title: str) -> Paragraph:
    """Return the heading of a part."""
    return said(title, "part")


def gap() -> Spacer:
    """Return some room."""
    return Spacer(1, 4 * mm)


def drawn(sheet: Sheet, lang: str) -> bytes:
    """Return a sheet as PDF. The same sheet gives the same bytes."""
    _load()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN - _PADDING, rightMargin=_MARGIN - _PADDING, topMargin=32 * mm, bottomMargin=24 * mm,
        title=f"{sheet.title} {sheet.number}", author="Tongguan", lang="zh-Hans" if lang == "zh" else "en", invariant=1,
    )  # fmt: skip

    def framed(canvas: Any, _: Any) -> None:
        _frame(canvas, sheet, lang)

    document.build([said(f"{sheet.title} {sheet.number}", "title"), gap(), *sheet.parts], framed, framed)
    return out.getvalue()


def attachment(sheet: Sheet, name: str, lang: str) -> HttpResponse:
    """Return a sheet as a file to be opened."""
    response = HttpResponse(drawn(sheet, lang), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _frame(canvas: Any, sheet: Sheet, lang: str) -> None:
    wide, high = A4
    canvas.saveState()
    canvas.setStrokeColor(_SEAL)
    canvas.line(_MARGIN, high - 26 * mm, wide - _MARGIN, high - 26 * mm)
    head = said(text("desk.name", lang), "part")
    head.wrapOn(canvas, WIDTH, 20)
    head.drawOn(canvas, _MARGIN, high - 24 * mm)
    printed = said(f"{text('desk.print.at', lang)} {local(sheet.at)}", "amount_small")
    printed.wrapOn(canvas, WIDTH, 20)
    printed.drawOn(canvas, _MARGIN, high - 23 * mm)
    notes = [text("desk.paper.record", lang), f"{text('desk.paper.proof', lang)}: {sheet.proof}" if sheet.proof else ""]
    for place, note in enumerate(filter(None, notes)):
        line = said(note, "small")
        line.wrapOn(canvas, WIDTH - 30 * mm, 20)
        line.drawOn(canvas, _MARGIN, (16 - place * 5) * mm)
    page = said(text("desk.paper.page", lang, page=canvas.getPageNumber()), "amount_small")
    page.wrapOn(canvas, WIDTH, 20)
    page.drawOn(canvas, _MARGIN, 16 * mm)
    canvas.restoreState()


def _small(place: int, amounts: set[int]) -> str:
    return "amount_small" if place in amounts else "small"


def _tight(room: float) -> list[tuple]:
    whole = ((0, 0), (-1, -1))
    return [
        ("LEFTPADDING", *whole, 0),
        ("RIGHTPADDING", *whole, 6),
        ("TOPPADDING", *whole, room),
        ("BOTTOMPADDING", *whole, room),
    ]


def _load() -> None:
    """Register the Chinese font, one of those that readers of PDF bring along: nothing of it is in the file."""
    if CHINESE not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
