"""Coordinators, firms of the pilot, and documents that are anchored and compared."""

from __future__ import annotations

import hashlib

import pytest
from tests.credit.given import FIRM, OFFICER, OTHER, D, at, graded, on, refused, trader

from tongguan.credit import actions, queries
from tongguan.journal.actions import sequence
from tongguan.journal.models import Event
from tongguan.kernel.states import NotYours

pytestmark = pytest.mark.django_db
DIGEST = hashlib.sha256(b"invoice 1").hexdigest()


@pytest.mark.measure("M0-14.1")
def test_a_certified_firm_has_a_coordinator_by_name():
    name = actions.name_coordinator
    assert refused(name, FIRM, "王协调", "010-1", by=OFFICER, at=at("2026-05-02")) == ["COORDINATOR_GRADE"]
    graded("advanced", "2026-01-10")
    assert refused(name, FIRM, " ", "010-1", by=OFFICER, at=at("2026-05-02")) == ["COORDINATOR_NAME"]
    assert name(FIRM, "王协调", "010-1", by=OFFICER, at=at("2026-05-02")).coordinator == "王协调"
    with pytest.raises(NotYours):
        name(FIRM, "李", "010-1", by=trader(), at=at("2026-05-02"))


@pytest.mark.measure("M3-9.1")
def test_a_firm_of_the_pilot_is_inspected_as_the_certified_are():
    actions.set_pilot(FIRM, "赵联络", since=on("2026-05-01"), until=on("2026-12-31"), by=OFFICER, at=at("2026-04-20"))
    days = ("2026-04-30", "2026-05-01", "2026-12-31", "2027-01-01")
    assert [queries.inspection_factor(FIRM, on(day)) for day in days] == [1, D("0.2"), D("0.2"), 1]
    assert queries.benefits(FIRM, on("2026-06-01")) == frozenset()
    graded("dishonest", "2026-06-01", basis="smuggling")
    assert queries.inspection_factor(FIRM, on("2026-06-01")) > 1
    with pytest.raises(NotYours):
        actions.set_pilot(FIRM, "我", since=on("2026-05-01"), by=trader(), at=at("2026-05-01"))


@pytest.mark.measure("M3-9.1")
def test_a_document_is_anchored_once_and_found_again_with_its_event():
    trader()
    actions.set_pilot(FIRM, "赵联络", since=on("2026-05-01"), by=OFFICER, at=at("2026-05-01"))
    keep = {"by": trader(), "at": at("2026-05-02")}
    row = actions.anchor(FIRM, "trade", "INV-1", DIGEST.upper(), **keep)
    assert actions.anchor(FIRM, "trade", "INV-1", DIGEST, **keep) == row
    assert Event.objects.filter(what="credit.anchored").count() == 1
    sequence()
    [found] = queries.anchored(DIGEST)
    assert (found.reference, found.event.seq is not None) == ("INV-1", True)
    assert found.event.details["digest"] == DIGEST and queries.anchored("0" * 64) == []
    assert queries.anchors(FIRM) == [row]


def test_what_is_not_anchored():
    trader(), trader(OTHER)
    keep = {"by": trader(), "at": at("2026-05-02")}
    assert refused(actions.anchor, FIRM, "trade", "INV-1", DIGEST, **keep) == ["ANCHOR_PILOT"]
    actions.set_pilot(FIRM, "赵联络", since=on("2026-05-01"), by=OFFICER, at=at("2026-05-01"))
    assert refused(actions.anchor, FIRM, "poem", "INV-1", DIGEST, **keep) == ["ANCHOR_KIND"]
    assert refused(actions.anchor, FIRM, "trade", " ", DIGEST, **keep) == ["ANCHOR_DOCUMENT"]
    assert refused(actions.anchor, FIRM, "trade", "INV-1", "xyz", **keep) == ["ANCHOR_DOCUMENT"]
    for who in (OFFICER, trader(OTHER)):
        with pytest.raises(NotYours):
            actions.anchor(FIRM, "trade", "INV-1", DIGEST, by=who, at=at("2026-05-02"))
