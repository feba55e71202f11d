"""Loading the tariff into the database, and the book of a day."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongguan.journal.models import Event
from tongguan.kernel.law import Malformed, NotConfigured
from tongguan.kernel.states import Actor
from tongguan.tariff import queries, sources
from tongguan.tariff.actions import load
from tongguan.tariff.book import Book, LineOn
from tongguan.tariff.models import Edition, Instrument, Line, Rate

pytestmark = pytest.mark.django_db

CLERK = Actor("Li Ming", "authority")
AT = datetime(2026, 5, 1, 9, tzinfo=timezone(timedelta(hours=8)))
DAY = date(2026, 5, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tariff files, to be changed."""
    return Path(shutil.copytree(sources.FOLDER, tmp_path / "tariff"))


def replace(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_first_load_writes_every_line_and_is_in_the_journal():
    done = load(by=CLERK, at=AT)
    assert len(done.added) == done.lines == Line.objects.count() > 150
    assert done.rates_added == Rate.objects.count()
    edition = Edition.objects.get()
    assert (edition.loaded_by, edition.loaded_at, edition.lines) == ("Li Ming", AT, done.lines)
    event = Event.objects.get(what="tariff.loaded")
    assert event.details["digest"] == edition.digest


def test_the_same_files_again_write_nothing():
    load(by=CLERK, at=AT)
    before = list(Rate.objects.order_by("pk").values_list("pk", "line_id"))
    again = load(by=CLERK, at=AT)
    assert not again
    assert again.edition is None
    assert Edition.objects.count() == Event.objects.filter(what="tariff.loaded").count() == 1
    assert list(Rate.objects.order_by("pk").values_list("pk", "line_id")) == before


def test_only_what_differs_is_written_and_the_former_values_are_kept(folder: Path):
    load(folder, by=CLERK, at=AT)
    untouched = dict(Rate.objects.exclude(line__code="2208300000").values_list("pk", "formula"))
    replace(folder, "schedules.yaml", "2026-02-02: {rate: 5%", "2026-02-02: {rate: 4%")
    replace(folder, "drinks.yaml", "en: Whisky", "en: Whiskies")
    done = load(folder, by=CLERK, at=AT)
    assert done.changed == [{"code": "2208300000", "former": {"en": "Whisky"}}]
    assert done.rates_changed == [
        {
            "code": "2208300000",
            "kind": "provisional",
            "since": "2026-02-02",
            "former": {"formula": {"rate": "0.05"}},
        }
    ]
    assert (done.added, done.removed, done.rates_added, done.rates_removed) == ([], [], 0, [])
    assert dict(Rate.objects.exclude(line__code="2208300000").values_list("pk", "formula")) == untouched
    assert done.edition.changes["rates"]["changed"] == done.rates_changed
    assert Edition.objects.count() == 2


def test_a_line_that_goes_leaves_its_rates_in_the_edition(folder: Path):
    load(folder, by=CLERK, at=AT)
    text = (folder / "electronics.yaml").read_text(encoding="utf-8")
    kept, _ = text.split("  # Ended when the tariff moved")
    (folder / "electronics.yaml").write_text(kept, encoding="utf-8")
    done = load(folder, by=CLERK, at=AT)
    assert done.removed == ["8541401000"]
    assert not Line.objects.filter(code="8541401000").exists()
    gone = [(rate["kind"], rate["former"]["formula"]) for rate in done.edition.changes["rates"]["removed"]]
    assert ("general", {"rate": "0.3"}) in gone


def test_a_rate_that_goes_is_gone_and_kept_in_the_edition(folder: Path):
    load(folder, by=CLERK, at=AT)
    assert queries.book(on=DAY).line("2208300000").rate("provisional") is not None
    replace(folder, "schedules.yaml", "    2026-02-02: {rate: 5%, reference: whisky_2026}\n", "")
    done = load(folder, by=CLERK, at=AT)
    assert [(rate["code"], rate["since"], rate["former"]["formula"]) for rate in done.rates_removed] == [
        ("2208300000", "2026-02-02", {"rate": "0.05"})
    ]
    assert [(rate["since"], rate["former"]) for rate in done.rates_changed] == [("2026-01-01", {"until": "2026-02-01"})]
    assert queries.book(on=DAY).line("2208300000").rate("provisional") is None


def test_files_that_make_no_sense_change_nothing(folder: Path):
    load(folder, by=CLERK, at=AT)
    replace(folder, "drinks.yaml", 'units: ["095", "035"]', 'units: ["095", "999"]')
    with pytest.raises(Malformed, match="drinks.yaml"):
        load(folder, by=CLERK, at=AT)
    assert Edition.objects.count() == 1


def test_a_source_without_the_shared_file_is_refused(tmp_path: Path):
    with pytest.raises(Malformed, match="schedules"):
        load(tmp_path, by=CLERK, at=AT)


def said(line: LineOn, kind: str) -> tuple | str | None:
    try:
        rate = line.rate(kind)
    except NotConfigured as refused:
        return str(refused)
    return rate and (rate.formula, rate.since, rate.reference)


@pytest.mark.parametrize("day", [DAY, date(2020, 12, 31), date(2021, 12, 31), date(2022, 1, 1), date(2026, 8, 31)])
def test_the_book_from_the_database_is_the_book_from_the_files(day: date):
    load(by=CLERK, at=AT)
    stored, read = queries.book(on=day), Book.from_yaml(on=day)
    assert [line.code for line in stored] == [line.code for line in read]
    for line, twin in zip(stored, read, strict=True):
        for name in ("zh", "en", "unit1", "unit2", "letters", "listed", "listed_since", "listed_reference"):
            assert getattr(line, name) == getattr(twin, name), (line.code, name)
        for kind in sources.KINDS:
            assert said(line, kind) == said(twin, kind), (line.code, kind)


def test_what_the_sources_say_is_read_once_and_then_kept(folder: Path):
    load(folder, by=CLERK, at=AT)
    with CaptureQueriesContext(connection) as building:
        first = queries.book(on=DAY)
    assert len(building) == 7  # the stamp three times, the sources, the instruments, the rates, the lines
    with CaptureQueriesContext(connection) as asking:
        assert queries.book(on=DAY) is first
        queries.book(on=date(2020, 5, 1))
    assert len(asking) == 2
    replace(folder, "drinks.yaml", "en: Whisky", "en: Whiskies")
    load(folder, by=CLERK, at=AT)
    assert queries.book(on=DAY).line("2208300000").en == "Whiskies"
    assert first.line("2208300000").en == "Whisky"
    assert [kept for kept in queries._books.values() if kept is first] == []


def test_without_a_tariff_nothing_is_guessed():
    with pytest.raises(NotConfigured):
        queries.book(on=DAY)


def test_a_line_known_without_rates_of_the_day_is_there_and_refuses():
    load(by=CLERK, at=AT)
    line = queries.book(on=date(2015, 1, 1)).line("2208300000")
    with pytest.raises(NotConfigured):
        line.rate("vat")


@pytest.mark.parametrize("wrong", [{"code": "22083000"}, {"until": date(2019, 1, 1)}, {"zh": ""}])
def test_the_database_refuses_a_line_that_cannot_be(wrong: dict):
    good = {"source": "x", "code": "1234567890", "zh": "某物", "unit1": "035", "since": date(2020, 1, 1)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(**{**good, **wrong})


def test_the_database_refuses_a_rate_of_an_unknown_kind():
    line = Line.objects.create(source="x", code="1234567890", zh="某物", unit1="035", since=date(2020, 1, 1))
    rate = {"line": line, "since": date(2020, 1, 1), "formula": {"rate": "0"}}
    told = Instrument.objects.create(title="x", href="", standing="read")
    Rate.objects.create(**rate, kind="vat", instrument=told)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rate.objects.create(**rate, kind="gift", instrument=told)


def test_a_rate_comes_back_as_the_decimal_it_was():
    load(by=CLERK, at=AT)
    assert queries.book(on=DAY).line("3401110090").rate("mfn").formula.rate == Decimal("0.065")
