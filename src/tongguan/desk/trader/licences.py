"""Licences (许可证件): those of a firm in one list, one seen whole with what is left of it, and applying for one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from tongguan.declarations.queries import visible as declarations_of
from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import Turning, place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.trader import licence_form
from tongguan.holds.models import Hold
from tongguan.holds.queries import standing
from tongguan.journal.kinds import called
from tongguan.journal.queries import told_of
from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.licences import actions, queries, types
from tongguan.licences.models import Licence, LicenceReport, LicenceUse
from tongguan.licences.rules.deciding import MOST_WORDS
from tongguan.licences.states import AWAITED, FIRM, LICENCE, SEES_ALL, STAGES, USE
from tongguan.parties.queries import find_many

READERS = SEES_ALL | FIRM
OFFICER_VERBS = ("approve", "ask", "refuse", "issue", "revoke")
_SPENT = {"refused", "revoked", "expired"}


@dataclass(frozen=True, slots=True)
class Line:
    """A licence in a list: what it is called, its state, and its first goods with what is left of them."""

    row: Licence
    type: str
    mark: words.Mark
    firm: str
    goods: list[queries.Left]
    lang: str
    holds: list[Hold]

    @property
    def held(self) -> str:
        """The mark of a licence that is held, already escaped; nothing when it is not."""
        if not self.holds:
            return ""
        return format_html('<span class="chip needs_you">{}</span>', text("desk.licences.held", self.lang))

    @property
    def name(self) -> str:
        """The number of the licence, or of the application."""
        return self.row.number or text("desk.licences.application", self.lang, number=self.row.pk)

    @property
    def code(self) -> str:
        """The codes of the goods."""
        return ", ".join(one.line.gcode for one in self.goods[:2]) + (" …" if len(self.goods) > 2 else "")

    @property
    def left(self) -> str:
        """What is left of the first goods, with its unit."""
        return f"{figure(self.goods[0].left)} {unit(self.goods[0].line.unit, self.lang)}" if self.goods else ""

    @property
    def uses(self) -> str:
        """How many declarations drew on it, of how many at most."""
        most = "" if self.row.most_uses is None else f" / {self.row.most_uses}"
        return f"{self.row.uses}{most}" if self.row.number else ""


def figure(quantity: Decimal) -> str:
    """Return a quantity with its thousands apart, without zeros at its end."""
    plain = quantity.normalize()
    return f"{plain:,.{max(0, -int(plain.as_tuple().exponent))}f}"


def unit(code: str, lang: str) -> str:
    """Return what a unit is called."""
    known = codes("units").get(code)
    return known.text(lang) if known else code


def mark_of(row: Licence, lang: str) -> words.Mark:
    """Return the state of a licence as it is shown; what came to nothing is not marked as a success."""
    tone = "draft" if row.state in _SPENT else LICENCE.group(row.state)
    return words.Mark(tone, text(f"licence.state.{row.state}", lang))


def lines_of(rows: list[Licence], lang: str) -> list[Line]:
    """Return licences as a list shows them; three queries."""
    goods, firms = queries.lefts(rows), find_many(row.holder for row in rows)
    holds = standing([str(row) for row in rows])
    return [
        Line(
            row, types.name(row.type, lang), mark_of(row, lang),
            firms[row.holder].name(lang) if row.holder in firms else row.holder, goods.get(row.pk, []), lang,
            [one for one in holds if one.subject == str(row)],
        )
        for row in rows
    ]  # fmt: skip


LISTING = Listing(
    "licences", "desk.licences.title",
    (
        Column(
            "number", "desk.licences.number", lambda one: one.name, "text", lambda one: reverse("licence", args=[one.row.pk])
        ),
        Column("type", "desk.licences.field.type", lambda one: one.type),
        Column("holder", "desk.licences.holder", lambda one: one.firm, lang="zh-Hans"),
        Column("gcode", "desk.licences.field.gcode", lambda one: one.code, "code"),
        Column("left", "desk.licences.left", lambda one: one.left),
        Column("uses", "desk.licences.uses", lambda one: one.uses),
        Column("valid_to", "desk.licences.valid_to", lambda one: one.row.valid_to, "day"),
        Column("state", "desk.licences.state", lambda one: one.mark, "mark", beside=lambda one: one.held),
        Column("valid_from", "desk.licences.valid_from", lambda one: one.row.valid_from, "day", spare=True),
        Column("applied", "desk.licences.applied", lambda one: one.row.applied_at, "moment", spare=True),
        Column("agent", "desk.licences.agent", lambda one: one.row.agent, "code", spare=True),
        Column("code", "desk.licences.holder_code", lambda one: one.row.holder, "code", spare=True),
    ),
    ("stage", "type", "q"),
)  # fmt: skip


def reader(request: HttpRequest) -> Actor:
    """Return who looks at licences; raises PermissionDenied."""
    return only(request, READERS, machine="licence", verb="see")


@require_safe
@signed_in
def licences(request: HttpRequest) -> HttpResponseBase:
    """List licences and applications, the newest first; of a stage, a type, or by number or holder."""
    actor, lang = reader(request), request.lang
    stage = request.GET.get("stage", "")
    stage = stage if stage in STAGES else ""
    asked = {
        "stage": stage,
        "type": request.GET.get("type", "")[:15],
        "q": request.GET.get("q", "").replace("\0", "").strip()[:40],
    }
    whole = LISTING.answer(request, lambda most: lines_of(queries.licences(to=actor, limit=most, **asked), lang))
    if whole is not None:
        return whole
    found = queries.licences(to=actor, before=place(request, "before"), limit=queries.PAGE + 1, **asked)
    page = found[: queries.PAGE]
    on = timezone.localdate()
    context = {
        "list": LISTING.shown(request, lines_of(page, lang)),
        "tabs": tabs(request, "stage", stage, [(one, f"desk.licences.stage.{one}") for one in STAGES]),
        "turning": turning(request, "before", page[-1].pk if len(found) > queries.PAGE else None),
        "wanted": asked,
        "types": [(one.letter, types.name(one.letter, lang), one.letter == asked["type"]) for one in types.types(on)],
        "applies": actor.role in FIRM,
        "sees_all": actor.role in SEES_ALL,
    }
    return render(request, "desk/licences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def licence_apply(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Show the form of an application, or of one that is sent again, and take it."""
    actor = only(request, FIRM, machine="licence", verb="apply" if number is None else "resubmit")
    row = None if number is None else seen(number, actor)
    if row is not None and "resubmit" not in LICENCE.open_to(row.state, actor.role):
        raise Http404
    on, lang = timezone.localdate(), request.lang
    if request.method != "POST":
        given = (
            _first(request) if row is None else licence_form.written_before(row, queries.lefts([row]).get(row.pk, []))
        )
        return _form_page(request, licence_form.form(given, on, lang, fixed=row is not None), row)
    given, more = licence_form.written_in(request), "more" in request.POST
    form = licence_form.form(given, on, lang, fixed=row is not None, more=more)
    if more:
        return _form_page(request, form, row)
    try:
        done = _sent(licence_form.application(given), row, actor)
    except Refused as refused:
        form.point(refused.findings, lang)
    except (NotNow, NotYours, NotConfigured) as refused:
        form.problems.append(refused.text(lang))
    else:
        notices.success(
            request, text("desk.licences.done.apply", lang, number=done.pk, type=types.name(done.type, lang))
        )
        return redirect("licence", number=done.pk)
    return _form_page(request, form, row, status=409)


def _sent(asked: Any, row: Licence | None, actor: Actor) -> Licence:
    if row is None:
        made = actions.apply(asked, by=actor, at=timezone.now())
    else:
        made = actions.resubmit(row.pk, asked, by=actor, at=timezone.now())
    return actions.pass_on(made.pk, at=timezone.now())


def _first(request: HttpRequest) -> dict[str, list[str]]:
    """Return what an address fills in: a type and a code, as the page of what goods need leads here."""
    given = {name: request.GET.get(name, "").replace("\0", "")[:15] for name in ("type", "gcode")}
    return {name: [value] for name, value in given.items() if value}


def _form_page(request: HttpRequest, form: licence_form.Form, row: Licence | None, status: int = 200) -> HttpResponse:
    lists = {
        name: [(one.code, one.text(request.lang)) for one in codes(name)]
        for name in ("units", "countries", "currencies")
    }
    told = {"form": form, "row": row, "lists": lists, "closed": _closed(request.lang)}
    return render(request, "desk/licence_apply.html", told, status=status)


def _closed(lang: str) -> list[tuple[str, str]]:
    """Return the types that are closed today, with what replaced them."""
    on = timezone.localdate()
    found = []
    for one in types.types(on):
        shut = types.closed(one.letter, on)
        if shut is not None:
            found.append((types.name(one.letter, lang), types.name(shut.instead, lang) if shut.instead else ""))
    return found


@require_safe
@signed_in
def licence(request: HttpRequest, number: int) -> HttpResponse:
    """Show a licence: what is left of it, every use with its declaration, and what happened to it."""
    actor = reader(request)
    return page_of(request, actor, seen(number, actor))


def seen(number: int, actor: Actor) -> Licence:
    """Return a licence somebody may see; raises Http404."""
    row = queries.licence(number, to=actor)
    if row is None:
        raise Http404
    return row


def page_of(
    request: HttpRequest, actor: Actor, row: Licence, *, status: int = 200, problems: list[str] | None = None,
    kept: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Return the page of a licence, also as the answer to a form that was refused."""
    lang = request.lang
    found = queries.uses_of(row, before=place(request, "before"), limit=queries.PAGE + 1)
    page, line = found[: queries.PAGE], lines_of([row], lang)[0]
    verbs = [verb for verb in OFFICER_VERBS if verb in LICENCE.open_to(row.state, actor.role) and not row.elsewhere]
    more = page[-1].pk if len(found) > queries.PAGE else None
    context = {
        "line": line,
        "row": row,
        "goods": [_goods(one, lang) for one in line.goods],
        "below": any(one.left < 0 for one in line.goods),
        "uses": used(page, actor, lang),
        "course": [(one, called(one.what, lang)) for _, one in told_of({str(row)}, set())],
        "turning": turning(request, "before", more) if request.method in ("GET", "HEAD") else Turning("", ""),
        "held": line.holds,
        "clears": bool(line.holds) and actor.role == "officer",
        "verbs": verbs,
        "issuing": "issue" in verbs and _issuing(row),
        "wordy": [verb for verb in verbs if verb in ("ask", "refuse", "revoke")],
        "awaited": row.elsewhere and row.state in AWAITED,
        "resubmits": "resubmit" in LICENCE.open_to(row.state, actor.role),
        "problems": problems,
        "kept": kept or {},
        "longest": MOST_WORDS,
    }
    return render(request, "desk/licence.html", context, status=status)


def _issuing(row: Licence) -> dict[str, Any]:
    """Return what the form of issuing begins with: today, and the last day the law allows."""
    today = timezone.localdate()
    of = types.type_of(row.type, today)
    return {"first": today, "last": types.last_day(of, row.form, today) if of else None}


@dataclass(frozen=True, slots=True)
class Goods:
    """A line of a licence as the page shows it; ``share`` is how many hundredths of it are used, at most a hundred."""

    line: Any
    quantity: str
    left: str
    unit: str
    country: str
    share: int


def _goods(one: queries.Left, lang: str) -> Goods:
    country = next(
        (c.text(lang) for c in codes("countries") if c.extra.get("iso") == one.line.country), one.line.country
    )
    share = int(min(max(one.used / one.line.quantity, Decimal(0)), Decimal(1)) * 100)
    return Goods(one.line, figure(one.line.quantity), figure(one.left), unit(one.line.unit, lang), country, share)


@dataclass(frozen=True, slots=True)
class Used:
    """A use of a licence as the page shows it; ``href`` leads to its declaration, where the reader may see it."""

    row: LicenceUse
    number: str
    quantity: str
    declared: str
    mark: words.Mark
    href: str
    reports: list[str]


def used(rows: list[LicenceUse], actor: Actor, lang: str, *, reports: bool = True) -> list[Used]:
    """Return uses as the pages show them, with what was told of them if wanted; one query for their declarations."""
    keys = {int(key) for one in rows if (key := one.reference.removeprefix("declaration/")).isdecimal()}
    known = dict(declarations_of(actor).filter(pk__in=keys).values_list("pk", "number")) if keys else {}
    return [_one_used(one, known, lang, one.reports.all() if reports else ()) for one in rows]


def _one_used(one: LicenceUse, known: dict[int, str | None], lang: str, told: Iterable[LicenceReport]) -> Used:
    tone = "draft" if one.state == "given_back" else USE.group(one.state)
    mark = words.Mark(tone, text(f"licence_use.state.{one.state}", lang))
    declared = "" if one.unit == one.line.unit else f"{figure(one.declared)} {unit(one.unit, lang)}"
    key = one.reference.removeprefix("declaration/")
    found = int(key) if key != one.reference and key.isdecimal() else 0
    href = reverse("declaration", args=[found]) if found in known else ""
    quantity = f"{figure(one.quantity)} {unit(one.line.unit, lang)}"
    reports = [
        text(
            f"licence_report.{said.kind}.{said.state}", lang, words=said.note if said.state == "settled" else said.words
        )
        for said in told
    ]
    return Used(one, known.get(found) or one.reference, quantity, declared, mark, href, reports)
