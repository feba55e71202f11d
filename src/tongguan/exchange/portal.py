"""The line to a portal (接入窗口的连接): envelopes sent and receipts fetched over HTTP, by a client with its token."""

from __future__ import annotations

import contextlib
import http.client
import json
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from tongguan.formats import dxp
from tongguan.formats.ceb import Unreadable

MOST = 32 * 2**20
"""Bytes that a portal takes at once."""

PATIENCE = 100.0
"""Seconds to wait for an answer: the largest message is judged in a few."""

_LATER = {
    HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT,
}  # fmt: skip
_NEVER = {
    HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
}  # fmt: skip
_XML = "application/xml"


class Away(Exception):
    """The portal cannot be reached or cannot answer now: ask again. ``wait`` is how many seconds it asks for, 0 unsaid."""

    def __init__(self, reason: str, wait: float = 0):
        super().__init__(reason)
        self.reason, self.wait = reason, wait


class Broken(Away):
    """The line itself broke, or was never there."""


class Shut(Exception):
    """The portal will not answer however often it is asked: a wrong address, a token it does not know."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Answered(NamedTuple):
    """A response as it came."""

    status: int
    content_type: str
    body: bytes


class Line:
    """The line to a portal at an address like ``http://127.0.0.1:8000``; raises ValueError for what is none."""

    def __init__(self, address: str, token: str = ""):
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
            raise ValueError(address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._line = kind(parts.hostname, parts.port, timeout=PATIENCE)
        self._root = parts.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def close(self) -> None:
        """Hang up; the next question calls again."""
        self._line.close()

    def _asked(self, method: str, path: str, body: bytes | None = None) -> Answered:
        was_open = self._line.sock is not None
        try:
            return self._once(method, path, body)
        except Broken:
            # A line kept open may have been closed at the other end meanwhile. Asking twice is asking once.
            if not was_open:
                raise
            return self._once(method, path, body)

    def _once(self, method: str, path: str, body: bytes | None) -> Answered:
        try:
            self._line.request(method, path, body, {"Content-Type": _XML, **self._headers})
            response = self._line.getresponse()
            answer = Answered(response.status, response.headers.get("Content-Type", ""), response.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Broken(str(error) or type(error).__name__) from None
        if answer.status in _LATER:
            raise Away(told(answer), _seconds(response.headers.get("Retry-After", "")))
        if answer.status in _NEVER:
            raise Shut(told(answer))
        return answer


class Portal(Line):
    """One portal, which takes envelopes and gives receipts in envelopes."""

    def send(self, envelope: bytes) -> dxp.Response:
        """Send an envelope and return the answer to it; raises Away, Shut."""
        answer = self._asked("POST", f"{self._root}/dxp", envelope)
        with contextlib.suppress(Unreadable):
            return dxp.read_answer(answer.body).responses[0]
        raise Shut(told(answer))

    def fetch(self, dxp_id: str, after: str) -> dxp.Envelope | None:
        """Return the next receipts to an exchange number, None when there are none; raises Away, Shut."""
        query = {"dxpid": dxp_id} | ({"after": after} if after else {})
        answer = self._asked("GET", f"{self._root}/dxp?{urlencode(query)}")
        if answer.status == HTTPStatus.NO_CONTENT:
            return None
        with contextlib.suppress(Unreadable):
            return dxp.read(answer.body)
        raise Shut(told(answer))


def _seconds(written: str) -> float:
    return float(written) if written.isascii() and written.isdigit() else 0


def told(answer: Answered) -> str:
    """Return what a response says went wrong, as far as a person can read it."""
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return f"HTTP {answer.status}: {json.loads(answer.body)['detail']}"
    with contextlib.suppress(Unreadable):
        said = dxp.read_answer(answer.body).responses[0]
        return f"HTTP {answer.status}: {said.ResponseCode} {said.ResponseInfo or ''}".rstrip()
    return f"HTTP {answer.status}"
