"""The auditor's pages of the journal, and a firm's proofs of its own parcels, in both languages."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.test_pages import MOST_QUERIES, OWN, PEOPLE, WINDOW_ONLY, whole
from tests.ecommerce.filing import OPERATOR
from tests.journal.signing import AT, happen, happen_together, signed

from tongguan.journal import proofs
from tongguan.journal.actions import begin_new_log, ensure_log_key, sequence
from tongguan.journal.models import Event
from tongguan.journal.proving import log_key


@pytest.fixture
def log(window):
    ensure_log_key(at=AT)
    sequence()
    happen_together(70)
    signed()
    return window


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", [*PEOPLE, "elsewhere", "nobody", ""])
def test_each_page_is_seen_by_those_who_may(log, who, lang):
    client, event = log.person(who, lang), Event.objects.filter(what="message.received").latest("seq")
    journal = ("/journal", "/journal?subject=message/7", "/journal?what=none&day=2026-05-01", "/journal/checkpoints",
               f"/journal/{event.seq}", f"/journal/{event.seq}?after=50", f"/journal/{event.seq}.3/proof")  # fmt: skip
    own = log.address("released").replace("/parcels/", "/proofs/")
    for path, allowed in [*((path, WINDOW_ONLY) for path in journal), (own, OWN)]:
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        got = response.status_code if response.status_code != 302 else f"302 {response.url.partition('?')[0]}"
        assert got == allowed[who], path
        assert path == own or len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= MOST_QUERIES + 3, path
        if got == 200 and "/proof" not in path.removeprefix("/proofs"):
            whole(response, lang)


def test_the_auditor_turns_pages_and_finds_by_kind_and_day(log):
    happen(60, "other")
    auditor = log.person("auditor", "en")
    first = auditor.get("/journal?what=parcel.released")
    assert len(first.context["list"].rows) == 50 and "other/59" in first.content.decode()
    second = auditor.get(first.context["turning"].on)
    assert [row.subject for row in second.context["list"].rows] == [f"other/{n}" for n in range(9, -1, -1)]
    assert len(auditor.get("/journal?day=2026-11-21").context["list"].rows) == 50
    for odd in ("day=x", "day=9999-12-31", "day=0001-01-01", "before=x", "subject=%00"):
        assert auditor.get(f"/journal?{odd}").status_code == 200
    assert "No such event" in auditor.get("/journal?subject=none").content.decode()
    event = Event.objects.filter(subject="other/1").latest("seq")
    assert "No checkpoint covers it yet" in auditor.get(f"/journal/{event.seq}").content.decode()
    assert auditor.get(f"/journal/{event.seq}/proof").status_code == 409
    for path in ("/journal/0", "/journal/999999", "/journal/x/proof", "/journal/1.99/proof"):
        assert auditor.get(path).status_code == 404


def test_kinds_are_told_in_words_with_their_code_and_chosen_by_name(log):
    event = Event.objects.filter(what="message.received").latest("seq")
    for lang, words in (("zh", "收到报文"), ("en", "Message received")):
        auditor = log.person("auditor", lang)
        for path in ("/journal?what=message.received", f"/journal/{event.seq}"):
            page = auditor.get(path).content.decode()
            assert f"{words} <code" in page and ">message.received</code>" in page
        listed = auditor.get("/journal?what=message.received").content.decode()
        assert f'<option value="message.received" selected>{words}</option>' in listed
        assert 'name="q" type="search" maxlength="60" autocomplete="off" spellcheck="false" value=""' in listed
    strange = auditor.get("/journal?what=moon.landed").content.decode()
    assert '<option value="moon.landed" selected>moon.landed</option>' in strange
    own = log.person("broker", "zh").get(log.address("released").replace("/parcels/", "/proofs/")).content.decode()
    assert "清单放行 <code" in own


def test_a_part_is_unfolded_and_proven(log):
    auditor, event = log.person("auditor"), Event.objects.get(subject="message/7")
    page = auditor.get(f"/journal/{event.seq}")
    assert len(page.context["parts"]) == 50 and f"{event.seq}.50" in page.content.decode()
    assert f"{event.seq}.70" in auditor.get(page.context["turning"].on).content.decode()
    for form in ("json", "text"):
        file = auditor.get(f"/journal/{event.seq}.70/proof", {"form": form})
        assert "attachment" in file["Content-Disposition"]
        assert proofs.verify(file.content, log_key()).told["subject"] == "inventory/69"
    heads = auditor.get("/journal/checkpoints").content.decode()
    assert str(log_key()).replace("+", "&#x2B;") in heads or str(log_key()) in heads


def test_the_keys_of_the_log_before_a_restore_are_told_too(log):
    before = str(log_key())
    begin_new_log(by=OPERATOR, at=AT)
    told = html.unescape(log.person("auditor", "en").get("/journal/checkpoints").content.decode())
    assert told.index(str(log_key())) < told.index("Key before a restore") < told.index(before)


def test_a_firm_downloads_the_proofs_of_its_parcel_and_no_others(log):
    broker, own = log.person("broker", "en"), log.address("released").replace("/parcels/", "/proofs/")
    assert own in broker.get(log.address("released")).content.decode()
    lines = broker.get(own).context["lines"]
    assert {"Inventory"} <= {document for document, _ in lines} or lines
    for _, one in lines:
        file = broker.get(own.replace("/proofs/", f"/proof/{one.number}/"))
        assert proofs.verify(file.content, log_key()).told["what"] == one.what
    other = Event.objects.get(subject="message/7").seq
    assert broker.get(own.replace("/proofs/", f"/proof/{other}/")).status_code == 404
    assert log.person("elsewhere").get(own.replace("/proofs/", f"/proof/{lines[0][1].number}/")).status_code == 404
