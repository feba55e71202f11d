"""Addresses nobody reaches through us: when they are set, and at each sending, also where the name service changes its mind."""

from __future__ import annotations

import pytest
from tests.exchange.webhooks.conftest import PUBLIC, public

from tongguan.exchange.webhooks import actions, guard
from tongguan.exchange.webhooks.sending import Sender
from tongguan.kernel.rules import Refused
from tongguan.kernel.texts import LANGUAGES

INNER = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200",
    "192.0.0.192", "198.18.0.1", "203.0.113.5", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:a00:1::1", "2001:db8::1", "2001:0:102:304::", "localhost", "", "1",
]  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_what_is_not_public_is_not_called(address):
    assert not guard.is_public(address)
    asked = guard.target(PUBLIC)
    assert guard.objection(asked, [address], loopback=False) == "not_public"
    assert guard.objection(asked, ["93.184.216.34", address], loopback=False) == "not_public"


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808"])
def test_what_is_public_is_called(address):
    assert guard.objection(guard.target(PUBLIC), [address], loopback=False) == ""


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "WEBHOOK_ADDRESS"),
        ("erp.example.com/hooks", "WEBHOOK_ADDRESS"),
        ("ftp://erp.example.com/", "WEBHOOK_ADDRESS"),
        ("https://", "WEBHOOK_ADDRESS"),
        ("https://erp.example.com:99999/", "WEBHOOK_ADDRESS"),
        ("https://erp.example.com/a b", "WEBHOOK_ADDRESS"),
        ("https://erp.example.com/a\r\nX: y", "WEBHOOK_ADDRESS"),
        ("https://企业.example.com/", "WEBHOOK_ADDRESS"),
        ("https://[::1/", "WEBHOOK_ADDRESS"),
        ("https://erp.example.com/" + "a" * 500, "WEBHOOK_ADDRESS"),
        ("https://user:password@erp.example.com/", "WEBHOOK_LOGIN"),
        ("https://erp.example.com/#part", "WEBHOOK_LOGIN"),
        ("http://erp.example.com/", "WEBHOOK_NOT_HTTPS"),
        ("https://nowhere.example.com/", "WEBHOOK_UNRESOLVED"),
        ("https://inner.example.com/", "WEBHOOK_NOT_PUBLIC"),
        ("https://127.0.0.1/", "WEBHOOK_NOT_PUBLIC"),
        ("https://2130706433/", "WEBHOOK_NOT_PUBLIC"),
    ],
)
def test_each_wrong_address_has_its_own_code(made, settings, url, code):
    settings.DEMO = False

    def resolve(host: str, port: int) -> list[str]:
        known = {"erp.example.com": ["93.184.216.34"], "nowhere.example.com": [], "inner.example.com": ["10.0.0.8"]}
        return known.get(host, ["127.0.0.1"])

    with pytest.raises(Refused) as refused:
        actions.add(url, by=made.boss, at=made.clock(), resolve=resolve)
    assert [finding.code for finding in refused.value.findings] == [code]
    assert all(
        finding.pointer == "url" and finding.text(lang) for lang in LANGUAGES for finding in refused.value.findings
    )


def test_a_demonstration_may_call_its_own_machine_and_no_other_that_is_not_public(made):
    given = actions.add(
        "http://localhost:9000/", by=made.boss, at=made.clock(), resolve=lambda *_: ["127.0.0.1", "::1"]
    )
    assert given.secret.startswith("whsec_")
    for addresses, code in ((["10.0.0.1"], "WEBHOOK_NOT_HTTPS"), (["127.0.0.1", "10.0.0.1"], "WEBHOOK_NOT_HTTPS")):
        with pytest.raises(Refused) as refused:
            actions.add("http://other:9000/", by=made.boss, at=made.clock(), resolve=lambda *_, a=addresses: a)
        assert [finding.code for finding in refused.value.findings] == [code]


def test_nothing_is_sent_where_the_name_leads_inside_by_now(made, receiver):
    """The name service said something public when the address was set; at the sending it says this machine."""
    url = f"https://erp.example.com:{receiver.server_address[1]}/"
    made.endpoint(url)
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    answer = Sender(loopback=False, resolve=resolve).send(url, {}, b"{}")
    assert (answer.problem, answer.status, receiver.got) == ("not_public", None, [])
    assert asked == ["erp.example.com"]


def test_the_line_goes_to_the_address_that_was_looked_at(monkeypatch):
    """A second question could be answered otherwise, so none is asked."""
    called, asked = [], []

    def connect(address, timeout):
        called.append(address)
        raise ConnectionRefusedError

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return public(host, port) if len(asked) == 1 else ["127.0.0.1"]

    monkeypatch.setattr("socket.create_connection", connect)
    answer = Sender(resolve=resolve).send(PUBLIC, {}, b"{}")
    assert answer.problem == "unreachable"
    assert (called, asked) == ([("93.184.216.34", 443)], ["erp.example.com"])


@pytest.mark.parametrize("url", ["http://erp.example.com/", "https://user@erp.example.com/", "nothing"])
def test_an_address_that_was_set_under_other_rules_is_judged_again(url):
    assert Sender(resolve=public).send(url, {}, b"{}").problem in ("https", "address")
