"""Digests by mail: confirmed first, once a day, never for nothing, without personal data, and each for itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail as sent
from tests.desk.conftest import _signed_in_a_moment_ago, people, window  # noqa: F401
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.exchange.mail import WrongMail, way
from tongguan.kernel.rules import Refused
from tongguan.needs import actions, tasks
from tongguan.needs.models import Digest, Dispatch
from tongguan.parties.models import Person

EIGHT = AT.replace(day=6, hour=8)  # the first working day after the holiday
DAY = timedelta(days=1)
SITE = "https://window.example.cn"


class Box:
    """Carries mail into a list; refuses what goes to *bad*."""

    got: list = []

    def send(self, to, subject, body, headers):
        if to.startswith("bad"):
            raise OSError("550 no such mailbox")
        self.got.append((to, subject, body, headers))


@pytest.fixture(autouse=True)
def box(settings):
    settings.MAIL, settings.MAIL_CARRIER = "folder", f"{__name__}.Box"
    Box.got = []
    return Box.got


def asked(name: str = "broker", address: str = "broker@example.cn", days: str = "every", at: datetime = AT) -> Digest:
    person = Person.objects.get(username=name)
    return actions.ask_for_digest(person, address, days, SITE, by=OPERATOR, at=at)


def link(body: str, verb: str) -> str:
    found = re.search(rf"{SITE}/account/digest/{verb}/(\S+)", body)
    assert found is not None
    return found[1]


def wanted(name: str = "broker", address: str = "broker@example.cn", days: str = "every") -> Digest:
    asked(name, address, days)
    row = actions.confirm_digest(link(Box.got.pop()[2], "confirm") if Box.got else _token(name), at=AT)
    assert row is not None
    return row


def _token(name: str) -> str:
    from tongguan.needs.writing import token

    return token(Digest.objects.get(person__username=name))


def test_nothing_is_sent_before_the_address_is_confirmed(window, box):  # noqa: F811
    row = asked()
    assert [one[0] for one in box] == ["broker@example.cn"] and b"broker@" not in bytes(row.sealed)
    assert actions.send_due(at=EIGHT) == 0
    given = link(box.pop()[2], "confirm")
    assert actions.confirm_digest(given + "x", at=AT) is None
    assert actions.confirm_digest(given, at=AT + 3 * DAY) is None, "the link is too old"
    assert actions.confirm_digest(given, at=AT + DAY) is not None
    assert actions.send_due(at=EIGHT) == 1 and len(box) == 1
    asked(address="other@example.cn", at=EIGHT)
    assert actions.confirm_digest(given, at=EIGHT) is None, "an older link is for another address"
    assert actions.send_due(at=EIGHT + DAY) == 0


def test_a_digest_says_what_needs_one_in_ones_language(window, box):  # noqa: F811
    wanted()
    Person.objects.filter(username="broker").update(language="en")
    actions.send_due(at=EIGHT)
    to, subject, body, headers = box[0]
    assert to == "broker@example.cn" and subject.startswith("Tongguan, 2026-05-06: 3 matters need you, 1 overdue")
    assert f"{SITE}{window.address('refused')}" in body and "[OVERDUE]" in body and "Still missing: the payment" in body
    assert headers["List-Unsubscribe"] == f"<{SITE}/account/digest/stop/{link(body, 'stop')}>"
    for parcel in (window.released, window.refused, window.waiting, window.checked):
        order = parcel.order
        personal = [order.buyerName, order.buyerIdNumber, order.buyerTelephone, order.consigneeAddress]
        assert not [one for one in personal if one in body]
    Dispatch.objects.all().delete()
    Person.objects.filter(username="broker").update(language="zh")
    actions.send_due(at=EIGHT)
    assert box[1][1].startswith("通关待办（2026-05-06）：3项") and "被退回的清单" in box[1][2]


def test_one_day_has_one_mail_and_none_when_nothing_needs_one(window, box):  # noqa: F811
    wanted()
    wanted("elsewhere", "else@example.cn")
    for _ in range(2):
        actions.send_due(at=EIGHT)
    assert [one[0] for one in box] == ["broker@example.cn"]
    assert set(Dispatch.objects.values_list("digest__person__username", "outcome")) == {
        ("broker", "sent"), ("elsewhere", "nothing")
    }  # fmt: skip
    tasks.send_digests(int((EIGHT + DAY).timestamp()))
    assert len(box) == 2


def test_what_was_begun_and_broke_off_is_not_sent_again(window, box):  # noqa: F811
    Dispatch.objects.create(digest=wanted(), day=EIGHT.date(), at=EIGHT)
    assert actions.send_due(at=EIGHT) == 0 and box == []


def test_what_was_sent_long_ago_is_forgotten(window, box):  # noqa: F811
    row = wanted()
    kept = [
        Dispatch.objects.create(digest=row, day=(EIGHT - days * DAY).date(), outcome="sent", at=EIGHT)
        for days in (90, 91, 400)
    ]
    assert actions.forget_sent(at=EIGHT) == 2
    assert list(Dispatch.objects.all()) == kept[:1]


def test_a_bad_address_stops_nobody_else(window, box):  # noqa: F811
    wanted("broker", "bad@example.cn")
    wanted("platform", "platform@example.cn")
    assert actions.send_due(at=EIGHT) == 2
    assert [one[0] for one in box] == ["platform@example.cn"]
    assert Dispatch.objects.get(digest__person__username="broker").outcome == "failed"


def test_the_hour_and_the_days_of_rest(window, box, settings):  # noqa: F811
    wanted(days="working")
    assert actions.send_due(at=EIGHT - timedelta(minutes=1)) == 0
    assert actions.send_due(at=EIGHT.replace(day=5)) == 0, "a holiday"
    assert actions.send_due(at=EIGHT.replace(year=2031)) == 0, "nobody knows that year's days"
    settings.MAIL = ""
    assert actions.send_due(at=EIGHT) == 0
    settings.MAIL = "folder"
    Person.objects.filter(username="broker").update(is_active=False)
    assert actions.send_due(at=EIGHT) == 0
    Person.objects.filter(username="broker").update(is_active=True)
    assert actions.send_due(at=EIGHT) == 1


def refused(**given) -> list[str]:
    with pytest.raises(Refused) as caught:
        asked(**given)
    return [one.code for one in caught.value.findings]


def test_what_is_no_digest_is_refused(window, settings):  # noqa: F811
    assert refused(address="nobody") == ["DIGEST_ADDRESS"] and refused(address="王@例.cn\n") == ["DIGEST_ADDRESS"]
    assert refused(days="sometimes") == ["DIGEST_DAYS"]
    asked()
    assert refused(at=AT + timedelta(minutes=9)) == ["DIGEST_TOO_SOON"]
    settings.MAIL = ""
    assert refused(at=AT + DAY) == ["NO_MAIL"]


def test_the_page_and_the_links(window, box):  # noqa: F811
    client = window.person("broker", "en")
    assert "off" in client.get("/account/digest").content.decode()
    assert client.post("/account/digest", {"address": "x", "days": "every"}).status_code == 409
    assert client.post("/account/digest", {"address": "b@example.cn", "days": "every"}).status_code == 302
    path = re.search(r"http://testserver(/account/digest/confirm/\S+)", box[-1][2])[1]
    outside = window.person("")
    assert outside.get(path).status_code == 200 and Digest.objects.get().confirmed is None
    assert outside.post(path).status_code == 200 and Digest.objects.get().confirmed is not None
    assert "b@example.cn" in client.get("/account/digest").content.decode()
    assert outside.post(path.replace("confirm", "stop") + "x").status_code == 404
    assert outside.post(path.replace("confirm", "stop")).status_code == 200
    assert (
        Digest.objects.get().ended is not None and "b@example.cn" not in client.get("/account/digest").content.decode()
    )
    assert client.post("/account/digest", {"verb": "stop"}).status_code == 302


def test_ways_to_send(settings, tmp_path):
    settings.MAIL, settings.OUTBOX = "folder", tmp_path / "outbox"
    from tongguan.exchange.mail import Carrier

    Carrier().send("a@example.cn", "题", "文", {"List-Unsubscribe": "<x>"})
    [file] = (tmp_path / "outbox").iterdir()
    assert b"To: a@example.cn" in file.read_bytes() and b"List-Unsubscribe: <x>" in file.read_bytes()
    assert way("smtp://h:25?plain=yes")[1]["use_tls"] is False and way("smtp://h")[1]["port"] == 587
    for wrong in ("imap://h", "smtp://", ""):
        with pytest.raises(WrongMail):
            way(wrong)
    assert not sent.outbox
