"""Signatures of webhooks, by the published example, and by changing every part of what is signed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tongguan.exchange.webhooks import signing

SECRET, NUMBER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
AT = datetime.fromtimestamp(1614265330, UTC)


def test_the_published_example():
    headers = signing.headers([SECRET], NUMBER, AT, BODY)
    assert headers == {
        "webhook-id": NUMBER,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    signing.verify(SECRET, headers, BODY, AT)


def test_a_secret_is_new_each_time_and_signs():
    one, other = signing.new_secret(), signing.new_secret()
    assert one != other and one.startswith("whsec_")
    headers = signing.headers([one, other], NUMBER, AT, BODY)
    assert headers["webhook-signature"].count("v1,") == 2
    for secret in (one, other):
        signing.verify(secret, headers, BODY, AT)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"webhook-id": ""}, "missing"),
        ({"webhook-id": "msg_other"}, "signature"),
        ({"webhook-timestamp": "1614265331"}, "signature"),
        ({"webhook-timestamp": "1614265330.0"}, "time"),
        ({"webhook-timestamp": "-5"}, "time"),
        ({"webhook-signature": "v1,dawfeoifkpqwoekfpqoekf"}, "signature"),
        ({"webhook-signature": "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}, "signature"),
        ({"webhook-signature": "v1,签名"}, "signature"),
    ],
)
def test_what_was_changed_is_refused(changed, reason):
    headers = signing.headers([SECRET], NUMBER, AT, BODY) | changed
    with pytest.raises(signing.NotSigned) as refused:
        signing.verify(SECRET, headers, BODY, AT)
    assert refused.value.reason == reason


@pytest.mark.parametrize("seconds", [-301, 301])
def test_what_is_old_or_of_tomorrow_is_refused(seconds):
    headers = signing.headers([SECRET], NUMBER, AT, BODY)
    with pytest.raises(signing.NotSigned, match="time"):
        signing.verify(SECRET, headers, BODY, AT + timedelta(seconds=seconds))


@pytest.mark.parametrize("secret", ["whsec_", "whsec_short", "whsec_" + "A" * 400, "not base64!"])
def test_what_is_no_secret_is_refused(secret):
    with pytest.raises(signing.NotSigned, match="secret"):
        signing.sign(secret, NUMBER, 1, BODY)
