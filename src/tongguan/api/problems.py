"""What a machine is told when its request fails (错误应答): a problem of RFC 9457, and never a traceback.

``title`` and ``detail`` are in the caller's language; ``errors`` always holds at least one entry, in both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import msgspec
import structlog
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation.trans_real import parse_accept_lang_header

from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.kernel.texts import LANGUAGES, text

log = structlog.get_logger("tongguan.api")

CONTENT_TYPE = "application/problem+json"
DOCS = "/api/docs"
STATUSES = {
    "MALFORMED_JSON": 400,
    "WRONG_SHAPE": 400,
    "MEMBER_MISSING": 400,
    "BAD_BASE64": 400,
    "BAD_PARAMETER": 400,
    "BAD_REQUEST": 400,
    "UNAUTHENTICATED": 401,
    "WRONG_TOKEN": 401,
    "NOT_YOURS": 403,
    "SCOPE_MISSING": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "REFUSED": 409,
    "TOO_LARGE": 413,
    "ENCODED": 415,
    "DOCUMENT_INVALID": 422,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "UNREADABLE_MESSAGE": 422,
    "TOO_MANY_REQUESTS": 429,
    "TOO_MANY_FAILURES": 429,
    "INTERNAL": 500,
    "RULE_NOT_CONFIGURED": 503,
    "UNAVAILABLE": 503,
    "BUSY": 503,
}
"""Every problem by its code, with the status it is answered by."""

Both = dict[str, str]


def both(key: str, **values: Any) -> Both:
    """Return a text in both languages."""
    return {lang: text(key, lang, **values) for lang in LANGUAGES}


class Problem(Exception):
    """A request that fails; ``values`` are what its detail names, ``errors`` the places that are wrong.

    ``more`` are members of its own (RFC 9457 §3.2), ``headers`` those of the response.
    """

    def __init__(
        self,
        code: str,
        *,
        pointer: str = "",
        errors: Iterable[dict[str, Any]] = (),
        status: int = 0,
        headers: dict[str, str] | None = None,
        more: dict[str, Any] | None = None,
        **values: Any,
    ):
        super().__init__(code)
        self.code, self.pointer, self.values = code, pointer, {"pointer": pointer, **values}
        self.status = status or STATUSES[code]
        self.headers, self.more = dict(headers or {}), dict(more or {})
        self.errors = list(errors) or [{"code": code, "pointer": pointer, "message": self.detail()}]

    def detail(self) -> Both:
        """Return what is wrong, in both languages."""
        return both(f"api.problem.{self.code}.detail", **self.values)

    def as_dict(self, lang: str) -> dict[str, Any]:
        """Return the members of the problem for a caller of the language."""
        return {
            "type": f"{DOCS}#{self.code}",
            "title": text(f"api.problem.{self.code}.title", lang),
            "status": self.status,
            "detail": self.detail()[lang],
            "code": self.code,
            "errors": self.errors,
            **self.more,
        }


def errors_of(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as the errors of a problem."""
    return [
        {"code": f.code, "pointer": f.pointer, "message": {lang: f.text(lang) for lang in LANGUAGES}} for f in findings
    ]


def language(request: HttpRequest) -> str:
    """Return zh or en by what the caller accepts; without a preference Chinese, the language of the receipts."""
    for tag, weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()[:200]):
        if weight and (short := tag[:2]) in LANGUAGES:
            return short
    return LANGUAGES[0]


def number(request: HttpRequest) -> str:
    """Return the number of the request, as the log has it."""
    return getattr(request, "id", "")


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the response to a request that failed."""
    lang = language(request)
    body = problem.as_dict(lang) | {"request": number(request)}
    response = HttpResponse(msgspec.json.encode(body), status=problem.status, content_type=CONTENT_TYPE)
    response["Content-Language"], response["Vary"] = lang, "Accept-Language"
    response["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        response[name] = value
    return response


def of(error: Exception, request: HttpRequest) -> Problem:
    """Return the problem an exception is for the caller; one nobody expected is logged and shows nothing."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404):
        return Problem("NOT_FOUND")
    if isinstance(error, NotYours):
        return Problem("NOT_YOURS", reason={lang: error.text(lang) for lang in LANGUAGES})
    if isinstance(error, NotConfigured):
        return Problem("RULE_NOT_CONFIGURED", reason={lang: error.text(lang) for lang in LANGUAGES})
    if isinstance(error, NotNow):
        return Problem("REFUSED", reason={lang: error.text(lang) for lang in LANGUAGES})
    if isinstance(error, Refused):
        reason = {lang: error.text(lang) for lang in LANGUAGES}
        return Problem("REFUSED", errors=errors_of(error.findings), reason=reason)
    if isinstance(error, (SuspiciousOperation, UnreadablePostError)):
        return Problem("BAD_REQUEST")
    if isinstance(error, (OperationalError, InterfaceError)):
        log.error("database", error=type(error).__name__, exc_info=error)
        return Problem("UNAVAILABLE", headers={"Retry-After": "5"})
    log.error("unexpected", error=type(error).__name__, exc_info=error)
    return Problem("INTERNAL", request=number(request))


def shaped(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view fail in this shape only; what it refuses by an empty 405 gets a body too."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Exception as error:
            return answer(request, of(error, request))
        if response.status_code == 405:
            return answer(request, not_allowed(response.headers.get("Allow", "")))
        return response

    return answered


def not_allowed(allowed: str) -> Problem:
    """Return the problem of a wrong method."""
    return Problem("METHOD_NOT_ALLOWED", allowed=allowed, headers={"Allow": allowed})


def unknown_address(request: HttpRequest, **_: Any) -> HttpResponse:
    """Answer an address that nothing stands at."""
    return answer(request, Problem("NOT_FOUND"))
