"""Keys and the DER they are written in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongguan.formats import signing
from tongguan.formats.signing import der, keys, sm2

KINDS = ["sm2", "rsa"]


@pytest.fixture(scope="module", params=KINDS)
def key(request) -> signing.PrivateKey:
    return signing.new_key(request.param)


def test_a_key_is_read_as_it_was_written(key):
    again = signing.load_key(key.pem())
    assert again.kind == key.kind and again.public == key.public
    assert key.public.verifies(b"data", again.signed(b"data")) and not key.public.verifies(
        b"date", again.signed(b"data")
    )
    assert signing.public_key(key.public.info) == key.public


def test_a_private_number_is_not_shown():
    made = signing.new_key("sm2")
    assert made.private.hex() not in repr(made) and repr(made.private) not in repr(made)


def test_the_point_of_a_key_may_be_compressed():
    made = signing.new_key("sm2")
    x, y = made.point[:32], made.point[32:]
    info = der.sequence(keys._SM2_ALGORITHM, der.bits(bytes([2 + y[-1] % 2]) + x))
    assert signing.public_key(info) == made.public
    other = der.sequence(der.sequence(der.oid(keys.SM2_CURVE)), der.bits(b"\x04" + made.point))
    assert signing.public_key(other) == made.public


@pytest.mark.parametrize(
    "info",
    [
        b"",
        b"\x30\x00",
        der.sequence(keys._SM2_ALGORITHM, der.bits(b"\x04" + b"\x01" * 64)),
        der.sequence(keys._SM2_ALGORITHM, der.bits(b"\x04" + b"\x00" * 64)),
        der.sequence(keys._SM2_ALGORITHM, der.bits(b"\x04" + b"\xff" * 64)),
        der.sequence(keys._SM2_ALGORITHM, der.bits(b"\x00")),
        der.sequence(keys._SM2_ALGORITHM, der.octets(b"\x04" + b"\x01" * 64)),
        der.sequence(keys._SM2_ALGORITHM),
    ],
)
def test_what_is_no_public_key(info):
    with pytest.raises(signing.NotKey):
        signing.public_key(info)


def test_keys_of_unusual_size_are_not_taken():
    from cryptography.hazmat.primitives.asymmetric import rsa

    usual = signing.RsaKey(rsa.generate_private_key(public_exponent=65537, key_size=1024))
    assert signing.public_key(usual.public.info).kind == "rsa"
    n = int("f" * 4000, 16)
    algorithm = der.sequence(der.oid("1.2.840.113549.1.1.1"), der.wrapped(der.NULL))
    huge = der.sequence(algorithm, der.bits(der.sequence(der.integer(n), der.integer(65537))))
    with pytest.raises(signing.NotKey):
        signing.public_key(huge)


def test_halves_that_do_not_belong_together():
    one, other = signing.new_key("sm2"), signing.new_key("sm2")
    with pytest.raises(signing.NotKey, match="belong together"):
        signing.load_key(signing.Sm2Key(one.private, other.point).pem())


@pytest.mark.parametrize("private", [b"\0" * 32, sm2.ORDER.to_bytes(32, "big"), b"\xff" * 32, b"\1" * 31])
def test_private_numbers_out_of_range(private):
    with pytest.raises(signing.NotKey):
        signing.load_key(signing.Sm2Key(private, signing.new_key("sm2").point).pem())


def _pem(body: bytes, label: bytes = b"PRIVATE KEY") -> bytes:
    return b"-----BEGIN %s-----\n%s\n-----END %s-----" % (label, body, label)


@pytest.mark.parametrize("pem", [b"", b"x", _pem(b"!"),
                                 _pem(b"MAA="),
                                 _pem(b"MAA=", b"PUBLIC KEY"),
                                 _pem(b"A")])  # fmt: skip
def test_what_is_no_private_key(pem):
    with pytest.raises(signing.NotKey):
        signing.load_key(pem)


def test_there_are_two_kinds():
    with pytest.raises(ValueError, match="sm2 and rsa"):
        signing.new_key("dsa")


NOT_DER = ["30", "3080", "308001", "30810000", "3081050000000000", "3085000000000100", "300500", "02", "0282000100"]


@pytest.mark.parametrize("data", NOT_DER)
def test_what_is_no_der(data):
    with pytest.raises(der.NotDer):
        list(der.values(bytes.fromhex(data)))


@pytest.mark.parametrize("content", ["", "80", "0001", "ffff"])
def test_what_is_no_number(content):
    with pytest.raises(der.NotDer):
        der.number(der.Value(der.INTEGER, bytes.fromhex(content), b""))


@given(number=st.integers(0, 2**300))
def test_numbers_come_back(number):
    assert der.number(der.only(der.integer(number), der.INTEGER)) == number


@given(content=st.binary(max_size=70_000))
@settings(max_examples=30, deadline=None)
def test_lengths_come_back(content):
    assert der.only(der.octets(content), der.OCTETS).content == content


def test_moments_are_written_in_two_ways():
    assert der.moment(datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)) == b"\x17\x0d491231235959Z"
    assert der.moment(datetime(2050, 1, 1, tzinfo=UTC)) == b"\x18\x0f20500101000000Z"


def test_signatures_in_der():
    value = signing.new_key("sm2").signed(b"x")
    halves = [int.from_bytes(half, "big") for half in (value[:32], value[32:])]
    assert sm2.from_der(der.sequence(*map(der.integer, halves))) == value
    for wrong in (der.integer(1), der.sequence(der.integer(1)), der.sequence(*[der.integer(1)] * 3),
                  der.sequence(der.integer(1), der.integer(2**256)), der.sequence(der.octets(b""), der.integer(1))):  # fmt: skip
        with pytest.raises(ValueError):
            sm2.from_der(wrong)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.data())
def test_changed_bytes_of_keys(key, chance):
    info = bytearray(key.public.info)
    for _ in range(chance.draw(st.integers(1, 3))):
        start = chance.draw(st.integers(0, len(info) - 1))
        info[start : start + chance.draw(st.integers(0, 2))] = chance.draw(st.binary(max_size=3))
    try:
        found = signing.public_key(bytes(info))
    except signing.NotKey:
        return
    assert found.verifies(b"x", b"\1" * 64) is False
