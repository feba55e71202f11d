"""Codes that change every half minute: the vectors of RFC 6238, and that none is good twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tongguan.parties import totp

SECRET = b"12345678901234567890"
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
        (2000000000, "69279037"), (20000000000, "65353130"),
    ],
)  # fmt: skip
def test_the_vectors_of_rfc_6238(seconds, code):
    assert totp.code(SECRET, seconds // totp.STEP, digits=8) == code


@pytest.mark.parametrize(
    "count,code",
    list(
        enumerate(["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"])
    ),
)
def test_the_vectors_of_rfc_4226(count, code):
    assert totp.code(SECRET, count) == code


@pytest.mark.parametrize(("late", "right"), [(0, True), (30, True), (-30, True), (61, False), (-61, False)])
def test_a_clock_may_be_half_a_minute_off(late, right):
    step = int(AT.timestamp()) // totp.STEP
    found = totp.step_of(totp.code(SECRET, step), SECRET, at=AT + timedelta(seconds=late), after=0)
    assert found == (step if right else None)


def test_no_code_is_good_twice():
    step = int(AT.timestamp()) // totp.STEP
    written = totp.code(SECRET, step)
    assert totp.step_of(f" {written[:3]} {written[3:]} ", SECRET, at=AT, after=step - 1) == step
    assert totp.step_of(written, SECRET, at=AT, after=step) is None


@pytest.mark.parametrize("written", ["", "12345", "abcdef", "１２３４５６", "0" * 500])
def test_what_is_no_code(written):
    assert totp.step_of(written, SECRET, at=AT, after=0) is None


def test_what_an_app_takes():
    assert totp.readable(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    address = totp.address(SECRET, "wang xiaowen")
    assert address == "otpauth://totp/Tongguan:wang%20xiaowen?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tongguan"
