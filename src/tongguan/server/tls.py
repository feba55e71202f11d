"""TLS that the program itself ends (传输加密): the certificate and key of the settings, for web processes and who asks them.

The server speaks TLS 1.2 and 1.3 only, with the suites of rustls: forward secrecy and authenticated encryption, no other.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from tongguan.server.configuration import read


@dataclass(frozen=True, slots=True)
class Tls:
    """Files in PEM: the certificate with those that lead to its root, and its key."""

    certificate: Path
    key: Path

    def asking(self) -> ssl.SSLContext:
        """Return what somebody on this machine asks the server by: who answers has to have this very certificate."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        context.check_hostname = False  # it is asked by an address, the certificate is for a name
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        return context


def tls() -> Tls | None:
    """Return what the settings say, None without TLS. Raises ValueError for one without the other, or that do not fit."""
    certificate, key = read("TONGGUAN_TLS_CERT").strip(), read("TONGGUAN_TLS_KEY").strip()
    if not certificate and not key:
        return None
    if not (certificate and key):
        raise ValueError("TONGGUAN_TLS_CERT and TONGGUAN_TLS_KEY are set together or not at all")
    found = Tls(Path(certificate).resolve(), Path(key).resolve())
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(found.certificate, found.key, password="")
    except (OSError, ssl.SSLError) as error:
        raise ValueError(f"TONGGUAN_TLS_CERT and TONGGUAN_TLS_KEY: {error}") from None
    return found


def scheme() -> str:
    """Return http, or https where the program ends TLS."""
    return "https" if tls() is not None else "http"
