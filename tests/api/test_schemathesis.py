"""Every operation that the OpenAPI describes, asked as its description says and otherwise: no answer is an error of ours.

503 is none: a window that is not prepared, or whose database is away, says so.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec
import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from tests.api.conftest import Clients

from tongguan.api import limits
from tongguan.api.openapi import description

DESCRIBED = msgspec.json.decode(msgspec.json.encode(description()))
OPERATIONS = [
    (path, method) for path, found in DESCRIBED["paths"].items() for method in found if method != "parameters"
]
MOST = 8
"""Examples of an operation; the description has more than a hundred operations."""
asked = settings(
    max_examples=MOST,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


schemathesis.serializer.alias("application/x-pem-file", "text/plain")


@pytest.fixture(scope="module")
def schema():
    return schemathesis.openapi.from_dict(DESCRIBED)


@pytest.fixture(autouse=True)
def _never_too_many(monkeypatch):
    for bucket in ("calls", "parties"):
        monkeypatch.setattr(limits, bucket, limits.Buckets(limits.Limit(1e9, 10**9)))


def sent(case: schemathesis.Case, token: str):
    """Send what was generated and return the answer; what cannot be written as a request at all is not sent."""
    known = case.as_transport_kwargs(base_url="http://testserver")
    known.pop("cookies", None)
    try:
        ready = requests.Request(**{name: known[name] for name in ("method", "url", "headers", "params", "data", "json")
                                    if name in known}).prepare()  # fmt: skip
    except (requests.RequestException, UnicodeError, ValueError):
        return None
    parts = urlsplit(ready.url)
    headers = {name: value for name, value in ready.headers.items() if name.lower() != "content-length"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    body = ready.body.encode() if isinstance(ready.body, str) else ready.body or b""
    told = headers.pop("Content-Type", "application/json")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        return Client(raise_request_exception=False).generic(
            ready.method, path, body, content_type=told, headers=headers
        )
    except UnicodeError:  # a header that the test client cannot send
        return None


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{method} {path}" for path, method in OPERATIONS])
def test_no_answer_is_an_error_of_ours(window: Clients, schema, path, method):
    operation = schema[path][method]
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @asked
    @given(cases, st.sampled_from([window.operator.token, window.broker.token, window.platform.token, ""]))
    def ask(case, token):
        answer = sent(case, token)
        assert answer is None or answer.status_code != 500, (case.as_curl_command(), answer.content[:500])

    ask()
