"""What the tests of the machine endpoints share: a prepared window, its clients with their tokens, and a caller."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from django.test import Client
from tests.conftest import ensure_tariff

from tongguan.api import limits
from tongguan.ecommerce import samples
from tongguan.ecommerce.context import Context
from tongguan.inspections.draws import ensure_keys
from tongguan.kernel.states import Actor
from tongguan.parties import clients
from tongguan.parties.actions import issue, register
from tongguan.parties.queries import find

AT = datetime(2026, 5, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
OPERATOR = Actor("window", "operator")


@dataclass
class Caller:
    """Somebody who calls with a token, or without one."""

    token: str = ""
    name: str = ""
    dxp_id: str = ""

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return ({"Authorization": f"Bearer {self.token}"} if self.token else {}) | more

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return Client().get(path, query or {}, headers=self._headers(headers))

    def post(self, path: str, body: bytes | Any, content_type: str = "application/json", **headers: str) -> Any:
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return Client().generic("POST", path, data, content_type=content_type, headers=self._headers(headers))


@dataclass
class Clients:
    """A machine client of each firm, the operator's, and nobody."""

    platform: Caller
    payer: Caller
    carrier: Caller
    broker: Caller
    operator: Caller
    nobody: Caller


@pytest.fixture(autouse=True)
def _nobody_remembered():
    """Each test begins with full buckets and no remembered token."""
    limits.calls.clear()
    limits.parties.clear()
    limits.failures.clear()
    clients.clear_cache()


@pytest.fixture
def window(tariff_loaded, db, monkeypatch) -> Clients:
    """A window on 1 May 2026 that draws nobody for a check."""
    return prepared(monkeypatch)


@pytest.fixture
def open_window(window, settings) -> Clients:
    """The same, its intake open to programs on this machine."""
    settings.OPEN_INTAKE = True
    return window


@pytest.fixture
def racing_window(transactional_db, monkeypatch) -> Clients:
    """The same, for tests whose threads commit."""
    return prepared(monkeypatch)


def prepared(monkeypatch) -> Clients:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    made = Context.__init__

    def undrawn(self, *args, **more):
        made(self, *args, **more)
        self.check_share = Decimal(0)

    monkeypatch.setattr(Context, "__init__", undrawn)
    ensure_tariff(OPERATOR, AT)
    ensure_keys(AT.date(), by=OPERATOR, at=AT)
    callers = {"nobody": Caller(), "operator": _client("operator", None)}
    for firm in samples.FIRMS:
        register(firm.code, firm.customs_registration, name_zh=firm.name, kinds=[firm.kind], by=OPERATOR, at=AT)
        callers[firm.kind] = _client(firm.kind, firm)
    return Clients(**callers)


def _client(role: str, firm: samples.Firm | None) -> Caller:
    dxp_id = f"DXPTG{firm.code[-9:]}" if firm else ""
    client, token = issue(f"{role} system", firm and find(firm.code), role=role, dxp_id=dxp_id, by=OPERATOR, at=AT)
    return Caller(token, client.name, dxp_id)


@pytest.fixture
def parcel() -> samples.Parcel:
    return make_parcel("T0001")


def make_parcel(order_no: str, seed: int = 7) -> samples.Parcel:
    """Return a parcel of two items whose documents agree."""
    chance = random.Random(f"{order_no}/{seed}")
    bought = [(samples.GOODS[0], 1), (samples.GOODS[2], 2)]
    return samples.parcel(order_no, samples.buyer(chance), bought, at=AT, chance=chance, freight=Decimal(20))


def xml(noun: str, *parcels: samples.Parcel, sender: samples.Firm = samples.BROKER, seed: int = 0) -> bytes:
    """Return one document of each parcel as a message of the sender's."""
    return samples.message(noun, [getattr(one, noun) for one in parcels], sender=sender, seed=seed)


def records(noun: str, *parcels: samples.Parcel) -> list[dict[str, Any]]:
    """Return one document of each parcel as JSON has it."""
    return msgspec.json.decode(msgspec.json.encode([getattr(one, noun) for one in parcels]))
