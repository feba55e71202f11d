"""Placing checks and concluding them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from tongguan.holds.actions import place
from tongguan.holds.queries import standing, stopped
from tongguan.inspections.actions import conclude, place_checks
from tongguan.inspections.draws import NoKey, ensure_keys, selected
from tongguan.inspections.models import Check
from tongguan.inspections.queries import checks_of, open_checks
from tongguan.inspections.states import CHECK
from tongguan.journal.models import Event
from tongguan.kernel import texts
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours

SYSTEM = Actor("tongguan", "system")
OFFICER = Actor("wu", "officer")
DAY = date(2026, 11, 21)
AT = datetime(2026, 11, 21, 1, tzinfo=UTC)
LATER = AT + timedelta(hours=3)
ALL = Decimal(1)


@pytest.fixture
def key(db):
    ensure_keys(DAY, by=SYSTEM, at=AT)


def drawn(*subjects: str) -> list[Check]:
    place_checks(subjects, day=DAY, share=ALL, by=SYSTEM, at=AT)
    return [checks_of(subjects)[subject] for subject in subjects]


@pytest.mark.usefixtures("key")
def test_what_is_selected_is_held_with_a_promise_and_keeps_what_the_draw_gave_it():
    share = Decimal("0.5")
    names = [f"parcel/{n}" for n in range(40)]
    chosen = selected(names, day=DAY, share=share)
    assert sorted(place_checks(chosen, day=DAY, share=share, by=SYSTEM, at=AT)) == sorted(chosen)
    held = standing(names)
    assert {hold.subject for hold in held} == chosen
    assert {(h.reason, h.owner, h.promised) for h in held} == {("inspection", "officer", AT + timedelta(hours=24))}
    assert not stopped(set(names) - chosen, "release")
    for act in ("release", "gate", "amend", "withdraw"):
        assert len(stopped(names, act)) == len(chosen)
    checks = checks_of(names).values()
    assert all(check.value < check.share == share and check.state == "drawn" for check in checks)
    event = Event.objects.filter(what="check.drawn").first()
    assert event.details["share"] == "0.5" and Decimal(event.details["value"]) < share
    assert Event.objects.filter(what="check.drawn").count() == len(chosen)


@pytest.mark.usefixtures("key")
def test_placing_again_changes_nothing():
    [check] = drawn("parcel/1")
    conclude(check, "pass", by=OFFICER, at=LATER)
    assert place_checks(["parcel/1", "parcel/2"], day=DAY, share=ALL, by=SYSTEM, at=LATER) == ["parcel/2"]
    assert standing("parcel/1") == []
    assert checks_of(["parcel/1"])["parcel/1"].state == "passed"


@pytest.mark.usefixtures("key")
def test_nothing_is_checked_that_was_not_drawn_or_without_a_key():
    with pytest.raises(IntegrityError), transaction.atomic():
        place_checks(["parcel/1"], day=DAY, share=Decimal(0), by=SYSTEM, at=AT)
    with pytest.raises(NoKey), transaction.atomic():
        place_checks(["parcel/1"], day=date(2026, 12, 1), share=ALL, by=SYSTEM, at=AT)
    assert not Check.objects.exists() and standing("parcel/1") == []


@pytest.mark.usefixtures("key")
def test_passing_lifts_the_hold_of_the_check_and_no_other():
    [check] = drawn("parcel/1")
    place("parcel/1", "tax", owner="officer", stops=["release"], by=SYSTEM, at=AT)
    done = conclude(check, "pass", by=OFFICER, at=LATER)
    assert (done.state, done.officer, done.concluded_at) == ("passed", "wu", LATER)
    assert [hold.reason for hold in standing("parcel/1")] == ["tax"]
    event = Event.objects.get(what="check.passed")
    assert (event.subject, event.by, event.at) == ("parcel/1", "wu", LATER)


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(("verb", "state", "concluded"), [("refuse", "refused", True), ("suspend", "suspended", False)])
def test_refusing_and_suspending_keep_the_hold_and_say_why(verb, state, concluded):
    [check] = drawn("parcel/1")
    for reason in ("", "  "):
        with pytest.raises(Refused) as refused:
            conclude(check.id, verb, by=OFFICER, at=LATER, reason=reason)
        assert [f.code for f in refused.value.findings] == ["REASON_MISSING"]
    done = conclude(check.id, verb, by=OFFICER, at=LATER, reason=" 单货不符 ")
    assert (done.state, done.reason, bool(done.concluded_at)) == (state, "单货不符", concluded)
    assert len(stopped("parcel/1", "release")) == 1
    assert Event.objects.get(what=f"check.{state}").details == {"reason": "单货不符"}


def test_reason_missing_in_both_languages():
    from tongguan.inspections.rules import CONCLUSION
    from tongguan.kernel.rules import check

    [finding] = check(CONCLUSION, {"verb": "refuse", "reason": ""})
    assert finding.text("zh") == "查验不通过或挂起时须填写原因，原因将告知申报人。"
    assert finding.text("en").startswith("Say why")
    assert check(CONCLUSION, {"verb": "pass", "reason": ""}) == []


@pytest.mark.usefixtures("key")
def test_the_moves_of_a_check():
    passed, refused, suspended, drawn_one = drawn("p/1", "p/2", "p/3", "p/4")
    conclude(passed, "pass", by=OFFICER, at=LATER)
    conclude(refused, "refuse", by=OFFICER, at=LATER, reason="x")
    conclude(suspended, "suspend", by=OFFICER, at=LATER, reason="x")
    for ended in (passed, refused):
        for verb in ("pass", "refuse", "suspend"):
            with pytest.raises(NotNow):
                conclude(ended, verb, by=OFFICER, at=LATER, reason="x")
    with pytest.raises(NotNow):
        conclude(suspended, "suspend", by=OFFICER, at=LATER, reason="x")
    assert conclude(suspended, "pass", by=OFFICER, at=LATER).state == "passed"
    with pytest.raises(NotYours):
        conclude(drawn_one, "pass", by=Actor("li", "platform", 1), at=LATER)
    assert standing("p/4")


@pytest.mark.usefixtures("key")
def test_open_checks_are_paged_oldest_first():
    checks = drawn(*[f"p/{n}" for n in range(6)])
    conclude(checks[0], "pass", by=OFFICER, at=LATER)
    conclude(checks[1], "suspend", by=OFFICER, at=LATER, reason="x")
    conclude(checks[2], "refuse", by=OFFICER, at=LATER, reason="x")
    still = {"p/1", "p/3", "p/4", "p/5"}
    page = open_checks(limit=3)
    rest = open_checks(after=page[-1].id)
    assert {c.subject for c in page + rest} == still and len(rest) == 1
    assert [c.id for c in page + rest] == sorted(c.id for c in page + rest)


def test_every_state_and_verb_has_its_texts():
    named = [f"check.state.{s}" for s in CHECK.states] + [f"check.verb.{m.verb}" for m in CHECK.moves]
    assert all(texts.template(key, lang) for key in named for lang in texts.LANGUAGES)


@pytest.mark.django_db(transaction=True)
def test_of_eight_officers_one_concludes_and_of_eight_intakes_one_places():
    ensure_keys(DAY, by=SYSTEM, at=AT)

    def racing(one):
        def closing(n):
            try:
                return one(n)
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(closing, range(8)))

    subjects = [f"p/{n}" for n in range(5)]
    placed = racing(lambda n: place_checks(subjects[n % 2 :], day=DAY, share=ALL, by=SYSTEM, at=AT))
    assert sorted(subject for one in placed for subject in one) == subjects
    check = checks_of(subjects)["p/3"]

    def concludes(n: int) -> bool:
        try:
            conclude(check, ("pass", "refuse")[n % 2], by=Actor(f"o{n}", "officer"), at=LATER, reason="x")
        except NotNow:
            return False
        return True

    assert sum(racing(concludes)) == 1
    check.refresh_from_db()
    assert bool(standing("p/3")) == (check.state == "refused")
