"""The body of a request (请求正文), of which never more than the limit is read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .problems import Problem

LIMIT = 32 * 2**20
"""Bytes. The largest legal 621 has about 12 MB, in base64 16 MB; the reader of messages has the same limit."""

_CHUNK = 256 * 1024
_HEAD = 4096
_XML_MARKS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff", b"\0<")
_XML_TYPES = {"application/xml", "text/xml"}


class TooLarge(Exception):
    """A body over the limit; ``head`` is its beginning, which says what was sent."""

    def __init__(self, head: bytes):
        super().__init__(f"more than {LIMIT} bytes")
        self.head = head


def body(request: HttpRequest) -> bytes:
    """Return the body, read once; raises TooLarge, and Problem ENCODED for a compressed one.

    A body sent in chunks has no length; Django would take it for empty, so it is read from below.
    """
    if not hasattr(request, "sent"):
        request.sent = _whole(request)
    return request.sent


def _whole(request: HttpRequest) -> bytes:
    if (encoding := request.headers.get("Content-Encoding", "identity").lower()) not in ("", "identity"):
        raise Problem("ENCODED", found=encoding[:40])
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        return _read(request.environ["wsgi.input"], LIMIT + 1)
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced[:20]) > LIMIT:
        raise TooLarge(request.read(_HEAD))
    return _read(request, LIMIT + 1)


def _read(stream: Any, most: int) -> bytes:
    parts, size = [], 0
    while part := stream.read(min(_CHUNK, most - size)):
        parts.append(part)
        size += len(part)
        if size >= most:
            raise TooLarge(parts[0][:_HEAD])
    return b"".join(parts)


def is_xml(request: HttpRequest, head: bytes) -> bool:
    """Say whether XML was sent: by its type, or by how it begins."""
    return request.content_type in _XML_TYPES or head.lstrip().startswith(_XML_MARKS)


def too_large() -> Problem:
    """Return the problem of a body over the limit."""
    return Problem("TOO_LARGE", limit=LIMIT)
