"""Looking up the tariff (税则查询), for everybody's programs: searching it, what a code needs, what became of its rates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.kernel.codes import codes
from tongguan.kernel.texts import LANGUAGES
from tongguan.tariff import history
from tongguan.tariff.listings import Listing
from tongguan.tariff.needs import UNKNOWN, Said, needs, title
from tongguan.tariff.queries import Book, book
from tongguan.tariff.search import search

from . import views
from .problems import Problem
from .reference import ON, day_named
from .shapes import Reference, Shape, Text
from .v1 import described, wrong

router = Router()
PAGE = 50
_CODE = Path(description="ten digits / 十位商品编号", example="2208300000")


class TariffHit(Shape):
    """A commodity code that was found."""

    code: str
    zh: str
    en: str
    units: list[str]
    listed: bool
    href: str


class TariffHits(Shape):
    """A page of what was found, those found by pinyin initials alone last; ``next`` is the page that follows."""

    on: date
    total: int
    lines: list[TariffHit]
    next: int | None


class TariffDocument(Shape):
    """A document that goods may need, by its letter; ``name`` is null for a letter that no list has."""

    letter: str
    name: Text | None


class TariffListing(Shape):
    """A stay of the code on the positive list of retail import."""

    since: date
    until: date | None
    note: Text | None
    trade_modes: Annotated[list[str] | None, Meta(description="the only modes it is for; null for all")]
    person_cap: Annotated[str | None, Meta(description="the heading in ecommerce.person_caps")]
    judged: Annotated[bool, Meta(description="false when a person has to read the note")]
    reference: Reference


class TariffSaid(Shape):
    """What the first source that says it says, and which source that is."""

    values: list[str]
    source: Text


class TariffNeeds(Shape):
    """What a code needs on a day, as far as the sources tell: null means not known, never that nothing is needed."""

    code: str
    on: date
    exists: bool
    units: TariffSaid | None
    documents: list[TariffDocument] | None
    documents_source: Text | None
    documents_list: Annotated[Reference, Meta(description="where the meaning of the letters comes from")]
    elements: TariffSaid | None
    listing: TariffListing | None
    listings: list[TariffListing]
    unknown: Annotated[list[str], Meta(description="what is not known of any code")]


class TariffDated(Shape):
    """A rate from a day to a day; ``words`` is null for one that is known not to be levied."""

    kind: str
    since: date
    until: date | None
    words: Text | None
    reference: Reference


class TariffFormer(Shape):
    """A rate as it was before an edition changed it or took it away."""

    edition: int
    source: str
    loaded_at: datetime
    removed: bool
    kind: str
    since: date
    rate_changed: bool
    words: Text | None


class TariffHistory(Shape):
    """Every rate of a code with its days, and what editions have changed."""

    code: str
    rates: list[TariffDated]
    changed: list[TariffFormer]


@router.get("/tariff", **described("search_tariff", "reference", TariffHits, fails=(400, 503), public=True))
def search_tariff(
    request: HttpRequest,
    q: str = Query(
        description="first digits, words, or pinyin initials / 编号前几位、名称或拼音首字母", example="2208"
    ),
    on: str = ON,
    page: int = Query(1, ge=1, le=10_000),
) -> TariffHits:
    day = day_named(on)
    that_day, found = book(day), search(q, day)
    if page > 1 and (page - 1) * PAGE >= len(found):
        raise wrong("page", "other", why=f"1..{-(-len(found) // PAGE) or 1}")
    lines = [
        TariffHit(
            code=line.code, zh=line.zh, en=line.en, units=list(line.units), listed=line.listed,
            href=f"/api/v1/tariff/{code}?on={day.isoformat()}",
        )
        for code in found[(page - 1) * PAGE : page * PAGE]
        if (line := that_day.line(code))
    ]  # fmt: skip
    return TariffHits(on=day, total=len(found), lines=lines, next=page + 1 if page * PAGE < len(found) else None)


@router.get(
    "/tariff/{code}/needs", **described("tariff_needs", "reference", TariffNeeds, fails=(400, 404, 503), public=True)
)
def tariff_needs(request: HttpRequest, code: str = _CODE, on: str = ON) -> TariffNeeds:
    that_day = _with(code, day_named(on))
    found = needs(that_day.shelf, code, that_day.day)
    letters = found.documents
    return TariffNeeds(
        code=code, on=that_day.day, exists=code in that_day, units=_said(found.units), elements=_said(found.elements),
        documents=None if letters is None else [
            TariffDocument(letter=one.letter, name=views.text(one.known) if one.known else None) for one in letters.value
        ],
        documents_source=letters and Text(**title(letters.origin)),
        documents_list=Reference(**codes("licence_documents").reference),
        listing=found.listing and _listing(found.listing), listings=[_listing(one) for one in found.listings],
        unknown=list(UNKNOWN),
    )  # fmt: skip


@router.get(
    "/tariff/{code}/history", **described("tariff_history", "reference", TariffHistory, fails=(404, 503), public=True)
)
def tariff_history(request: HttpRequest, code: str = _CODE) -> TariffHistory:
    shelf = _with(code, day_named("")).shelf
    rates = [
        TariffDated(
            kind=one.kind, since=one.since, until=one.until, words=_words(one), reference=Reference(**one.reference)
        )
        for one in history.dated(shelf, code)
    ]
    changed = [
        TariffFormer(
            edition=one.edition, source=one.source, loaded_at=views.there(one.loaded_at), removed=one.removed,
            kind=one.kind, since=one.since, rate_changed=one.rate_changed, words=_words(one),
        )
        for one in history.changed(code)
    ]  # fmt: skip
    return TariffHistory(code=code, rates=rates, changed=changed)


def _with(code: str, day: date) -> Book:
    """Return the tariff of a day; raises Problem when no day of it has the code."""
    that_day = book(day)
    if code not in that_day.shelf:
        raise Problem("NOT_FOUND")
    return that_day


def _said(of: Said | None) -> TariffSaid | None:
    return of and TariffSaid(values=list(of.value), source=Text(**title(of.origin)))


def _words(of: history.Dated | history.Former) -> Text | None:
    zh, en = (of.words(lang) for lang in LANGUAGES)
    return Text(zh=zh, en=en) if zh is not None and en is not None else None


def _listing(of: Listing) -> TariffListing:
    return TariffListing(
        since=of.since, until=of.until, note=Text(**of.note) if of.note else None,
        trade_modes=list(of.conditions["trade_modes"]) if "trade_modes" in of.conditions else None,
        person_cap=of.person_cap, judged=of.is_judged, reference=Reference(**of.reference),
    )  # fmt: skip
