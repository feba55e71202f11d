"""`tongguan webhook-receiver`: checks what comes, answers as it is told, and says how it is used."""

from __future__ import annotations

import contextlib
import json
import threading
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest

from tongguan.exchange.webhooks import signing
from tongguan.exchange.webhooks.receiver import Got, Manner, Receiver

BODY = b'{"type": "test", "data": {"webhook": 1}}'


@contextlib.contextmanager
def listening(manner: Manner, *secrets: str):
    got: list[Got] = []
    receiver = Receiver(0, secrets, manner, lambda: datetime.now(UTC), got.append)
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def post(number: str, secret: str) -> int:
        line = HTTPConnection("127.0.0.1", receiver.port, timeout=5)
        line.request("POST", "/", BODY, signing.headers([secret], number, datetime.now(UTC), BODY))
        return line.getresponse().status

    try:
        yield post, got
    finally:
        receiver.server.shutdown()
        thread.join()
        receiver.server.server_close()


def test_it_checks_the_signature_and_knows_what_came_again():
    old, new, other = (signing.new_secret() for _ in range(3))
    with listening(Manner(), old, new) as (post, got):
        assert [post("msg_1", new), post("msg_1", old), post("msg_2", other)] == [204, 204, 401]
    assert [(one.signed, one.again) for one in got] == [("", False), ("", True), ("signature", False)]
    assert got[0].body["type"] == "test"


def test_it_fails_as_often_as_it_is_told_and_then_answers():
    secret = signing.new_secret()
    with listening(Manner(410, 0, 2), secret) as (post, _):
        assert [post("msg_1", secret) for _ in range(3)] == [500, 500, 410]


def test_without_a_secret_nothing_is_checked():
    with listening(Manner(200)) as (post, got):
        assert post("msg_1", signing.new_secret()) == 200
    assert got[0].signed == "unchecked"


@pytest.mark.parametrize("written", ["", "secret", "whsec_short", "密钥"])
def test_a_file_without_a_secret(tongguan, tmp_path, written):
    path = tmp_path / "secret.txt"
    path.write_text(written, encoding="utf-8")
    ran = tongguan("webhook-receiver", "--secret", str(path), "--port", "0", "--count", "1")
    assert ran.status == 2 and "holds no secret" in ran.err and "Traceback" not in ran.err


def test_no_file(tongguan):
    assert tongguan("webhook-receiver", "--secret", "/no/such/file").status == 2


@pytest.mark.parametrize("more", [("--answer", "99"), ("--slow", "-1"), ("--port", "70000")])
def test_used_wrongly_it_says_how(tongguan, more):
    ran = tongguan("webhook-receiver", *more)
    assert ran.status == 2 and more[0] in ran.err


def test_a_port_that_is_taken(tongguan):
    with listening(Manner()) as (post, _):
        assert post("msg_1", signing.new_secret()) == 204
        port = post.__closure__[0].cell_contents.port
        ran = tongguan("webhook-receiver", "--port", str(port))
    assert ran.status == 2 and str(port) in ran.err


def test_what_is_documented_verifies():
    """The program in docs/api/webhooks.md says the same as ours, of right and of wrong ones, in both languages."""
    import re

    from tongguan.server.configuration import checkout

    pages = [
        (checkout() / "docs" / "api" / name).read_text(encoding="utf-8") for name in ("webhooks.md", "webhooks.zh.md")
    ]
    codes = [re.search(r"```python\n(.*?)```", page, re.S)[1] for page in pages]
    assert codes[0] == codes[1]
    made: dict = {}
    exec(codes[0], made)
    secret, other = signing.new_secret(), signing.new_secret()
    headers = signing.headers([other, secret], "msg_1", datetime.now(UTC), BODY)
    assert made["verified"](secret, headers, BODY)
    assert not made["verified"](secret, headers, BODY + b" ")
    assert not made["verified"](signing.new_secret(), headers, BODY)
    assert not made["verified"](secret, {}, BODY)
    assert not made["verified"](secret, headers | {"webhook-signature": "v1,签名"}, BODY)
    old = signing.headers([secret], "msg_1", datetime(2026, 1, 1, tzinfo=UTC), BODY)
    assert not made["verified"](secret, old, BODY)
    examples = [json.loads(re.search(r"```json\n(.*?)```", page, re.S)[1]) for page in pages]
    assert examples[0] == examples[1] and set(examples[0]) == {"type", "timestamp", "data"}
