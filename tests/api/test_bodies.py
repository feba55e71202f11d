"""Bodies: their limit, their form, and what is read of them."""

from __future__ import annotations

import io

import pytest
from django.test import RequestFactory
from tests.api.conftest import xml

from tongguan.api import bodies
from tongguan.ecommerce.models import Message
from tongguan.formats import ceb

XML = "application/xml"


class Endless(io.RawIOBase):
    """A body that never ends, and says how much of it was read."""

    def __init__(self, start: bytes):
        self.start, self.given = start, 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "somebody wants to read all of it"
        part = (self.start + b"x" * size)[:size]
        self.start = self.start[size:]
        self.given += len(part)
        return part


def announced(size: int, start: bytes = b"{", content_type: str = "application/json"):
    length = {"CONTENT_LENGTH": str(size)}
    request = RequestFactory().generic("POST", "/cebcmsg", b"-", content_type=content_type, **length)
    request._stream = stream = Endless(start)
    return request, stream


def test_a_body_of_the_limit_is_read():
    request, stream = announced(bodies.LIMIT)
    request._stream = io.BytesIO(b"x" * bodies.LIMIT)
    assert len(bodies.body(request)) == bodies.LIMIT


@pytest.mark.parametrize("size", [bodies.LIMIT + 1, 10**15, 10**30])
def test_an_announced_giant_is_refused_by_its_first_bytes(size):
    request, stream = announced(size, b"<ceb:")
    with pytest.raises(bodies.TooLarge) as refused:
        bodies.body(request)
    assert refused.value.head.startswith(b"<ceb:") and stream.given <= 4096


def test_a_giant_in_chunks_is_read_up_to_the_limit():
    request, _ = announced(0)
    request.META["HTTP_TRANSFER_ENCODING"] = "chunked"
    request.environ["wsgi.input"] = stream = Endless(b"<")
    with pytest.raises(bodies.TooLarge):
        bodies.body(request)
    assert stream.given == bodies.LIMIT + 1


def test_a_body_in_chunks_is_read():
    request, _ = announced(0)
    request.META["HTTP_TRANSFER_ENCODING"] = "chunked"
    request.environ["wsgi.input"] = io.BytesIO(b"<a/>")
    assert bodies.body(request) == b"<a/>"


@pytest.mark.parametrize(
    "content_type, head, expected",
    [
        ("application/json", b" \n<a/>", True), ("application/json", b"\xef\xbb\xbf<a/>", True), ("", b"\xff\xfe<\0", True),
        ("", b"\xfe\xff\0<", True), ("text/xml", b"{", True), ("application/xml; charset=gbk", b"", True),
        ("application/json", b"{", False), ("application/json", b"\xef\xbb\xbf{", False), ("text/plain", b"", False),
    ],
)  # fmt: skip
def test_xml_is_known_by_its_type_or_its_beginning(content_type, head, expected):
    request = RequestFactory().generic("POST", "/", b"-", content_type=content_type)
    assert bodies.is_xml(request, head) is expected


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(bodies, "LIMIT", 500)


def test_too_large_xml_is_answered_by_a_900(window, small, parcel):
    response = window.broker.post("/cebcmsg", xml("order", parcel), XML)
    assert (response.status_code, response["Content-Type"]) == (413, "application/xml; charset=utf-8")
    said = ceb.read(response.content).nodes[0].document
    assert said.returnStatus == ceb.CAUSES["size"].status and said.oriMessageType in ("CEB311Message", "Unknown")
    assert not Message.objects.exists()


def test_too_large_json_is_answered_by_a_problem(window, small):
    for path in ("/cebcmsg", "/api/v1/messages/CEB311Message", "/api/v1/messages"):
        response = window.broker.post(path, b'{"a":"' + b"x" * 600 + b'"}')
        assert response.status_code == 413 and response.json()["code"] == "TOO_LARGE"


def test_compressed_bodies_are_not_taken(window):
    response = window.broker.post("/cebcmsg", b"\x1f\x8b", "application/json", **{"Content-Encoding": "gzip"})
    assert response.status_code == 415 and response.json()["code"] == "ENCODED"
