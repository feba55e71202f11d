"""Passkeys: set up, named, removed, and signed in by, with an authenticator made of a key and some CBOR."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from tests.desk.conftest import PASSWORD
from tests.desk.test_account import enter
from tests.desk.test_pages import whole
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.actions.passkeys import remove_passkeys
from tongguan.parties.models import Passkey, Person

pytestmark = pytest.mark.usefixtures("people")


class Device:
    """An authenticator: present, verified, and asked by a browser at an origin."""

    def __init__(self, origin: str = "http://localhost", *, verified: bool = True):
        self.origin, self.flags = origin, 0x05 if verified else 0x01
        self.key, self.number, self.count = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16), 0

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, host: str, more: bytes = b"", flags: int = 0) -> bytes:
        self.count += 1
        return (
            hashlib.sha256(host.encode()).digest() + bytes([self.flags | flags]) + struct.pack(">I", self.count) + more
        )

    def _answer(self, **response: bytes) -> str:
        number = bytes_to_base64url(self.number)
        parts = {name: bytes_to_base64url(value) for name, value in response.items()}
        return json.dumps(
            {"id": number, "rawId": number, "type": "public-key", "response": parts, "clientExtensionResults": {}}
        )

    def create(self, options: dict) -> str:
        at = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32, "big"), -3: at.y.to_bytes(32, "big")}
        made = b"\0" * 16 + struct.pack(">H", len(self.number)) + self.number + cbor2.dumps(cose)
        data = self._data(options["rp"]["id"], made, 0x40)
        whole = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=whole)

    def get(self, options: dict) -> str:
        data = self._data(options["rpId"])
        client = self._client("webauthn.get", options["challenge"])
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signed)


def set_up(client, device: Device, name: str = "phone", password: str = PASSWORD):
    options = client.post("/account/passkeys/offer", {"password": password})
    if options.status_code != 200:
        return options
    answer = device.create(options.json())
    return client.post("/account/passkeys", {"verb": "register", "name": name, "answer": answer})


def arrive(name: str = "broker"):
    client, _ = enter(name, SERVER_NAME="localhost")
    return client


def sign_in(client, device: Device):
    options = client.post("/sign-in/passkey/offer").json()
    return client.post("/sign-in/passkey", {"answer": device.get(options)})


def stranger():
    from django.test import Client

    return Client(SERVER_NAME="localhost", headers={"accept-language": "en"})


@pytest.mark.measure("M2-I-5.2")
def test_somebody_signs_in_by_his_passkey_and_by_nothing_else_alone():
    device = Device()
    assert set_up(arrive(), device).status_code == 302
    row = Passkey.objects.get()
    assert (row.person.username, row.name, row.count) == ("broker", "phone", 1)
    client = stranger()
    assert sign_in(client, device).status_code == 302
    assert client.get("/account").status_code == 200
    row.refresh_from_db()
    assert row.count == 2 and row.used is not None
    client, response = enter("broker", SERVER_NAME="localhost")
    assert response.url == "/sign-in/code"  # the password alone opens nothing
    assert b'name="code"' not in client.get("/sign-in/code").content
    assert client.get("/account").status_code == 302
    assert sign_in(client, device).status_code == 302 and client.get("/account").status_code == 200


def test_it_is_a_second_factor(settings):
    device = Device()
    set_up(arrive("officer"), device)
    settings.SECOND_FACTOR = frozenset({"officer"})
    client = stranger()
    assert sign_in(client, device).url == "/" and client.get("/").status_code == 200


def test_a_challenge_is_good_once():
    device = Device()
    set_up(arrive(), device)
    client = stranger()
    answer = device.get(client.post("/sign-in/passkey/offer").json())
    assert client.post("/sign-in/passkey", {"answer": answer}).status_code == 302
    client.post("/sign-out")
    assert client.post("/sign-in/passkey", {"answer": answer}).status_code == 400


def test_a_copied_key_is_found_by_its_count():
    device = Device()
    set_up(arrive(), device)
    assert sign_in(stranger(), device).status_code == 302
    device.count = 0
    assert sign_in(stranger(), device).status_code == 400


@pytest.mark.parametrize("device", [Device("https://elsewhere.example"), Device(verified=False)])
def test_another_site_and_a_device_that_asked_nobody_are_refused(device):
    assert set_up(arrive(), device).status_code == 409 and not Passkey.objects.exists()


def test_anothers_passkey_does_not_complete_a_password():
    device, other = Device(), Device()
    set_up(arrive(), device)
    set_up(arrive("platform"), other)
    client, _ = enter("broker", SERVER_NAME="localhost")
    assert sign_in(client, other).status_code == 400


@pytest.mark.parametrize("answer", ["", "{}", "[]", "x", '{"rawId": 1}', '{"rawId": "AAAA"}', "[" * 9000])
def test_what_is_no_answer_signs_nobody_in(answer):
    client = stranger()
    client.post("/sign-in/passkey/offer")
    assert client.post("/sign-in/passkey", {"answer": answer}).status_code == 400
    client = arrive()
    client.post("/account/passkeys/offer", {"password": PASSWORD})
    given = {"verb": "register", "name": "phone", "answer": answer}
    assert client.post("/account/passkeys", given).status_code == 409


def test_the_password_is_asked_again():
    client = arrive()
    assert set_up(client, Device(), password="wrong").status_code == 409
    assert not Passkey.objects.exists()


def test_naming_and_removing():
    client = arrive()
    set_up(client, Device())
    row = Passkey.objects.get()
    client.post("/account/passkeys", {"verb": "rename", "passkey": row.pk, "name": "laptop"})
    row.refresh_from_db()
    assert row.name == "laptop"
    assert client.post("/account/passkeys", {"verb": "rename", "passkey": row.pk, "name": ""}).status_code == 409
    other = arrive("platform")
    assert other.post("/account/passkeys", {"verb": "rename", "passkey": row.pk, "name": "x"}).status_code == 404
    other.post("/account/passkeys", {"verb": "remove", "passkey": row.pk})
    assert Passkey.objects.exists()
    client.post("/account/passkeys", {"verb": "remove", "passkey": row.pk})
    assert not Passkey.objects.exists()
    with pytest.raises(NotYours):
        remove_passkeys(Person.objects.get(username="broker"), by=Actor("platform", "platform"), at=row.made)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages(lang):
    client, _ = enter("broker", lang=lang, SERVER_NAME="localhost")
    set_up(client, Device())
    whole(client.get("/account/passkeys"), lang)
    whole(client.post("/account/passkeys", {"verb": "register", "name": "", "answer": ""}), lang)
    client, _ = enter("broker", lang=lang, SERVER_NAME="localhost")
    whole(client.get("/sign-in/code"), lang)
    whole(stranger().get("/sign-in"), "en")


def test_an_address_without_a_name_says_so():
    client, _ = enter("broker", SERVER_NAME="127.0.0.1")
    assert 'data-passkey="create"' not in client.get("/account/passkeys").content.decode()


def test_a_challenge_is_for_this_portal():
    options = stranger().post("/sign-in/passkey/offer").json()
    assert options["rpId"] == "localhost" and options["userVerification"] == "required"
    assert len(base64url_to_bytes(options["challenge"])) == 32
