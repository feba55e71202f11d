"""Whatever is sent, the program answers; it never fails."""

from __future__ import annotations

from urllib.parse import quote

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.conftest import Clients, make_parcel, records, xml

from tongguan.api import limits
from tongguan.ecommerce import samples
from tongguan.formats import ceb

sent = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

texts = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", " ", "0", "-1", "1E5", "NaN", "null", "\0", "<&>]]>", "＃", "\ud7ff", "x" * 5000, "20260501", "142"]
    ),
)
scalars = st.one_of(
    st.none(), st.booleans(), texts, st.integers(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
)  # fmt: skip
names = st.sampled_from(["Message", "MessageBody", "data", "documents", "baseTransfer", "guid", "items", "orderNo"])
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.one_of(names, texts), inner, max_size=5)),
    max_leaves=15,
)
KINDS = {kind: (noun, records(noun, make_parcel("F0001"))[0]) for noun, kind in samples.KINDS.items()}


@pytest.fixture
def caller(window: Clients, monkeypatch):
    for bucket in ("calls", "parties"):
        monkeypatch.setattr(limits, bucket, limits.Buckets(limits.Limit(1e9, 10**9)))
    return window.broker


def answered(response) -> None:
    assert response.status_code < 500, response.content
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json" and response.json()["errors"]


@sent
@given(values)
def test_any_json_is_answered_by_the_transport(caller, value):
    answered(caller.post("/cebcmsg", msgspec.json.encode(value)))


@sent
@given(st.sampled_from(sorted(KINDS)), values)
def test_any_json_is_answered_by_the_api(caller, kind, value):
    answered(caller.post(f"/api/v1/messages/{kind}", msgspec.json.encode(value)))


@sent
@given(st.binary(max_size=200), st.sampled_from(["application/json", "application/xml", "", "text/plain; charset=x"]))
def test_any_bytes_are_answered(caller, body, content_type):
    for path in ("/cebcmsg", "/api/v1/messages", "/api/v1/messages/CEB621Message"):
        answered(caller.post(path, body, content_type))


@st.composite
def nearly_right(draw) -> tuple[str, list]:
    """Return a kind and records of it with some members changed, the lines' members among them."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    noun, record = KINDS[kind]
    table, record = ceb.TABLES[kind], dict(record)
    for name in draw(st.lists(st.sampled_from([*table.head.names, "items", "odd"]), max_size=3)):
        record[name] = draw(values)
    if table.items and isinstance(record["items"], list) and record["items"] and draw(st.booleans()):
        lines = [dict(line) if isinstance(line, dict) else line for line in record["items"]]
        if isinstance(lines[0], dict):
            lines[0][draw(st.sampled_from(table.items.names))] = draw(scalars)
        record["items"] = lines
    return kind, [record] * draw(st.integers(1, 3))


@settings(sent, max_examples=120)
@given(nearly_right())
def test_records_that_are_nearly_right_are_answered(caller, sample):
    kind, body = sample
    answered(caller.post(f"/api/v1/messages/{kind}", msgspec.json.encode(body)))


@st.composite
def plausible(draw) -> tuple[str, list]:
    """Return records that follow their table and may break any rule."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    noun, record = KINDS[kind]
    table, record = ceb.TABLES[kind], dict(record)
    fitting = {
        "decimal": st.decimals(-(10**9), 10**9, places=2).map(str),
        "integer": st.integers(-5, 10**6),
        "code": st.sampled_from(["0", "1", "142", "999", "20260501", "20261399999999", "I", "-", "Ａ", "9610"]),
        "text": st.text("阿·Ab1<&\u3000", min_size=1, max_size=12),
    }
    for name in draw(st.lists(st.sampled_from(table.head.names), max_size=4)):
        record[name] = draw(fitting[table.head.fields[name].shape.kind])
    if table.items:
        line = dict(record["items"][0])
        for name in draw(st.lists(st.sampled_from(table.items.names), max_size=3)):
            line[name] = draw(fitting[table.items.fields[name].shape.kind])
        record["items"] = [line] * draw(st.integers(1, 3))
    return kind, [record]


@settings(sent, max_examples=120)
@given(plausible())
def test_records_that_break_rules_are_answered(caller, sample):
    kind, body = sample
    answered(caller.post(f"/api/v1/messages/{kind}", msgspec.json.encode(body)))


@sent
@given(st.data())
def test_cut_and_changed_xml_is_answered(caller, data):
    whole = bytearray(xml("inventory", make_parcel("F0002")))
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    answered(caller.post("/cebcmsg", bytes(whole[: data.draw(st.integers(1, len(whole)))]), "application/xml"))


PARAMETERS = ("number", "before", "after", "kind", "limit", "on", "name", "dxpid", "qryid")
PATHS = (
    "/api/v1/messages", "/api/v1/messages/{}", "/api/v1/parcels", "/api/v1/parcels/{}", "/api/v1/parcels/{}/{}",
    "/api/v1/receipts", "/api/v1/tariff/{}", "/api/v1/law", "/api/v1/law/{}", "/api/v1/codes/{}", "/ceb312msg", "/{}",
)  # fmt: skip


@settings(sent, max_examples=150)
@given(st.sampled_from(PATHS), texts, texts, st.dictionaries(st.sampled_from(PARAMETERS), texts, max_size=4))
def test_any_question_is_answered(caller, path, first, second, query):
    address = path.format(quote(first, safe="", errors="replace"), quote(second, safe="", errors="replace"))
    if address.startswith(("/api/", "/ceb")):
        answered(caller.get(address, query))
