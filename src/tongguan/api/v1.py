"""The JSON API under ``/api/v1`` (django-ninja): what is common to its operations.

Bodies are decoded and answers encoded by msgspec; ninja routes, reads the parameters and describes them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.renderers import BaseRenderer

from . import callers, problems
from .problems import Problem, both

TAGS = (
    "transport",
    "messages",
    "parcels",
    "declarations",
    "needs",
    "receipts",
    "webhooks",
    "requests",
    "taxes",
    "duties",
    "guarantees",
    "reliefs",
    "compliance",
    "books",
    "cargo",
    "shops",
    "licences",
    "credit",
    "certificates",
    "programs",
    "risks",
    "journal",
    "measures",
    "sandbox",
    "reference",
    "estimates",
    "advice",
)
JSON = "application/json"
REF = "#/components/schemas/{name}"

Described = dict[str, Any]


class Encoded(BaseRenderer):
    """Answers are the Structs of ``shapes``."""

    media_type = JSON

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return the JSON of a Struct."""
        return msgspec.json.encode(data)


class Api(NinjaAPI):
    """The API, failing in problems only."""

    def set_default_exception_handlers(self) -> None:
        """Let every failure be a problem."""
        self.add_exception_handler(Exception, lambda request, error: problems.answer(request, _of(error, request)))


def _of(error: Exception, request: HttpRequest) -> Problem:
    return _wrong_parameter(error) if isinstance(error, ValidationError) else problems.of(error, request)


def _wrong_parameter(error: ValidationError) -> Problem:
    found = error.errors[0]
    name, why = str(found["loc"][-1]), str(found["msg"])[:100]
    return wrong(name, "other", why=why)


def wrong(name: str, wanted: str, **values: Any) -> Problem:
    """Return the problem of a parameter that is not what it must be."""
    return Problem("BAD_PARAMETER", pointer=name, name=name, wanted=both(f"api.parameter.{wanted}", **values))


def plain(name: str, value: str, most: int = 60) -> str:
    """Return a number that a parameter gives, without spaces around it; raises Problem."""
    if not 1 <= len(value := value.strip()) <= most or "\0" in value:
        raise wrong(name, "number")
    return value


def described(
    operation: str,
    tag: str,
    answer: type,
    *,
    fails: tuple[int, ...] = (),
    body: Described | None = None,
    public: bool = False,
    keyed: bool = False,
) -> dict[str, Any]:
    """Return what an operation says of itself: its name, its texts, what it takes and what it answers.

    ``keyed``: it takes an Idempotency-Key (``repeats.once``).
    """
    texts = both(f"api.operation.{operation}")
    codes = sorted({*fails, 429, 500, 503} | ({400, 422} if keyed else set()) | (set() if public else {401, 403}))
    responses: dict[Any, Any] = {200: {"content": {JSON: {"schema": {"$ref": REF.format(name=answer.__name__)}}}}}
    responses |= {status: {"$ref": f"#/components/responses/{status}"} for status in codes}
    extra: Described = {"responses": responses, "security": [] if public else [{"bearer": []}, {"basic": []}]}
    if keyed:
        told = both("api.parameter.Idempotency-Key")
        extra["parameters"] = [
            {
                "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 100},
                "description": f"{told['en']} / {told['zh']}",
            }
        ]  # fmt: skip
    if body:
        extra["requestBody"] = {"required": True, "content": body}
    return {
        "operation_id": operation,
        "summary": texts["en"],
        "description": texts["zh"],
        "tags": [tag],
        "auth": callers.anybody if public else callers.caller,
        "openapi_extra": extra,
    }


def who(request: HttpRequest) -> callers.Caller:
    """Return who calls."""
    return request.auth  # type: ignore[attr-defined]


api = Api(
    title="Tongguan",
    version="1",
    description="通关系统接口 · Tongguan for machines",
    openapi_url=None,
    docs_url=None,
    renderer=Encoded(),
    urls_namespace="api-v1",
)

View = Callable[..., HttpResponse]
