"""What the first page tells of licences: applications that wait for the authority, questions to a firm, last days."""

from __future__ import annotations

from datetime import timedelta

from tests.licences.given import AT, HOLDER, OFFICER, OTHER, asked, firms, received, trader

from tongguan.licences.actions import apply, ask
from tongguan.needs.queries import needs
from tongguan.needs.queues import queues


def test_who_acts_next_is_told(db):
    firms()
    row = apply(asked(), by=trader(OTHER, "broker"), at=AT)
    [queue] = [one for one in queues(to=OFFICER, at=AT) if one.kind == "licences"]
    assert (queue.number, queue.href, queue.title("en")) == (1, "/licences?stage=deciding", "Applications for licences")
    assert needs(to=trader(HOLDER), at=AT).listed == []
    ask(row.pk, "请补充合同", by=OFFICER, at=AT)
    for who in (trader(HOLDER), trader(OTHER, "broker")):
        [one] = needs(to=who, at=AT).listed
        assert (one.kind, one.path, one.since) == ("asked_licence", f"/licences/{row.pk}", AT)
        assert all(one.why(lang) and one.next(lang, AT) and one.title(lang) for lang in ("zh", "en"))
    [queue] = [one for one in queues(to=OFFICER, at=AT) if one.kind == "licences"]
    assert queue.number == 0


def test_a_licence_that_ends_is_told_of_in_time(db):
    firms()
    row = received("7-1", last="2026-03-20")
    assert needs(to=trader(HOLDER), at=AT - timedelta(days=40)).listed == []
    [one] = needs(to=trader(HOLDER), at=AT).listed
    assert (one.kind, one.name, one.day) == ("ending_licence", "7-1", row.valid_to)
