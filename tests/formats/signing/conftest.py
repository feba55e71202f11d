"""Authorities, keys and certificates for tests, made anew in every run, and a message to sign."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from tests.formats.ceb.conftest import SHARED, Maker, official, shared  # noqa: F401  (fixtures)

from tongguan.formats import signing

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
SERIAL = 0x3000000000CDE6F
CODE, NAME = "310198Z555", "代理报关行"


class Signer:
    """An enterprise with its key and its certificate."""

    def __init__(self, algorithm: str):
        self.authority = signing.make_trial_authority(algorithm, since=SINCE, until=UNTIL)
        self.key, self.certificate = signing.make_test_certificate(
            CODE, NAME, serial=SERIAL, since=SINCE, until=UNTIL, algorithm=algorithm, authority=self.authority
        )
        self.algorithm = algorithm

    def sign(self, data: bytes, algorithm: str = "") -> bytes:
        return signing.sign(data, self.key, self.certificate, algorithm=algorithm)


@pytest.fixture(scope="session")
def sm2() -> Signer:
    return Signer("sm2-sm3")


@pytest.fixture(scope="session")
def rsa() -> Signer:
    return Signer("rsa-sha1")


@pytest.fixture(scope="session")
def unsigned() -> bytes:
    """Return a 621 as a person would write it, with blanks between its elements."""
    make = Maker()
    text = make.data("CEB621Message", None, make.tail("CEB621Message")[:-1]).decode()
    return text.replace("><ceb:", ">\n  <ceb:").replace("</ceb:CEB", "\n</ceb:CEB").encode()


@pytest.fixture(scope="session")
def good(sm2, unsigned) -> bytes:
    return sm2.sign(unsigned)


@pytest.fixture(scope="session")
def vectors():
    found = SHARED / "sm2-vectors"
    if not found.is_dir():
        pytest.skip("the vectors of signatures are not here (TONGGUAN_SHARED)")
    return found


@pytest.fixture(scope="session")
def openssl():
    """Return a way to run OpenSSL, another program that knows SM2."""
    path = shutil.which("openssl")
    said = subprocess.run([path, "version"], capture_output=True, text=True).stdout if path else ""
    if not said.startswith("OpenSSL") or said.split()[1] < "3":
        pytest.skip("there is no OpenSSL 3 here")

    def run(*words: object, **how) -> subprocess.CompletedProcess:
        return subprocess.run([path, *map(str, words)], capture_output=True, **how)

    return run
