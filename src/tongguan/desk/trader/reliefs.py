"""Reliefs (减免税): the letters of a firm, one seen whole with its supervision clock, applying, and reporting each year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.declarations.queries import visible as declarations_of
from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.trader import relief_form
from tongguan.desk.trader.licences import figure, unit
from tongguan.desk.written import written
from tongguan.journal.kinds import called
from tongguan.journal.queries import told_of
from tongguan.kernel.calendar import Uncountable
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import template, text
from tongguan.parties.queries import find_many
from tongguan.revenue.models import ReliefLetter, RelievedGoods
from tongguan.revenue.parcel import UnknownCommodity
from tongguan.revenue.reliefs import actions, queries
from tongguan.revenue.reliefs.disposal import Quote, quoted
from tongguan.revenue.reliefs.rules.applying import MOST_WORDS
from tongguan.revenue.reliefs.states import FIRM, GOODS, LETTER, OFFICER, SEES_ALL, STAGES
from tongguan.revenue.valuation import Unvalued
from tongguan.tariff.measures import QuantityMissing

READERS = SEES_ALL | FIRM
UNKNOWN = (NotConfigured, Uncountable, Unvalued, UnknownCommodity, QuantityMissing)
_SPENT = {"refused", "taken_back", "lapsed"}


@dataclass(frozen=True, slots=True)
class Line:
    """A letter in a list: what it is called, its scheme and firm, its first goods with what is left of them."""

    row: ReliefLetter
    name: str
    scheme: str
    firm: str
    goods: list[queries.Left]
    mark: words.Mark
    lang: str

    @property
    def code(self) -> str:
        """The codes of the goods."""
        return ", ".join(one.line.gcode for one in self.goods[:2]) + (" …" if len(self.goods) > 2 else "")

    @property
    def left(self) -> str:
        """What is left of the first goods, with its unit."""
        return f"{figure(self.goods[0].left)} {unit(self.goods[0].line.unit, self.lang)}" if self.goods else ""


def mark_of(row: ReliefLetter, lang: str) -> words.Mark:
    """Return the state of a letter as it is shown."""
    tone = "draft" if row.state in _SPENT else LETTER.group(row.state)
    return words.Mark(tone, text(f"relief_letter.state.{row.state}", lang))


def lines_of(rows: list[ReliefLetter], lang: str) -> list[Line]:
    """Return letters as a list shows them; two queries."""
    goods, firms = queries.lefts(rows), find_many(row.holder for row in rows)
    return [
        Line(
            row, row.number or text("desk.reliefs.application", lang, number=row.pk),
            template(f"relief.scheme.{row.scheme}", lang) or row.scheme,
            firms[row.holder].name(lang) if row.holder in firms else row.holder, goods.get(row.pk, []), mark_of(row, lang),
            lang,
        )
        for row in rows
    ]  # fmt: skip


LISTING = Listing(
    "reliefs", "desk.reliefs.title",
    (
        Column("number", "desk.reliefs.number", lambda one: one.name, "text", lambda one: reverse("relief", args=[one.row.pk])),
        Column("scheme", "desk.reliefs.field.scheme", lambda one: one.scheme),
        Column("holder", "desk.reliefs.holder", lambda one: one.firm, lang="zh-Hans"),
        Column("gcode", "desk.reliefs.field.gcode", lambda one: one.code, "code"),
        Column("left", "desk.reliefs.left", lambda one: one.left),
        Column("decide_by", "desk.reliefs.decide_by", lambda one: one.row.decide_by, "day"),
        Column("valid_to", "desk.reliefs.valid_to", lambda one: one.row.valid_to, "day"),
        Column("state", "desk.reliefs.state", lambda one: one.mark, "mark"),
        Column("applied", "desk.reliefs.applied", lambda one: one.row.applied_at, "moment", spare=True),
        Column("order", "desk.reliefs.order", lambda one: one.row.order_no, "code", spare=True),
    ),
    ("stage", "q"),
)  # fmt: skip


def reader(request: HttpRequest) -> Actor:
    """Return who looks at reliefs; raises PermissionDenied."""
    return only(request, READERS, machine="relief_letter", verb="see")


@require_safe
@signed_in
def reliefs(request: HttpRequest) -> HttpResponseBase:
    """List letters and applications, the newest first; of a stage, or by number or holder; with the reports of a firm."""
    actor, lang = reader(request), request.lang
    stage = request.GET.get("stage", "")
    stage = stage if stage in STAGES else ""
    asked = {"stage": stage, "q": request.GET.get("q", "").replace("\0", "").strip()[:40]}
    whole = LISTING.answer(request, lambda most: lines_of(queries.letters(to=actor, limit=most, **asked), lang))
    if whole is not None:
        return whole
    return list_page(request, actor, asked)


def list_page(
    request: HttpRequest, actor: Actor, asked: dict[str, str], *, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """Return the page of the list, also as the answer to a report that was refused."""
    lang, on = request.lang, timezone.localdate()
    found = queries.letters(to=actor, before=place(request, "before"), limit=queries.PAGE + 1, **asked)
    page = found[: queries.PAGE]
    context = {
        "list": LISTING.shown(request, lines_of(page, lang)),
        "tabs": tabs(request, "stage", asked["stage"], [(one, f"desk.reliefs.stage.{one}") for one in STAGES]),
        "turning": turning(request, "before", page[-1].pk if len(found) > queries.PAGE else None),
        "wanted": asked,
        "applies": actor.role in FIRM,
        "sees_all": actor.role in SEES_ALL,
        "times": _times(on, lang) if actor.role in SEES_ALL else [],
        "reports": _reports(actor, on),
        "problems": problems,
        "longest": MOST_WORDS,
    }
    return render(request, "desk/reliefs.html", context, status=status)


def _reports(actor: Actor, on: date) -> list[queries.Report]:
    """Return the years of whose use the reader's own firm reports."""
    codes = queries.codes_of(actor)
    return [one for code in codes[:1] for one in queries.reports(code, on)]


def _times(on: date, lang: str) -> list[tuple[str, int, str]]:
    """Return how long decisions took this year: by rules alone, and by people."""
    found = []
    for way, of in queries.review_times(date(on.year, 1, 1)).items():
        took = "–" if of.seconds is None else text("desk.reliefs.hours", lang, hours=f"{of.seconds / _HOUR:.1f}")
        found.append((text(f"desk.reliefs.way.{way}", lang), of.letters, took))
    return found


_HOUR = 3600


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def relief_apply(request: HttpRequest) -> HttpResponse:
    """Show the form of an application, and take it."""
    actor, lang = only(request, FIRM, machine="relief_letter", verb="apply"), request.lang
    on = timezone.localdate()
    if request.method != "POST":
        return _form_page(request, relief_form.form({}, on, lang))
    given, more = relief_form.written_in(request), "more" in request.POST
    form = relief_form.form(given, on, lang, more=more)
    if more:
        return _form_page(request, form)
    try:
        done = actions.apply(relief_form.application(given), by=actor, at=timezone.now())
    except Refused as refused:
        form.point(refused.findings, lang)
    except (NotNow, NotYours, *UNKNOWN) as refused:
        form.problems.append(refused.text(lang))
    else:
        notices.success(request, text("desk.reliefs.done.apply", lang, number=done.pk))
        return redirect("relief", number=done.pk)
    return _form_page(request, form, status=409)


def _form_page(request: HttpRequest, form: relief_form.Form, status: int = 200) -> HttpResponse:
    return render(
        request, "desk/relief_apply.html", {"form": form, "lists": relief_form.lists(request.lang)}, status=status
    )


@require_safe
@signed_in
def relief(request: HttpRequest, number: int) -> HttpResponse:
    """Show a letter: what is left of it, the goods that came under it with their supervision, and what happened to it."""
    actor = reader(request)
    return page_of(request, actor, seen(number, actor))


def seen(number: int, actor: Actor) -> ReliefLetter:
    """Return a letter somebody may see; raises Http404."""
    row = queries.letter(number, to=actor)
    if row is None:
        raise Http404
    return row


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods that came under a letter as the page shows them; ``share`` is how much of the supervision is over, in %."""

    row: RelievedGoods
    quantity: str
    mark: words.Mark
    declaration: str
    href: str
    share: int
    quote: Quote | None


def page_of(
    request: HttpRequest, actor: Actor, row: ReliefLetter, *, status: int = 200, problems: list[str] | None = None,
    kept: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Return the page of a letter, also as the answer to a form that was refused."""
    lang = request.lang
    verbs = [
        verb
        for verb in ("confirm", "refuse", "ask", "answer", "take_back")
        if verb in LETTER.open_to(row.state, actor.role)
    ]
    [line] = lines_of([row], lang)
    context = {
        "line": line,
        "row": row,
        "lines": [
            (one.line, figure(one.line.quantity), figure(one.left), unit(one.line.unit, lang)) for one in line.goods
        ],
        "goods": _goods(queries.goods_of(row), actor, lang),
        "risks": [text(f"desk.reliefs.risk.{code}", lang) for code in row.risks],
        "course": [(one, called(one.what, lang)) for _, one in told_of({str(row)}, set())],
        "verbs": verbs,
        "disposes": actor.role == OFFICER,
        "missing": queries.missing(row.holder, timezone.localdate()) if row.number else [],
        "problems": problems,
        "kept": kept or {},
        "longest": MOST_WORDS,
    }
    return render(request, "desk/relief.html", context, status=status)


def _goods(rows: list[RelievedGoods], actor: Actor, lang: str) -> list[Goods]:
    keys = {int(key) for one in rows if (key := one.reference.removeprefix("declaration/")).isdecimal()}
    known = dict(declarations_of(actor).filter(pk__in=keys).values_list("pk", "number")) if keys else {}
    today = timezone.localdate()
    return [_one(one, known, today, lang) for one in rows]


def _one(one: RelievedGoods, known: dict[int, str | None], today: date, lang: str) -> Goods:
    key = one.reference.removeprefix("declaration/")
    found = int(key) if key.isdecimal() else 0
    share, quote = 0, None
    if one.released_on is not None and one.supervised_to is not None:
        whole = (one.supervised_to - one.released_on).days or 1
        share = min(max((today - one.released_on).days * 100 // whole, 0), 100)
    if one.state == "under_supervision":
        try:
            quote = quoted(one, today)
        except (*UNKNOWN, ValueError):
            quote = None  # what a disposal costs cannot be worked out today
    tone = "draft" if one.state == "given_back" else GOODS.group(one.state)
    return Goods(
        one, f"{figure(one.quantity)} {unit(one.line.unit, lang)}",
        words.Mark(tone, text(f"relieved_goods.state.{one.state}", lang)),
        known.get(found) or one.reference, reverse("declaration", args=[found]) if found in known else "", share, quote,
    )  # fmt: skip


@require_POST
@signed_in
def relief_report(request: HttpRequest) -> HttpResponse:
    """Take the report of a firm on how it used its relieved goods in a year."""
    actor, lang = only(request, FIRM, machine="relief_letter", verb="report"), request.lang
    year = written(request, "year", 4)
    try:
        actions.report(
            int(year) if year.isascii() and year.isdecimal() else 0, written(request, "words", MOST_WORDS), by=actor,
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        problems = [one.text(lang) for one in refused.findings]
        return list_page(request, actor, {"stage": "", "q": ""}, problems=problems, status=409)
    except ReliefLetter.DoesNotExist:
        raise Http404 from None
    notices.success(request, text("desk.reliefs.done.report", lang, year=year))
    return redirect("reliefs")
