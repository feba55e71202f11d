"""The body that issues licences: applications go to it, it alone decides, delivers, revokes, and hears what was drawn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.licences.given import (
    AT,
    DAY,
    HOLDER,
    OFFICER,
    OPERATOR,
    SYSTEM,
    asked,
    codes,
    draw,
    firms,
    left,
    state,
    trader,
    use,
)

from tongguan.exchange.issuing_body import actions as body
from tongguan.exchange.models import BodyCase, BodyEntry
from tongguan.holds.queries import stopping
from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotYours
from tongguan.ledgers.queries import check_all
from tongguan.licences import queries
from tongguan.licences.actions import (
    apply,
    approve,
    confirm,
    give_back,
    pass_on,
    pass_on_due,
    report_due,
    resubmit,
    take_delivered,
    watch,
)
from tongguan.licences.actions.exchanging import number_of
from tongguan.licences.applications import Issued
from tongguan.licences.models import Licence, LicenceReport
from tongguan.licences.ports import Answer
from tongguan.parties.actions import register

LATER = AT + timedelta(minutes=1)


@pytest.fixture
def window(db, settings):
    settings.ISSUING_BODY = "tongguan.exchange.issuing_body.SimulatedBody"
    firms()


def filed(**more) -> Licence:
    return pass_on(apply(asked(**more), by=trader(), at=AT).pk, at=AT)


def let(mode: str, **more) -> None:
    body.let_body(mode, by=OPERATOR, at=AT, **more)


def decided(row: Licence, verb: str, words: str = "") -> Licence:
    body.decide(number_of(row), verb, words, by=OPERATOR, at=AT)
    return pass_on(row.pk, at=LATER)


def delivered(number: str = "26-D-1", **more) -> Licence:
    body.deliver(asked(**more), Issued(number, DAY, DAY, date(2026, 8, 31)), by=OPERATOR, at=AT)
    assert take_delivered(at=AT) == 1
    return Licence.objects.get(number=number)


def test_an_application_goes_through_the_states_of_the_handbook_by_the_word_of_the_body(window):
    row = filed()
    assert (row.state, row.elsewhere, BodyCase.objects.get().state) == ("applied", True, "received")
    row = decided(row, "ask", "补合同")
    assert (row.state, row.words) == ("supplement", "补合同")
    assert pass_on(row.pk, at=LATER).state == "supplement", "what it said is not said again"
    row = pass_on(resubmit(row.pk, asked(), by=trader(), at=LATER).pk, at=LATER)
    assert (row.state, row.words, BodyCase.objects.get().turn) == ("applied", "", 2)
    assert decided(row, "approve").state == "approved"
    row = decided(row, "issue")
    assert (row.state, row.number, row.valid_from) == ("issued", f"26-SIM-{row.pk:06d}", DAY)
    assert row.paperless and left(row) == 10000 and row.decided_by == "issuing body"
    kinds = list(Event.objects.filter(subject=str(row)).order_by("id").values_list("what", flat=True))
    assert kinds == [
        f"licence.{one}" for one in ("applied", "supplement_asked", "resubmitted", "approved", "issued")
    ]  # fmt: skip


def test_the_timer_passes_on_and_asks(window):
    row = apply(asked(), by=trader(), at=AT)
    assert pass_on_due(at=AT) == 0 and BodyCase.objects.get().number == number_of(row)
    body.decide(number_of(row), "issue", by=OPERATOR, at=AT)
    assert pass_on_due(at=LATER) == 1 and state(row) == "issued"
    assert pass_on_due(at=LATER) == 0


def test_what_is_approved_and_issued_at_once_passes_both_states(window):
    let("issue")
    row = filed()
    assert (row.state, row.number) == ("issued", f"26-SIM-{row.pk:06d}")


def test_the_body_refuses_and_says_why(window):
    let("refuse", holder=HOLDER, words="配额已用完")
    row = filed()
    assert (row.state, row.words) == ("refused", "配额已用完")


def test_nobody_here_decides_what_the_body_decides(window):
    row = filed()
    with pytest.raises(Refused) as refused:
        approve(row.pk, by=OFFICER, at=AT)
    assert codes(refused.value) == [("LICENCE_ELSEWHERE", "state")] and state(row) == "applied"


@pytest.mark.parametrize("mode", ["late", "lost"])
def test_silence_is_not_yet(window, mode):
    let(mode)
    row = filed()
    assert (row.state, row.number, row.passed_at) == ("applied", None, None)
    let("issue")
    row = pass_on(row.pk, at=LATER)
    assert row.state == "issued" and BodyCase.objects.get().told == (2 if mode == "late" else 1)


def test_an_adapter_that_breaks_changes_nothing(window, settings):
    settings.ISSUING_BODY = "tests.licences.test_issuing_body.Broken"
    row = filed()
    assert (row.state, row.passed_at) == ("applied", None)
    assert take_delivered(at=AT) == 0 and report_due(at=AT) == 0


class Broken:
    def file(self, filed, *, at):
        raise OSError("connection reset")

    def ask(self, number, *, at):
        return Answer("granted", 1)

    delivered = enter = file


def test_an_answer_that_means_nothing_changes_nothing(window, settings):
    row = filed()
    settings.ISSUING_BODY = "tests.licences.test_issuing_body.Broken"
    assert pass_on(row.pk, at=LATER).state == "applied"


def test_a_licence_that_the_law_does_not_allow_is_not_put_in_force(window):
    row = filed()
    body.decide(number_of(row), "issue", by=OPERATOR, at=AT)
    BodyCase.objects.update(
        issued={"number": "X", "issued_on": "2026-03-02", "valid_from": "2026-03-02", "valid_to": "2028-01-01"}
    )
    row = pass_on(row.pk, at=LATER)
    assert (row.state, row.number) == ("applied", None) and "LICENCE_TOO_LONG" in row.words
    row.refresh_from_db()
    assert "valid" in row.words and row.state == "applied"


def test_what_it_issued_elsewhere_is_delivered_once_and_revoked(window):
    row = delivered()
    assert (row.state, row.elsewhere) == ("issued", True) and take_delivered(at=LATER) == 0
    draw(use("6000", "26-D-1"))
    body.revoke("7", "26-D-1", "合同取消", by=OPERATOR, at=AT)
    assert take_delivered(at=LATER) == 1
    assert (state(row), row.words) == ("revoked", "合同取消")
    with pytest.raises(Refused) as refused:
        draw(use("1", "26-D-1"), reference="D2")
    assert codes(refused.value) == [("LICENCE_NOT_IN_FORCE", "licences/1/LicenceNo")]


def test_a_delivery_that_cannot_be_taken_holds_up_no_other(window):
    body.deliver(asked(holder="91350000158142711X"), Issued("26-D-0", DAY, DAY, DAY), by=OPERATOR, at=AT)
    body.deliver(asked(), Issued("26-D-1", DAY, DAY, DAY), by=OPERATOR, at=AT)
    assert take_delivered(at=AT) == 2
    assert list(Licence.objects.values_list("number", flat=True)) == ["26-D-1"]
    assert Event.objects.get(what="licence.delivery_not_taken").details["codes"] == ["LICENCE_APPLICANT"]


def test_a_licence_waits_for_a_firm_that_is_not_registered_yet(window):
    late = "91350000158142711F"
    row = delivered(holder=late)
    assert queries.licences(to=trader()) == []
    register(late, None, name_zh="闽贸进出口有限公司", kinds=["trader"], by=OPERATOR, at=LATER)
    assert queries.licences(to=trader(late)) == [row]
    draw(use("6000", "26-D-1"), holder=late)
    assert left(row) == 4000


def test_silence_delivers_nothing_and_the_same_place_is_read_again(window):
    body.deliver(asked(), Issued("26-D-1", DAY, DAY, DAY), by=OPERATOR, at=AT)
    let("lost")
    assert take_delivered(at=AT) == 0 and not Licence.objects.exists()
    let("review")
    assert take_delivered(at=LATER) == 1 and take_delivered(at=LATER) == 0


def test_what_is_written_off_goes_back_once(window):
    delivered()
    draw(use("6000", "26-D-1"))
    assert report_due(at=AT) == 0, "what is only reserved is not told"
    confirm("D1", by=SYSTEM, at=AT)
    assert report_due(at=AT) == 1 and report_due(at=LATER) == 0
    entry = BodyEntry.objects.get()
    assert (entry.number, entry.line, entry.quantity, entry.unit, entry.declaration) == ("26-D-1", 1, 6000, "070", "D1")
    give_back("D1", by=SYSTEM, at=LATER)
    assert report_due(at=LATER) == 1
    assert sum(BodyEntry.objects.values_list("quantity", flat=True)) == 0 and list(check_all()) == []


def test_what_was_found_is_what_is_told(window):
    delivered()
    draw(use("6000", "26-D-1"))
    confirm("D1", by=SYSTEM, at=AT, actual={"licences/1": use("5990").quantity})
    report_due(at=AT)
    assert BodyEntry.objects.get().quantity == 5990


def test_what_was_only_reserved_comes_back_untold(window):
    delivered()
    draw(use("6000", "26-D-1"))
    give_back("D1", by=SYSTEM, at=AT)
    assert not LicenceReport.objects.exists()


@pytest.mark.parametrize("mode", ["late", "lost"])
def test_a_report_that_was_not_answered_is_sent_again_and_entered_once(window, mode):
    delivered()
    draw(use("6000", "26-D-1"))
    confirm("D1", by=SYSTEM, at=AT)
    let(mode)
    assert report_due(at=AT) == 0 and BodyEntry.objects.count() == (mode == "late")
    let("review")
    assert report_due(at=LATER) == 1 and BodyEntry.objects.count() == 1
    assert LicenceReport.objects.get().state == "entered"


def test_a_report_that_is_never_answered_holds_up_no_other(window, monkeypatch):
    delivered()
    for number in range(1, 6):
        draw(use("100", "26-D-1"), reference=f"D{number}")
        confirm(f"D{number}", by=SYSTEM, at=AT)
    enter = body.enter
    dumb = {"D1", "D2", "D3"}

    def half(drawn, *, at):
        if drawn.declaration in dumb:
            raise OSError("unreadable")
        return enter(drawn, at=at)

    monkeypatch.setattr(body, "enter", half)
    assert report_due(at=AT) == 0, "three are silent, the rest waits"
    assert report_due(at=LATER) == 2
    give_back("D1", by=SYSTEM, at=LATER)
    assert report_due(at=LATER) == 0, "what comes back is not told before what was drawn"
    dumb.clear()
    assert report_due(at=LATER) + report_due(at=LATER) == 4 and BodyEntry.objects.count() == 6


def test_a_report_the_body_refuses_stays_seen(window):
    row = delivered()
    Licence.objects.update(number="26-D-9")
    draw(use("6000", "26-D-9"))
    confirm("D1", by=SYSTEM, at=AT)
    assert report_due(at=AT) == 1
    report = LicenceReport.objects.get()
    assert report.state == "refused" and "26-D-9" in report.words
    assert Event.objects.get(what="licence.report_refused").subject == str(row)


def test_a_licence_that_screening_holds_stays_held_whatever_the_body_says(window):
    watch("end_user", "Acme GmbH", "测试", since=DAY, by=OFFICER, at=AT)
    let("issue")
    line = asked().lines[0]
    line.gcode, line.control_code, line.bulk = "8543709990", "3A001", False

    row = apply(
        asked("3", line, mode="ONE_BATCH", form="single", end_users=["Acme GmbH"], end_use="测试"), by=trader(), at=AT
    )
    row = pass_on(row.pk, at=AT)
    assert row.state == "issued" and stopping([str(row)], "use")


@pytest.mark.measure("M3-2.2")
def test_a_dual_use_licence_is_applied_for_issued_and_written_off_without_paper(window):
    let("issue")
    line = asked().lines[0]
    line.gcode, line.control_code, line.bulk = "8543709990", "3A001", False
    more = {"mode": "ONE_BATCH", "form": "single", "end_users": ["Acme GmbH"], "end_use": "测试"}
    row = pass_on(apply(asked("3", line, **more), by=trader(), at=AT).pk, at=AT)
    assert (row.state, row.paperless) == ("issued", True)
    draw(use("100", row.number, "3", gcode="8543709990", user="Acme GmbH"))
    confirm("D1", by=SYSTEM, at=AT)
    assert report_due(at=AT) == 1 and state(row) == "used_up"


def test_without_a_body_the_window_issues(db, settings):
    settings.ISSUING_BODY = ""
    firms()
    row = apply(asked(), by=trader(), at=AT)
    assert not row.elsewhere and pass_on(row.pk, at=AT).state == "applied"
    assert approve(row.pk, by=OFFICER, at=AT).state == "approved"
    assert (pass_on_due(at=AT), take_delivered(at=AT), report_due(at=AT)) == (0, 0, 0)


def test_only_the_operator_drives_the_simulator(window):
    with pytest.raises(NotYours):
        body.let_body("issue", by=OFFICER, at=AT)
    for wrong in (
        lambda: let("rob"),
        lambda: decided(filed(), "issue") and body.decide("L000000000000", "ask", by=OPERATOR, at=AT),
    ):
        with pytest.raises((ValueError, BodyCase.DoesNotExist)):
            wrong()
    with pytest.raises(LookupError):
        body.revoke("7", "nothing", "", by=OPERATOR, at=AT)
