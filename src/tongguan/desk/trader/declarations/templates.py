"""The templates of a firm (报关单模板): a list to begin a declaration from; one is kept on the page of a declaration."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongguan.declarations import actions, queries
from tongguan.declarations.models import DeclarationTemplate
from tongguan.desk.audience import signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.kernel.states import NotYours
from tongguan.kernel.texts import text

from .editor import filer


def listing(lang: str) -> Listing:
    """Return the list of templates."""
    columns = (
        Column(
            "name", "desk.dec.template.name", lambda one: one.name,
            href=lambda one: f"{reverse('declaration_new')}?template={one.pk}", lang="zh",
        ),
        Column("direction", "desk.dec.direction", lambda one: text(f"declarations.direction.{one.direction}", lang)),
        Column("trader", "desk.dec.trader", lambda one: one.trader_name, lang="zh"),
        Column("goods", "desk.dec.goods", lambda one: one.goods, lang="zh"),
        Column("lines", "desk.dec.lines", lambda one: one.lines, "count"),
        Column("kept", "desk.dec.template.kept_at", lambda one: one.kept_at, "moment"),
    )  # fmt: skip
    return Listing("declaration_templates", "desk.dec.templates", columns)


@require_safe
@signed_in
def declaration_templates(request: HttpRequest) -> HttpResponseBase:
    """List the templates of the reader's firm, the newest first."""
    actor, listed = filer(request, "save"), listing(request.lang)
    whole = listed.answer(request, lambda most: queries.templates(to=actor, limit=most))
    if whole is not None:
        return whole
    rows = queries.templates(to=actor, before=place(request, "before"), limit=queries.PAGE + 1)
    shown = rows[: queries.PAGE]
    more = shown[-1].pk if len(rows) > queries.PAGE else None
    context = {"list": listed.shown(request, shown), "rows": shown, "turning": turning(request, "before", more)}
    return render(request, "desk/declarations/templates.html", context)


@require_POST
@signed_in
def declaration_template_drop(request: HttpRequest, number: int) -> HttpResponse:
    """Delete a template."""
    actor = filer(request, "save")
    try:
        actions.drop_template(number, by=actor, at=timezone.now())
    except DeclarationTemplate.DoesNotExist:
        raise Http404 from None
    except NotYours as refused:
        notices.error(request, refused.text(request.lang))
    else:
        notices.success(request, text("desk.dec.template.dropped", request.lang))
    return redirect("declaration_templates")
