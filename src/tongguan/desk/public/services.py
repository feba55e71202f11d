"""The catalogue of services (服务目录): what can be done here, by whom, on which page, by which operation or command.

Everything but the sentence that describes a service is read where it is decided: who may go there from the navigation,
what a form needs from the permits, the operations from the API's own description. A test wants every place of the
navigation and every group of operations to be here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse
from django.views.decorators.http import require_safe

from tongguan.desk import navigation
from tongguan.desk.permits import CHANGES
from tongguan.kernel.texts import text
from tongguan.parties.functions import FUNCTIONS

DESCRIPTION = "/api/v1/openapi.json"

ELSEWHERE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "home": (("needs",), ()),
    "declarations": (("declarations",), ()),
    "manifests": (("cargo",), ()),
    "file": (("transport",), ("file",)),
    "messages": (("messages", "receipts"), ()),
    "errors": (("compliance",), ()),
    "disclosures": (("compliance",), ()),
    "fee_reductions": (("compliance",), ()),
    "parcels": (("parcels",), ()),
    "requests": (("requests",), ()),
    "books": (("books",), ("book",)),
    "shops": (("shops",), ()),
    "credit": (("credit",), ()),
    "licences": (("licences",), ()),
    "reliefs": (("reliefs",), ()),
    "duty_bills": (("duties",), ("bank",)),
    "guarantees": (("guarantees",), ()),
    "exchange_rates": ((), ("exchange-rates",)),
    "taxes": (("taxes",), ("bank",)),
    "tariff": (("reference",), ("tariff", "codes", "law")),
    "calculator": (("estimates",), ("explain",)),
    "advisor": (("advice",), ()),
    "risks": (("risks",), ()),
    "journal": (("journal",), ("proof", "verify", "witness")),
    "certificates": (("certificates", "programs"), ("certificate",)),
    "subscribers": ((), ("subscriber",)),
    "webhooks": (("webhooks",), ("webhook-receiver",)),
    "sandbox": (("sandbox",), ("sandbox",)),
    "measures": (("measures",), ("measures",)),
    "what_ifs": ((), ("replay", "simulate")),
    "operate": ((), ("status",)),
}
"""The groups of operations and the commands that do what the page of a place does."""


@dataclass(frozen=True, slots=True)
class Service:
    """A place where something is done: for whom, and by what else it can be done."""

    name: str
    title: str
    says: str
    href: str
    public: bool
    roles: list[str]
    needs: str
    operations: list[Any]
    commands: list[tuple[str, str]]


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Show the catalogue, what is for everybody first."""
    return render(request, "desk/public/services.html", {"groups": catalogue(request.lang)})


@cache
def catalogue(lang: str) -> list[tuple[str, list[Service]]]:
    """Return the services by area: those for everybody, then those of each area of the navigation."""
    everybody = [service(name, None, lang) for name in (*navigation.PUBLIC, "status")]
    groups = [(text("desk.public.services.everybody", lang), everybody)]
    for area, places in navigation.AREAS.items():
        own = [service(name, roles, lang) for name, roles in places.items() if name not in navigation.PUBLIC]
        if own:
            groups.append((text(f"desk.area.{area}", lang) if len(places) > 1 else own[0].title, own))
    return groups


def service(name: str, roles: frozenset[str] | set[str] | None, lang: str) -> Service:
    """Return a service by the name of its place; without roles it is for everybody."""
    groups, commands = ELSEWHERE.get(name, ((), ()))
    ability = CHANGES.get(_page(name), "")
    functions = [text(f"role.{one}", lang) for one, gives in FUNCTIONS.items() if ability in gives]
    return Service(
        name, _title(name, lang), text(f"desk.public.service.{name}", lang), reverse(_page(name)), roles is None,
        _called(roles, lang), text("desk.public.and", lang).join(functions),
        [one for tag in groups for one in operations(lang).get(tag, [])],
        [(one, text(f"cli.help.{one}", lang).strip().partition("\n")[0]) for one in commands],
    )  # fmt: skip


def _called(roles: frozenset[str] | set[str] | None, lang: str) -> list[str]:
    """Return what the roles are called; all that follow parcels together are everybody who signs in."""
    if roles is not None and roles >= navigation.EVERYBODY:
        return [text("desk.public.services.signed_in", lang)]
    return sorted(text(f"role.{one}", lang) for one in roles or ())


def _page(name: str) -> str:
    return navigation.first(name)


def _title(name: str, lang: str) -> str:
    return text("status.public.title" if name == "status" else f"desk.nav.{name}", lang)


@cache
def operations(lang: str) -> dict[str, list[Any]]:
    """Return the operations of the API by their group: the description is asked for as any program would."""
    answered = resolve(DESCRIPTION).func(SimpleNamespace(method="GET", headers={}, META={}))
    found: dict[str, list[Any]] = {}
    for address, methods in msgspec.json.decode(answered.content)["paths"].items():
        for method, told in methods.items():
            says = told["summary"] if lang == "en" else told["description"]
            row = {"method": method.upper(), "address": address, "says": says, "id": f"{method}{address}"}
            found.setdefault(told["tags"][0], []).append(row)
    return found
