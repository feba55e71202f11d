"""Known signatures: the example of the standard, those of a production card, and our own."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tongguan.formats import signing
from tongguan.formats.ceb import parsing
from tongguan.formats.signing import canonical, keys, plain, sm2
from tongguan.formats.signing.algorithms import digest

# GB/T 32918.5, annex A: the key, "message digest", and its signature.
STANDARD_POINT = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
STANDARD_SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)


def verifies(public: signing.PublicKey, data: bytes, signature: bytes) -> bool:
    return public.verifies(data, signature)


@pytest.fixture(params=["library", "plain"], autouse=True)
def way(request, monkeypatch):
    """Run every test with the library and without it, as on a machine that it has no wheel for."""
    if request.param == "plain":
        monkeypatch.setattr(sm2, "gmssl_pyx", None)
    elif sm2.gmssl_pyx is None:
        pytest.skip("gmssl_pyx has no wheel for this machine")


def test_the_example_of_the_standard():
    key = signing.Sm2Key(b"\0" * 32, STANDARD_POINT).public
    assert verifies(key, b"message digest", STANDARD_SIGNATURE)
    assert not verifies(key, b"message digesT", STANDARD_SIGNATURE)


def test_the_example_of_the_digest():
    assert digest("sm3", b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert digest("sm3", b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_the_digest_of_cryptography_is_the_same():
    from tongguan.formats.signing.algorithms import _sm3_of_cryptography

    assert _sm3_of_cryptography(b"abc") == digest("sm3", b"abc")


def _vectors(folder):
    for row in json.loads((folder / "vectors.json").read_text()):
        value = base64.b64decode((folder / row["sig"]).read_text())
        yield row["name"], (folder / row["signed"]).read_bytes(), value, row["expect"] == "Verified OK"


def test_signatures_of_a_production_card(vectors):
    _, info = keys.unarmoured((vectors / "chinaport_sm2_pub.pem").read_bytes())
    key = signing.public_key(info)
    found = {name: verifies(key, data, value) for name, data, value, _ in _vectors(vectors)}
    assert found == {name: wanted for name, _, _, wanted in _vectors(vectors)}
    assert sorted(found.values()) == [False, True, True, True]


@pytest.mark.parametrize("name", ["a_ceb621_signedinfo", "c_ceb311_signedinfo_as_sent"])
def test_our_canonical_form_is_that_of_the_card(vectors, name):
    signed = (vectors / f"{name}.signed.bin").read_bytes()
    # What stands around SignedInfo declares the same namespaces, which is all that it inherits.
    head, _, rest = signed.partition(b">")
    around = head.replace(b"<ds:SignedInfo", b"<ceb:CEB621Message")
    root = parsing.tree(
        around + b"><ds:Signature><ds:SignedInfo>" + rest + b"</ds:Signature></ceb:CEB621Message>", "signed"
    )
    assert canonical.part(root[0][0]) == signed


def test_without_blanks_the_second_message_is_what_was_signed(vectors):
    as_sent = (vectors / "c_ceb311_signedinfo_as_sent.signed.bin").read_bytes()
    element = etree.fromstring(as_sent)
    assert canonical.without_blanks(element)
    assert canonical.part(element) == (vectors / "c_ceb311_signedinfo_ws_stripped.signed.bin").read_bytes()
    assert not canonical.without_blanks(element)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200), private=st.integers(1, plain.N - 2), k=st.integers(1, plain.N - 1))
def test_both_ways_do_the_same(data, private, k):
    point = plain.written(*plain.times(private, plain.G))
    key = signing.Sm2Key(plain.written(private), point)
    assert verifies(key.public, data, plain.signed(key.private, point, data, sm2.USER_ID, k=k))
    assert plain.verifies(point, data, key.signed(data), sm2.USER_ID)


def test_the_random_number_of_the_standard_gives_its_signature():
    private = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
    k = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
    assert plain.signed(private, STANDARD_POINT, b"message digest", sm2.USER_ID, k=k) == STANDARD_SIGNATURE


def test_new_keys_are_good():
    private, point = sm2.new_pair()
    assert plain.times(plain.number(private), plain.G) == (plain.number(point[:32]), plain.number(point[32:]))
    assert signing.load_key(signing.Sm2Key(private, point).pem()).public.info


EDGES = {
    "r is 0": (0, 1), "s is 0": (1, 0), "both are 0": (0, 0), "r is n": (plain.N, 1), "s is n": (1, plain.N),
    "r + s is n": (1, plain.N - 1), "all ones": (2**256 - 1, 2**256 - 1),
}  # fmt: skip


@pytest.mark.parametrize("case", EDGES)
def test_numbers_at_the_edges_never_verify(case):
    key = signing.new_key("sm2").public
    value = b"".join(one.to_bytes(32, "big") for one in EDGES[case])
    assert not verifies(key, b"data", value)


@pytest.mark.parametrize("value", [b"", b"\0" * 63, b"\0" * 65, b"\1" * 64, b"\xff" * 1000])
def test_values_of_another_size_never_verify(value):
    assert not verifies(signing.new_key("sm2").public, b"data", value)
    assert not verifies(signing.new_key("rsa").public, b"data", value)


def test_n_added_to_r_does_not_make_another_signature():
    key = signing.Sm2Key(b"\0" * 32, STANDARD_POINT).public
    r, s = plain.number(STANDARD_SIGNATURE[:32]), plain.number(STANDARD_SIGNATURE[32:])
    assert r + plain.N >= 2**256 and s + plain.N >= 2**256
    turned = STANDARD_SIGNATURE[:32] + (plain.N - s).to_bytes(32, "big")
    assert not verifies(key, b"message digest", turned)
