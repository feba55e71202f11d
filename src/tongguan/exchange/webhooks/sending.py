"""Sending (推送发送): one POST to the address that was looked at, answered in time or not at all; no redirect is followed."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple

from . import guard

TIMEOUT = 15.0
"""Seconds from the first packet to the last, the handshake included."""

READ_MOST = 2**16
KEPT_MOST = 1000
_SHORTEST = 0.01
_MILLISECONDS = 1000
_LONGEST_WAIT = 8  # digits of a Retry-After that is believed; the law bounds it further
PROBLEMS = (
    "address", "https", "unresolved", "not_public", "timeout", "tls", "unreachable", "broken", "redirect", "gone", "status",
)  # fmt: skip
"""Why an attempt failed: the first four before anything was sent, the last three by the status of the answer."""


class Answer(NamedTuple):
    """What came of an attempt. ``wait`` is how many seconds the receiver asks to be left alone, 0 unsaid."""

    status: int | None = None
    problem: str = ""
    text: str = ""
    wait: int = 0
    took: int = 0


class _Failed(Exception):
    pass


@dataclass
class Sender:
    """Sends by the rules of ``guard``; ``context`` is how certificates of receivers are judged."""

    loopback: bool = False
    resolve: guard.Resolver = guard.resolve
    timeout: float = TIMEOUT
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a body and return what came of it; never raises."""
        begun = time.monotonic()
        try:
            status, text, wait = self._sent(url, headers, body, begun + self.timeout)
            answer = Answer(status, _judged(status), text, wait)
        except _Failed as failed:
            answer = Answer(problem=str(failed))
        except TimeoutError:
            answer = Answer(problem="timeout")
        except ssl.SSLError:
            answer = Answer(problem="tls")
        except (OSError, http.client.HTTPException, ValueError):
            late = time.monotonic() >= begun + self.timeout
            answer = Answer(problem="timeout" if late else "broken")
        return answer._replace(took=int((time.monotonic() - begun) * _MILLISECONDS))

    def _sent(self, url: str, headers: Mapping[str, str], body: bytes, until: float) -> tuple[int, str, int]:
        try:
            asked = guard.target(url)
        except guard.NotAddress:
            raise _Failed("address") from None
        addresses = self.resolve(asked.host, asked.port)
        if problem := guard.objection(asked, addresses, loopback=self.loopback):
            raise _Failed(problem)
        line = self._line(asked, addresses[0], until)
        # What drips in a byte at a time never runs into the time-out of a single read; this ends it.
        watch = threading.Timer(max(0.0, until - time.monotonic()), _cut, (line,))
        watch.daemon = True
        watch.start()
        try:
            talk = http.client.HTTPConnection(asked.host, asked.port)
            talk.sock = line
            talk.request("POST", asked.path, body, {"Host": asked.shown, **headers})
            answer = talk.getresponse()
            return answer.status, _text(answer), _seconds(answer.headers.get("Retry-After", ""))
        finally:
            watch.cancel()
            line.close()

    def _line(self, asked: guard.Target, address: str, until: float) -> socket.socket:
        try:
            line = socket.create_connection((address, asked.port), timeout=_left(until))
        except TimeoutError:
            raise
        except OSError:
            raise _Failed("unreachable") from None
        if not asked.tls:
            return line
        try:
            line.settimeout(_left(until))
            return self.context.wrap_socket(line, server_hostname=asked.host)
        except BaseException:
            line.close()
            raise


def _left(until: float) -> float:
    return max(_SHORTEST, until - time.monotonic())


def _cut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        """It was over already."""


def _judged(status: int) -> str:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return ""
    if status == HTTPStatus.GONE:
        return "gone"
    return "redirect" if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST else "status"


def _text(answer: http.client.HTTPResponse) -> str:
    """Return the beginning of an answer, as far as it can be shown."""
    written = answer.read(READ_MOST).decode(errors="replace")[:KEPT_MOST]
    return "".join(one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in written)


def _seconds(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) <= _LONGEST_WAIT else 0
