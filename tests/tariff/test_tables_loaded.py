"""Tables in the database beside our files: preview, differences, history, and all or nothing."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.db import IntegrityError

from tongguan.journal.models import Event
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.states import Actor
from tongguan.tariff import queries
from tongguan.tariff.actions import NothingToTakeOut, NotWhole, load, preview, withdraw
from tongguan.tariff.importing.tables import Reading, read_table
from tongguan.tariff.models import Edition, Instrument, Line, Rate
from tongguan.tariff.search import search

pytestmark = pytest.mark.django_db

CLERK = Actor("Li Ming", "authority")
AT = datetime(2026, 5, 1, 9, tzinfo=timezone(timedelta(hours=8)))
DAY = date(2026, 5, 1)


def row(code: str, name: str = "某物", **more) -> dict:
    return {
        "hs_code": code, "standard_name": name, "mfn_rate": 0.05, "general_rate": 0.8, "tentative_rate": None,
        "vat_rate": 0.13, "consumption_rate": 0.0, **more,
    }  # fmt: skip


CHEESE, GONE, NEW = row("406300000"), row("9030100000"), row("9031100000")
BEER = row("2203000000", mfn_rate=0.0, consumption_rate=0.003745)


@pytest.fixture
def read(tmp_path: Path):
    def read(*rows, **more) -> Reading:
        path = tmp_path / "table.json"
        path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        return read_table(path, **more)

    return read


def everything() -> dict:
    return {
        "lines": list(Line.objects.order_by("pk").values_list()),
        "rates": list(Rate.objects.order_by("pk").values_list()),
        "editions": Edition.objects.count(),
        "instruments": Instrument.objects.count(),
        "events": Event.objects.count(),
    }


def test_a_preview_tells_what_a_load_does_and_writes_nothing(read):
    before = everything()
    told = preview(read(CHEESE, BEER))
    assert everything() == before
    assert told.counts() | {} == load(read(CHEESE, BEER), by=CLERK, at=AT).counts()
    assert (told.counts()["added"], told.counts()["rates_added"], told.edition) == (2, 9, None)
    assert [doubt.code for doubt in told.report.doubts] == ["2203000000"]


def test_a_table_stands_beside_our_files_and_both_are_sources(read):
    load(by=CLERK, at=AT)
    ours = Line.objects.count()
    load(read(CHEESE, NEW), by=CLERK, at=AT)
    assert Line.objects.count() == ours + 2
    assert [(one.source, one.since) for one in queries.sources()] == [
        ("law/tariff", None), ("tariff-2026", date(2026, 1, 1))
    ]  # fmt: skip
    line = queries.book(on=DAY).line("9031100000")
    assert (line.rate("mfn").words("en"), line.rate("mfn").reference["standing"]) == ("5%", "read")
    assert line.text("en").startswith("Machines; for balancing")


def test_our_rate_by_quantity_holds_where_the_table_is_mangled(read):
    load(by=CLERK, at=AT)
    load(read(BEER), by=CLERK, at=AT)
    assert queries.book(on=DAY).line("2203000000").rate("consumption").words("en").startswith("250 yuan per tonne")


def test_without_ours_a_mangled_rate_is_refused(read):
    load(read(BEER), by=CLERK, at=AT)
    beer = queries.book(on=DAY).line("2203000000")
    assert beer.rate("vat").words("en") == "13%"
    for kind in ("consumption", "export"):
        with pytest.raises(NotConfigured):
            beer.rate(kind)


def test_a_table_of_a_year_says_nothing_of_the_next(read):
    load(read(NEW), by=CLERK, at=AT)
    assert queries.book(on=date(2026, 12, 31)).line("9031100000").rate("vat")
    with pytest.raises(NotConfigured):
        queries.book(on=date(2027, 1, 1)).line("9031100000").rate("vat")


def test_rates_of_ours_that_a_table_contradicts_are_listed(read):
    load(by=CLERK, at=AT)
    whisky, cream = row("2208300000", mfn_rate=0.15), row("3304990029", mfn_rate=0.01, consumption_rate=0.0)
    given = [CHEESE, whisky, cream, row("9503006000", mfn_rate=0.0, general_rate=0.8)]
    report = load(read(*given, since=date(2027, 1, 1), until=date(2027, 12, 31)), by=CLERK, at=AT).report
    told = {(one.code, one.kind): (one.ours, one.table, one.outcome) for one in report.overruled}
    assert told["2208300000", "mfn"] == ("10%", "15%", "table")
    assert told["2208300000", "provisional"] == ("5%", "none", "table")
    assert told["3304990029", "consumption"][2] == "unknown"
    assert ("9503006000", "mfn") not in told
    assert "9503003200" not in report.missing and "0402100000" in report.missing
    book = queries.book(on=date(2027, 5, 1))
    assert book.line("2208300000").import_duty().words("en") == "15%"
    assert book.line("0402100000") is None
    with pytest.raises(NotConfigured):
        book.line("3304990029").rate("consumption")
    assert queries.book(on=DAY).line("2208300000").import_duty().words("en") == "5%"


def test_the_same_table_again_writes_nothing(read):
    load(read(CHEESE, NEW), by=CLERK, at=AT)
    before = everything()
    again = load(read(CHEESE, NEW), by=CLERK, at=AT + timedelta(days=1))
    assert everything() == before
    assert not again and again.edition is None and again.counts()["unchanged"] == 2


def test_only_lines_that_differ_are_written_and_what_went_is_kept(read):
    load(read(CHEESE, NEW, GONE), by=CLERK, at=AT)
    cheese = Line.objects.get(code="0406300000").pk
    told = []
    changed = row("9031100000", name="某物（改）", mfn_rate=0.04, general_rate=1.0)
    done = load(read(CHEESE, changed), by=CLERK, at=AT, told=lambda step, now, all_: told.append((step, now, all_)))
    assert Line.objects.get(code="0406300000").pk == cheese
    assert (done.found.added, sorted(done.found.touched), done.found.removed) == ([], ["9031100000"], ["9030100000"])
    assert done.found.unchanged == 1
    assert told == [("compare", 0, 2), ("write", 0, 1), ("write", 1, 1)]
    kept = Edition.objects.order_by("-pk").first().changes
    assert kept["lines"]["changed"] == [{"code": "9031100000", "former": {"zh": "某物"}}]
    assert {(one["kind"], one["former"]["formula"]["rate"]) for one in kept["rates"]["changed"]} == {
        ("mfn", "0.05"), ("general", "0.8")
    }  # fmt: skip
    assert [one["former"]["zh"] for one in kept["lines"]["gone"]] == ["某物"]
    assert {one["kind"] for one in kept["rates"]["removed"]} == {"mfn", "general", "provisional", "vat", "consumption"}


def test_a_table_with_rows_that_cannot_be_read_is_not_loaded_by_halves(read):
    load(read(CHEESE), by=CLERK, at=AT)
    before = everything()
    broken = read(NEW, row("90O1"), row("95O2"))
    with pytest.raises(NotWhole) as refused:
        load(broken, by=CLERK, at=AT)
    assert everything() == before
    assert "2 rows" in refused.value.text("en") and "第2行" in refused.value.text("zh")
    assert preview(broken).counts()["removed"] == 1
    done = load(broken, by=CLERK, at=AT, partly=True)
    assert (done.counts()["added"], done.edition.report["unreadable"]) == (1, 2)
    assert [one["row"] for one in done.edition.report["unreadable_rows"]] == [2, 3]


def test_a_load_that_fails_in_the_middle_leaves_no_trace(read, monkeypatch: pytest.MonkeyPatch):
    load(read(CHEESE), by=CLERK, at=AT)
    before = everything()

    def fail(step: str, done: int, all_: int) -> None:
        if done:
            raise OSError("the terminal is gone")

    with pytest.raises(OSError, match="terminal"):
        load(read(NEW, GONE), by=CLERK, at=AT, told=fail)
    assert everything() == before
    assert queries.book(on=DAY).line("9031100000") is None


def test_the_journal_and_the_edition_tell_what_was_read(read):
    done = load(read(CHEESE, BEER), by=CLERK, at=AT)
    event = Event.objects.get(what="tariff.loaded")
    assert (event.details["source"], event.details["repaired"], event.details["doubted"]) == ("tariff-2026", 1, 1)
    assert event.details["rows"] == event.details["taken"] == 2
    report = done.edition.report
    assert report["repaired_codes"] == ["0406300000"]
    assert report["doubts"][0] == {
        "code": "2203000000", "kind": "consumption", "written": "0.003745", "reason": "no_such_share"
    }  # fmt: skip


def test_two_years_are_two_sources_and_a_code_may_end_between_them(read):
    load(read(CHEESE, GONE), by=CLERK, at=AT)
    load(read(CHEESE, NEW, since=date(2027, 1, 1), until=date(2027, 12, 31)), by=CLERK, at=AT)
    assert [one.source for one in queries.sources()] == ["tariff-2026@2027-01-01", "tariff-2026"]
    assert queries.book(on=DAY).line("9030100000") and queries.book(on=date(2027, 1, 1)).line("9030100000") is None
    assert search("9030", date(2027, 5, 1)) == []
    assert search("9030", DAY) == ["9030100000"]


def test_other_days_of_the_same_file_are_loaded_anew(read):
    load(read(CHEESE), by=CLERK, at=AT)
    done = load(read(CHEESE, since=date(2026, 1, 1), until=date(2026, 6, 30)), by=CLERK, at=AT)
    assert done.edition and queries.sources()[0].until == date(2026, 6, 30)
    with pytest.raises(NotConfigured):
        queries.book(on=date(2026, 7, 1)).line("0406300000").rate("vat")


def test_a_source_that_is_taken_out_is_gone_and_kept_in_its_edition(read):
    load(by=CLERK, at=AT)
    load(read(CHEESE, NEW), by=CLERK, at=AT)
    done = withdraw("tariff-2026", by=CLERK, at=AT)
    assert not Line.objects.filter(source="tariff-2026").exists()
    assert [one.source for one in queries.sources()] == ["law/tariff"]
    assert queries.book(on=DAY).line("9031100000") is None
    assert queries.book(on=DAY).line("0406300000").rate("mfn").words("en") == "12%"
    assert len(done.edition.changes["lines"]["gone"]) == 2 and done.edition.withdrawn
    assert Event.objects.get(what="tariff.withdrawn").details["lines"] == 2
    with pytest.raises(NothingToTakeOut, match="tariff-2026"):
        withdraw("tariff-2026", by=CLERK, at=AT)
    assert load(read(CHEESE, NEW), by=CLERK, at=AT).counts()["added"] == 2


def test_a_table_that_comes_again_after_it_was_taken_out_is_loaded(read):
    with pytest.raises(NothingToTakeOut) as refused:
        withdraw("tariff-2026", by=CLERK, at=AT)
    assert "tariff-2026" in refused.value.text("en")


def test_the_database_keeps_one_line_a_code_and_source(read):
    load(read(CHEESE), by=CLERK, at=AT)
    with pytest.raises(IntegrityError):
        Line.objects.create(source="tariff-2026", code="0406300000", zh="又一个", since=date(2026, 1, 1))
