"""Passwords, second factors and sessions."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused, check
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties import actions, totp
from tongguan.parties.actions import admit
from tongguan.parties.models import PortalSession, RecoveryCode, SecondFactor
from tongguan.parties.rules.entering import PASSWORD, PasswordCase

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
OPERATOR = Actor("window", "operator")
HIMSELF = {"by": Actor("wu", "person"), "at": AT}
OLD = "a long enough one"


@pytest.fixture
def wu(db):
    return admit("wu", "吴晓梅", OLD, [("officer", None)], by=OPERATOR, at=AT)


def now(secret: bytes, later: int = 0) -> str:
    return totp.code(secret, (int(AT.timestamp()) + later) // totp.STEP)


def refused(call, *arguments, **named) -> list[str]:
    with pytest.raises(Refused) as problem:
        call(*arguments, **named)
    assert all(problem.value.text(lang) and "{" not in problem.value.text(lang) for lang in ("zh", "en"))
    return [found.code for found in problem.value.findings]


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("short", ["PASSWORD_SHORT"]),
        ("aaaaaaaaaaaa", ["PASSWORD_COMMON"]),
        ("Password123", ["PASSWORD_SHORT", "PASSWORD_COMMON", "PASSWORD_NAMES_YOU"]),
        ("Tongguan-2026", ["PASSWORD_NAMES_YOU"]),
        ("customs-TONGGUAN", ["PASSWORD_NAMES_YOU"]),
        ("seven ships at the customs pier", []),
        ("wu.xiaomei-wu.xiaomei", ["PASSWORD_NAMES_YOU"]),
        ("91110105MA01ABCD5F1", ["PASSWORD_NAMES_YOU"]),
        ("correct horse battery", []),
        ("correct horse battery" * 5, []),
        ("correct horse battery" * 7, ["PASSWORD_LONG"]),
        ("吴晓梅每天早上七点钟去港口看船到没到", []),
        (OLD, ["PASSWORD_SAME"]),
    ],
)
def test_what_a_password_has_to_be(password, codes):
    case = PasswordCase(password, AT.date(), ("wu.xiaomei", "吴晓梅", "91110105MA01ABCD5F"), OLD)
    assert [found.code for found in check(PASSWORD, case)] == codes


def test_a_password_is_changed_and_all_other_sessions_end(wu):
    here, there = (session_of(wu) for _ in range(2))
    actions.change_password(wu, OLD, "correct horse battery", keep=here.key, **HIMSELF)
    wu.refresh_from_db()
    assert wu.check_password("correct horse battery")
    assert list(Session.objects.values_list("session_key", flat=True)) == [here.key]
    there.refresh_from_db()
    assert (there.key, there.why, there.ended) == ("", "password", AT)
    assert [event.what for event in Event.objects.order_by("id")][-2:] == ["session.ended", "person.password_changed"]
    assert not [event for event in Event.objects.all() if "battery" in str(event.details)]


def test_the_old_password_is_asked_for(wu):
    codes = refused(actions.change_password, wu, "guess", "correct horse battery", **HIMSELF)
    assert codes == ["OLD_PASSWORD_WRONG"]
    assert refused(actions.change_password, wu, OLD, "harbour", **HIMSELF) == ["PASSWORD_SHORT"]
    wu.refresh_from_db()
    assert wu.check_password(OLD)


def test_a_factor_counts_once_it_was_confirmed(wu):
    secret = actions.begin_factor(wu, at=AT)
    assert actions.begin_factor(wu, at=AT) == secret and secret not in bytes(SecondFactor.objects.get().sealed)
    assert not actions.confirmed_factor(wu) and not actions.check_factor(wu, now(secret), **HIMSELF)
    assert refused(actions.confirm_factor, wu, "000000", **HIMSELF) == ["FACTOR_CODE_WRONG"]
    codes = actions.confirm_factor(wu, now(secret), **HIMSELF)
    assert actions.confirmed_factor(wu) and len(set(codes)) == 10
    assert refused(actions.begin_factor, wu, at=AT) == ["FACTOR_STANDS"]
    assert refused(actions.confirm_factor, wu, now(secret), **HIMSELF) == ["FACTOR_STANDS"]
    assert not actions.check_factor(wu, now(secret), **HIMSELF)  # the code that confirmed it is used
    assert actions.check_factor(wu, now(secret, 30), **HIMSELF)
    assert not actions.check_factor(wu, now(secret, 30), **HIMSELF)
    assert Event.objects.filter(what="factor.confirmed", subject=f"person/{wu.pk}").count() == 1


def test_a_recovery_code_is_good_once(wu):
    codes = actions.confirm_factor(wu, now(actions.begin_factor(wu, at=AT)), **HIMSELF)
    assert actions.check_factor(wu, f" {codes[3].upper()} ", **HIMSELF)
    assert not actions.check_factor(wu, codes[3], **HIMSELF)
    assert Event.objects.get(what="recovery_code.used").details == {"left": 9}
    new = actions.renew_codes(wu, **HIMSELF)
    assert not actions.check_factor(wu, codes[0], **HIMSELF) and actions.check_factor(wu, new[0], **HIMSELF)
    assert not [row for row in RecoveryCode.objects.all() if new[1].replace("-", "").encode() in bytes(row.digest)]


@pytest.mark.django_db(transaction=True)
def test_a_code_sent_twice_at_once_is_good_once():
    wu = admit("wu", "吴", OLD, [("officer", None)], by=OPERATOR, at=AT)
    secret = actions.begin_factor(wu, at=AT)
    codes = actions.confirm_factor(wu, now(secret), **HIMSELF)
    for written in (now(secret, 30), codes[0]):
        found: list[bool] = []

        def tried(written=written, found=found) -> None:
            try:
                found.append(actions.check_factor(wu, written, **HIMSELF))
            finally:
                connection.close()

        threads = [threading.Thread(target=tried) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(found) == [False, False, False, True]


def test_who_lost_it_is_helped_by_the_operator_alone(wu):
    actions.confirm_factor(wu, now(actions.begin_factor(wu, at=AT)), **HIMSELF)
    with pytest.raises(NotYours):
        actions.remove_factor(wu, by=Actor("zhou", "officer"), at=AT)
    actions.remove_factor(wu, by=OPERATOR, at=AT)
    actions.remove_factor(wu, by=OPERATOR, at=AT)
    assert not actions.confirmed_factor(wu) and not RecoveryCode.objects.exists()
    assert Event.objects.filter(what="factor.removed").count() == 1


def session_of(person, *, at: datetime = AT, address: str = "10.0.0.7") -> PortalSession:
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store.create()
    return actions.open_session(person, store.session_key, device="Firefox · Linux", address=address, at=at)


def test_one_session_or_all_others_end(wu):
    here, second, third, fourth = (session_of(wu) for _ in range(4))
    assert actions.end_sessions(wu, "ended", number=second.pk, keep=here.key, **HIMSELF) == 1
    assert actions.end_sessions(wu, "ended", number=here.pk, keep=here.key, **HIMSELF) == 0
    assert actions.end_sessions(wu, "ended", keep=here.key, **HIMSELF) == 2
    assert list(Session.objects.values_list("session_key", flat=True)) == [here.key]
    assert Event.objects.filter(what="session.ended").count() == 2


def test_nobody_ends_a_session_of_another(wu):
    other = admit("zhou", "周", OLD, [("officer", None)], by=OPERATOR, at=AT)
    theirs = session_of(other)
    assert actions.end_sessions(wu, "ended", number=theirs.pk, **HIMSELF) == 0
    assert Session.objects.count() == 1


def test_what_ran_out_is_closed_and_old_sessions_are_forgotten(wu):
    old, new = session_of(wu), session_of(wu)
    Session.objects.filter(session_key=new.key).update(expire_date=AT + timedelta(hours=12))
    Session.objects.filter(session_key=old.key).update(expire_date=AT)
    assert actions.forget_sessions(at=AT + timedelta(hours=1)) == 0
    old.refresh_from_db()
    assert (old.why, old.key) == ("run_out", "") and PortalSession.objects.get(ended=None) == new
    assert actions.forget_sessions(at=AT + timedelta(days=183)) == 0
    assert actions.forget_sessions(at=AT + timedelta(days=184)) == 1
    assert PortalSession.objects.get() == new
