"""The description of the API for programs (OpenAPI 3.1), every address included.

The documents come from the tables of ``formats.ceb``, the answers from the Structs of ``shapes``; nothing is described
twice.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongguan.formats import ceb
from tongguan.kernel.texts import LANGUAGES, text

from . import (
    advice,
    batches,
    books,
    cargo,
    cases,
    certificates,
    change_requests,
    changes,
    compliance,
    conference,
    credit,
    declaration_messages,
    declarations,
    deferrals,
    deposits,
    disclosures,
    duties,
    elements,
    estimates,
    guarantees,
    journal,
    legal,
    licences,
    measures,
    messages,
    needs,
    parcels,
    problems,
    programs,
    receipts,
    reference,
    refunds,
    reliefs,
    requests,
    risks,
    shapes,
    shops,
    statistics,
    statuses,
    tariff,
    taxes,
    trade,
    transport,
    two_steps,
    webhooks,
)
from .problems import both, shaped
from .sandbox import exchanges
from .sandbox import shapes as sandbox_shapes
from .sandbox import transport as sandbox_transport
from .v1 import JSON, REF, TAGS, api

for part in (messages, parcels, statuses, receipts, requests, taxes, books, certificates, risks, journal, reference):
    api.add_router("", part.router)
for part in (
    tariff,
    elements,
    estimates,
    trade,
    advice,
    statistics,
    measures,
    conference,
    cases,
    programs,
    shops,
    deposits,
    needs,
):
    api.add_router("", part.router)
api.add_router("", cargo.router)
api.add_router("", changes.router)
api.add_router("", batches.router)  # before those whose number it could be taken for
api.add_router("", credit.router)
api.add_router("", two_steps.router)
api.add_router("", declaration_messages.router)
api.add_router("", declarations.router)
api.add_router("", duties.router)
api.add_router("", guarantees.router)
api.add_router("", legal.router)
api.add_router("", licences.router)
api.add_router("", deferrals.router)
api.add_router("", refunds.router)
api.add_router("", reliefs.router)
api.add_router("", compliance.router)
api.add_router("", disclosures.router)
api.add_router("", exchanges.router)
api.add_router("", webhooks.router)

_SHAPED = (
    shapes,
    advice,
    batches,
    books,
    cargo,
    cases,
    certificates,
    compliance,
    change_requests,
    changes,
    conference,
    credit,
    declaration_messages,
    declarations,
    estimates,
    deferrals,
    deposits,
    disclosures,
    duties,
    elements,
    guarantees,
    trade,
    journal,
    legal,
    licences,
    measures,
    needs,
    programs,
    refunds,
    reliefs,
    requests,
    sandbox_shapes,
    shops,
    statistics,
    statuses,
    tariff,
    taxes,
    two_steps,
    webhooks,
)
"""Where the shapes of the answers stand."""

PROBLEM = {problems.CONTENT_TYPE: {"schema": {"$ref": REF.format(name="Problem")}}}
_SECURITY: list[dict[str, list]] = [{"bearer": []}, {"basic": []}]


@cache
def description() -> dict[str, Any]:
    """Return the description."""
    found = dict(api.get_openapi_schema(path_prefix="api/v1/"))
    found["info"]["description"] = " · ".join(text("api.docs.title", lang) for lang in LANGUAGES)
    found["tags"] = [{"name": tag, "description": " · ".join(both(f"api.tag.{tag}").values())} for tag in TAGS]
    found["paths"] = {**_transport(), **_sandbox(), **found["paths"]}
    found["components"] = {
        "schemas": _schemas(),
        "responses": {str(status): _response(status) for status in sorted(set(problems.STATUSES.values()))},
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "basic": {"type": "http", "scheme": "basic"},
        },
    }
    return found


def _response(status: int) -> dict[str, Any]:
    codes = [code for code, its in problems.STATUSES.items() if its == status]
    return {"description": ", ".join(codes), "content": PROBLEM}


def _schemas() -> dict[str, Any]:
    """Return every schema by its name: the records of the messages, and the shapes of the answers."""
    kinds = [
        kind
        for module in _SHAPED
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__
    ]
    answers = msgspec.json.schema_components([k for k in kinds if k is not shapes.Shape], ref_template=REF)[1]
    records: dict[str, Any] = {}
    for kind in (*messages.KINDS, *transport.RECEIPTS):
        records |= ceb.json_schema(kind)["$defs"]
    records |= ceb_transfer()
    found: dict[str, Any] = _moved({**answers, **records})
    found["Posted"] = posted()
    return found


def ceb_transfer() -> dict[str, Any]:
    """Return the schema of BaseTransfer, which may come with posted records."""
    return msgspec.json.schema_components([ceb.BaseTransfer], ref_template="#/$defs/{name}")[1]


def posted() -> dict[str, Any]:
    """Return the schema of what records may be posted as: one, several, or several with their BaseTransfer."""
    names = [ceb.json_schema(kind)["$ref"].rpartition("/")[2] for kind in messages.KINDS]
    record = {"oneOf": [{"$ref": REF.format(name=name)} for name in names]}
    records = {"type": "array", "minItems": 1, "maxItems": 100, "items": record}
    envelope = {
        "type": "object",
        "required": ["documents"],
        "additionalProperties": False,
        "properties": {
            "documents": records,
            "baseTransfer": {"$ref": REF.format(name="BaseTransfer")},
            "guid": {"type": "string", "minLength": 36, "maxLength": 36},
        },
    }
    return {"anyOf": [record, records, envelope], "description": "records of the kind named in the address"}


def _moved(part: Any) -> Any:
    """Return a schema with its references pointing to the components."""
    if isinstance(part, dict):
        return {
            name: value.replace("#/$defs/", "#/components/schemas/") if name == "$ref" else _moved(value)
            for name, value in part.items()
        }
    return [_moved(one) for one in part] if isinstance(part, list) else part


def _transport() -> dict[str, Any]:
    """Return the addresses of the transport, which are no part of /api/v1."""
    fails = {str(s): {"$ref": f"#/components/responses/{s}"} for s in (400, 401, 403, 413, 415, 429, 500, 503)}
    plain = {"content": {"text/plain": {"schema": {"const": "OK"}}, "application/xml": {"schema": {"type": "string"}}}}
    cebcmsg = {
        **_named("cebcmsg"),
        "requestBody": {"required": True, "content": {JSON: {"schema": _envelope()}, "application/xml": {}}},
        "responses": {"200": {"description": "OK, or the receipt in XML", **plain}, **fails},
    }
    polled = {address: {"get": _poll(kind)} for address, kind in polls().items()}
    return {"/cebcmsg": {"post": cebcmsg}, "/dxp": _envelopes(fails), **polled}


def _sandbox() -> dict[str, Any]:
    """Return the addresses of the transport once more, below /sandbox, for trial."""
    wanted = {"/sandbox/cebcmsg", "/sandbox/dxp", *sandbox_transport.polls()}
    found: dict[str, Any] = {}
    for address, operations in _transport().items():
        if (trial := sandbox_transport.BEFORE + address) in wanted:
            found[trial] = {method: {**told, **_trial(address, method)} for method, told in operations.items()}
    return found


def _trial(address: str, method: str) -> dict[str, Any]:
    """Return how an operation for trial is named; the two of one address each in its own way."""
    named = _named("trial", name=address[1:])
    return named if (address, method) != ("/dxp", "get") else named | {"operationId": f"{named['operationId']}_get"}


def _envelopes(fails: dict[str, Any]) -> dict[str, Any]:
    """Return the two operations on envelopes of the exchange."""
    xml = {"application/xml": {"schema": {"type": "string"}}}
    fetched = {"200": {"description": "DxpMsg", "content": xml}, "204": {"description": "-"}}
    return {
        "post": {
            **_named("dxp_post"),
            "requestBody": {"required": True, "content": xml},
            "responses": {"200": {"description": "DxpRep", "content": xml}, **fails},
        },
        "get": {
            **_named("dxp_get"),
            "parameters": [_parameter("dxpid", "own_dxpid"), _parameter("after", "cursor")],
            "responses": {**fetched, **{status: fails[status] for status in ("400", "401", "429", "500", "503")}},
        },
    }


def _parameter(name: str, text: str) -> dict[str, Any]:
    """Return a parameter of the query that may be left out."""
    wanted = both(f"api.parameter.{text}")
    return {
        "in": "query",
        "name": name,
        "required": False,
        "description": wanted["en"],
        "schema": {"type": "string"},
    }


def polls() -> dict[str, str]:
    """Return the kind of receipt that each address for polling returns."""
    return {f"/{kind[:6].lower()}msg": kind for kind in transport.RECEIPTS}


def _named(operation: str, **values: Any) -> dict[str, Any]:
    texts = both(f"api.operation.{operation}", **values)
    name = operation + "".join(str(value) for value in values.values())
    return {
        "operationId": name,
        "summary": texts["en"],
        "description": texts["zh"],
        "tags": ["transport"],
        "security": _SECURITY,
    }


def _envelope() -> dict[str, Any]:
    def member(name: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "required": [name], "properties": {name: schema}}

    base64 = {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/xml"}
    return member("Message", member("MessageBody", member("data", base64)))


def _poll(kind: str) -> dict[str, Any]:
    rows = {"type": "array", "maxItems": transport.PAGE, "items": {"type": "object"}}
    fails = {str(s): {"$ref": f"#/components/responses/{s}"} for s in (400, 401, 429, 500, 503)}
    return {
        **_named("poll", kind=kind[:6]),
        "parameters": [_parameter("dxpid", "own_dxpid"), _parameter("qryid", "time"), _parameter("after", "cursor")],
        "responses": {"200": {"description": "OK", "content": {JSON: {"schema": rows}}}, **fails},
    }


@cache
def _written() -> bytes:
    return msgspec.json.encode(description())


@shaped
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Return the description as JSON."""
    response = HttpResponse(_written(), content_type=JSON)
    response["Cache-Control"] = "public, max-age=300"
    return response
