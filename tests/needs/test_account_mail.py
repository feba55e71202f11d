"""Mail about one's account: told at once, in one's language, to the confirmed address, once, and whoever changed it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.desk.conftest import PASSWORD, people, window  # noqa: F401
from tests.ecommerce.filing import OPERATOR
from tests.needs.test_digests import SITE, Box, box, link  # noqa: F401

from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.needs import actions, tasks
from tongguan.needs.models import DAYS, Digest
from tongguan.needs.telling import tell_accounts
from tongguan.parties import actions as parties
from tongguan.parties import totp
from tongguan.parties.actions.notices import notices_of
from tongguan.parties.actions.sessions import forget_sessions, open_session
from tongguan.parties.models import AccountNotice, Person

AT = timezone.now().replace(microsecond=0) - timedelta(hours=3)
NEW = "another horse battery"
pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def broker(people) -> Person:  # noqa: F811
    """A person whose address is confirmed, who wants no digest."""
    person = Person.objects.get(username="broker")
    actions.ask_for_digest(person, "broker@example.cn", "never", SITE, by=self_of(person), at=AT)
    assert actions.confirm_digest(link(Box.got.pop()[2], "confirm"), at=AT) is not None
    return person


def self_of(person: Person) -> Actor:
    return Actor(person.username, "person")


def outcomes() -> list[tuple[str, str]]:
    return list(AccountNotice.objects.order_by("pk").values_list("what", "outcome"))


def with_factor(person: Person) -> bytes:
    secret = parties.begin_factor(person, at=AT)
    code = totp.code(secret, int(AT.timestamp()) // totp.STEP)
    parties.confirm_factor(person, code, by=self_of(person), at=AT)
    return secret


@pytest.mark.parametrize(("lang", "words"), [("zh", "密码已更改"), ("en", "Your password was changed")])
def test_a_new_password_is_told_in_ones_language_once(broker, box, lang, words):  # noqa: F811
    Person.objects.filter(pk=broker.pk).update(language=lang)
    parties.change_password(broker, PASSWORD, NEW, by=self_of(broker), at=AT)
    assert tell_accounts() == 1 and tell_accounts() == 0
    [(to, subject, body, headers)] = box
    assert to == "broker@example.cn" and words in subject and words in body and NEW not in body
    assert f"{SITE}/account/sessions" in body and headers == {"Auto-Submitted": "auto-generated"}
    assert outcomes() == [("password", "sent")]


def test_every_change_is_told_whoever_made_it(broker, box):  # noqa: F811
    secret = with_factor(broker)
    later = AT + timedelta(minutes=5)
    code = totp.code(secret, int(later.timestamp()) // totp.STEP)
    assert parties.check_factor(broker, code, by=self_of(broker), at=later)
    assert not parties.check_factor(broker, code, by=self_of(broker), at=later)  # somebody has read it
    [first, *_] = parties.renew_codes(broker, by=self_of(broker), at=later)
    assert parties.check_factor(broker, first, by=self_of(broker), at=later)
    assert not parties.check_factor(broker, "000000", by=self_of(broker), at=later)  # a wrong one changes nothing
    parties.remove_factor(broker, by=OPERATOR, at=later)
    tell_accounts()
    assert [what for what, _ in outcomes()] == ["factor_on", "code_again", "codes_new", "code_used", "factor_off"]
    assert {outcome for _, outcome in outcomes()} == {"sent"} and len(box) == 5
    assert Event.objects.filter(what="factor.code_again", subject=f"person/{broker.pk}").count() == 1
    assert code not in "".join(body for _, _, body, _ in box) and first not in "".join(body for _, _, body, _ in box)


def test_a_new_device_is_told_but_neither_the_first_nor_a_known_one(broker, box):  # noqa: F811
    for n, device in enumerate(("Firefox · Linux", "Firefox · Linux", "Chrome · Android", "Chrome · Android")):
        open_session(broker, f"k{n}", device=device, address=None, at=AT)
    tell_accounts()
    [(_, _, body, _)] = box
    assert "Chrome · Android" in body


def test_a_wrong_attempt_leaves_nothing(broker):
    with pytest.raises(Refused):
        parties.change_password(broker, "wrong", NEW, by=self_of(broker), at=AT)
    assert outcomes() == []


def test_without_a_confirmed_address_it_is_kept_and_not_sent_later(broker, box):  # noqa: F811
    other = Person.objects.get(username="payer")
    parties.change_password(other, PASSWORD, NEW, by=self_of(other), at=AT)
    actions.stop_digest(broker, at=AT)
    parties.change_password(broker, PASSWORD, NEW, by=self_of(broker), at=AT)
    assert tell_accounts() == 2 and box == []
    assert outcomes() == [("password", "unsent")] * 2 and notices_of(other)[0].what == "password"
    actions.ask_for_digest(other, "payer@example.cn", "never", SITE, by=self_of(other), at=AT)
    assert tell_accounts() == 0


def test_one_that_fails_stops_no_other_and_is_not_sent_again(broker, box, settings):  # noqa: F811
    other = Person.objects.get(username="payer")
    actions.ask_for_digest(other, "bad@example.cn", "never", SITE, by=self_of(other), at=AT)
    Digest.objects.filter(person=other).update(confirmed=AT)
    for person in (other, broker):
        parties.change_password(person, PASSWORD, NEW, by=self_of(person), at=AT)
    tasks.tell_of_accounts(int(AT.timestamp()))
    assert outcomes() == [("password", "failed"), ("password", "sent")] and tell_accounts() == 0


def test_the_old_address_is_told_of_a_new_one(broker, box):  # noqa: F811
    actions.ask_for_digest(broker, "thief@example.cn", "never", SITE, by=self_of(broker), at=AT + timedelta(hours=1))
    assert [to for to, *_ in box] == ["broker@example.cn", "thief@example.cn"]
    assert "邮箱已更改" in box[0][1] and "/confirm/" not in box[0][2]


def test_who_wants_no_digest_gets_none(broker, box):  # noqa: F811
    assert "never" in DAYS
    assert actions.send_due(at=AT.replace(hour=12) + timedelta(days=1)) == 0 and box == []


def test_notices_are_forgotten_with_sessions(broker):
    parties.change_password(broker, PASSWORD, NEW, by=self_of(broker), at=AT)
    forget_sessions(at=AT + timedelta(days=30))
    assert len(outcomes()) == 1
    forget_sessions(at=AT + timedelta(days=4000))
    assert outcomes() == []
