"""The page of all parts (界面组件): each part of the pages with an invented example, in the reader's language and colours."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.desk import words
from tongguan.desk.keyset import Turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.style import charts
from tongguan.desk.templatetags.desk import SHANGHAI
from tongguan.kernel.states import GROUPS
from tongguan.kernel.texts import text

PARTS = (
    "colours", "buttons", "chips", "banner", "tiles", "tabs", "crumbs", "filters", "table", "pager", "empty", "field",
    "section", "progress", "timeline", "compare", "sums", "bars", "line", "details", "keys", "print",
)  # fmt: skip
"""The parts in the order of the page; the text of each stands under ``desk.style``."""

COLOURS = ("paper", "sheet", "sunk", "ink", "soft", "link", "accent", "seal", "draft", "waiting", "needs", "done")
NOON = datetime(2026, 5, 6, 12, tzinfo=SHANGHAI)
_RELEASED = (412, 388, 501, 476, 530, 610, 595)
_FILED = ((430, 18), (402, 14), (533, 32), (490, 14), (548, 18), (640, 30), (610, 15))


class Row(NamedTuple):
    """An invented row."""

    number: str
    mark: words.Mark
    at: datetime
    amount: Decimal


class Step(NamedTuple):
    """An invented step of a course."""

    at: datetime
    document: str
    status: str
    mark: words.Mark
    other: str


class Tile(NamedTuple):
    """A figure with the list it counts."""

    tone: str
    href: str
    number: int
    many: bool
    title: str
    of: str


def marks(lang: str) -> list[words.Mark]:
    """Return a mark of each of the four groups."""
    return [words.Mark(group, text(f"desk.group.{group}", lang)) for group in GROUPS]


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Show every part."""
    return render(request, "desk/style.html", {**_examples(request), **_drawn(request.lang)})


def _examples(request: HttpRequest) -> dict[str, Any]:
    lang, four, here = request.lang, marks(request.lang), reverse("style")
    rows = [
        Row(f"EX-{n + 1:04}", four[n % len(four)], NOON - timedelta(hours=n), Decimal(26800 + n * 1550) / 100)
        for n in range(4)
    ]
    groups = [(one.text, f"{here}#tabs", place == 0) for place, one in enumerate(four)]
    return {
        "parts": PARTS,
        "colours": COLOURS,
        "marks": four,
        "list": _listing().plain(request, rows),
        "next": Turning(f"{here}#pager", f"{here}#pager"),
        "groups": groups,
        "course": [
            Step(NOON + timedelta(minutes=n), text(f"desk.document.{noun}", lang), code, words.status(code, lang), "")
            for n, (noun, code) in enumerate((("order", "399"), ("payment", "399"), ("inventory", "120"), ("inventory", "800")))
        ],
        "sums": [(text(f"desk.column.{one}", lang), amount) for one, amount in (
            ("duty", Decimal("0.00")), ("consumption_tax", Decimal("12.60")), ("vat", Decimal("24.39")),
        )],
        "total": Decimal("36.99"),
        "tiles": [
            Tile(one.tone, f"{here}#tiles", n * 7, n == len(four) - 1, one.text, text("desk.parcels.title", lang))
            for n, one in enumerate(four, 1)
        ],
        "at": timezone.now(),
    }  # fmt: skip


def _listing() -> Listing:
    return Listing("example", "desk.style.table", (
        Column("number", "desk.number.order_no", lambda one: one.number, "code", lambda one: f"#{one.number}"),
        Column("state", "desk.parcels.state", lambda one: one.mark, "mark"),
        Column("at", "desk.parcels.at", lambda one: one.at, "moment"),
        Column("amount", "desk.parcels.value", lambda one: one.amount, "money"),
    ))  # fmt: skip


def _drawn(lang: str) -> dict[str, charts.Chart]:
    days = [f"05-0{n}" for n in range(1, len(_RELEASED) + 1)]
    said = {name: text(f"desk.style.{name}", lang) for name in ("day", "released", "filed", "refused")}
    bars = charts.bars(
        "bars-example", text("desk.style.bars.title", lang), said["day"], list(zip(days, _RELEASED, strict=True)),
        said["released"], lang,
    )  # fmt: skip
    line = charts.lines(
        "line-example", text("desk.style.line.title", lang), said["day"], list(zip(days, _FILED, strict=True)),
        (said["filed"], said["refused"]), lang,
    )  # fmt: skip
    return {"bar_chart": bars, "line_chart": line}
