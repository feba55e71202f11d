"""A file of what is kept about oneself (个人信息查阅、复制, Personal Information Protection Law, article 45)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tongguan.desk.account.proving import password_wrong
from tongguan.desk.audience import personal
from tongguan.desk.models import KeptList
from tongguan.desk.permits import self_of
from tongguan.journal.kinds import called
from tongguan.journal.queries import story
from tongguan.kernel.texts import LANGUAGES, known_keys, template, text
from tongguan.needs.actions import address_of
from tongguan.needs.models import Digest
from tongguan.parties.actions import note_data_taken
from tongguan.parties.kept import Section, kept_of
from tongguan.parties.models import Person

MOST_EVENTS = 1000
Sections = dict[str, Section]
_FIELD = "desk.own_data.field."
_CODES = {"role": "role.", "functions": "role.", "why": "desk.sessions.why.", "kind": "desk.own_data.kind."}
"""Fields whose values are codes, with where these are called something."""


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@personal
def own_data(request: HttpRequest) -> HttpResponse:
    """Show what is kept about the reader; give it to him as a file, after his password, and note that."""
    person, at, problem, status = request.user, timezone.now(), "", 200
    assert isinstance(person, Person)
    if request.method == "POST":
        problem, status = password_wrong(request, person)
        if not problem:
            note_data_taken(person, by=self_of(request), at=at)
            written = {"person": person.username, "at": at, "words": words(), "kept": sections(person)}
            answer = HttpResponse(msgspec.json.format(msgspec.json.encode(written)), content_type="application/json")
            answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
            return answer
    shown = [
        (text(f"desk.own_data.section.{name}", request.lang), [_readable(row, request.lang) for row in rows])
        for name, rows in sections(person).items()
    ]
    context = {"tab": "own_data", "sections": shown, "problem": problem}
    return render(request, "desk/account/own_data.html", context, status=status)


def _readable(row: dict[str, Any], lang: str) -> list[tuple[str, str]]:
    """Return an entry as the page shows it: names and codes in words, times in Beijing, lists in a row."""
    return [(text(_FIELD + name, lang), _said(name, value, lang)) for name, value in row.items()]


def _said(name: str, value: Any, lang: str) -> str:
    """Return a value in words: a code by what it is called, where it is one."""
    if isinstance(value, list):
        return text("desk.account.and", lang).join(_said(name, one, lang) for one in value)
    if isinstance(value, bool):
        return text(f"desk.own_data.{'yes' if value else 'no'}", lang)
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if value is None:
        return ""
    if name == "what":
        return called(value, lang) if "." in value else template(f"account_notice.{value}", lang) or value
    return template(_CODES.get(name, "") + str(value), lang) or str(value)


def words() -> dict[str, dict[str, str]]:
    """Return what the fields of the file are called, in each language."""
    names = [key.removeprefix(_FIELD) for key in known_keys() if key.startswith(_FIELD)]
    return {lang: {name: text(_FIELD + name, lang) for name in names} for lang in LANGUAGES}


def sections(person: Person) -> Sections:
    """Return what is kept about a person, in parts; no secret, no digest of one, and nothing of anybody else's."""
    digest = Digest.objects.filter(person=person).first()
    mail: Section = []
    if digest is not None:
        told = {"address": address_of(digest), "days": digest.days, "asked": digest.asked}
        mail = [told | {"confirmed": digest.confirmed, "ended": digest.ended}]
    lists: list[dict[str, Any]] = list(
        KeptList.objects.filter(person=person).order_by("of").values("of", "columns", "filters")
    )
    happened = story(f"person/{person.pk}", limit=MOST_EVENTS)
    journal = [{"at": one.at, "what": one.what, "by": one.by} for one in happened]
    return kept_of(person) | {"mail": mail, "lists": lists, "journal": journal}
