"""`tongguan client` gives a token that works, lists it without showing it, and takes it away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tongguan.ecommerce.samples import PLATFORM
from tongguan.kernel.states import Actor
from tongguan.parties.actions import register
from tongguan.parties.clients import authenticate, clear_cache

AT = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def firm(db):
    return register(PLATFORM.code, name_zh=PLATFORM.name, kinds=["platform"], by=Actor("t", "operator"), at=AT)


def test_issued_listed_and_revoked(tongguan, firm):
    assert tongguan("client", "--json").json == []
    ran = tongguan("client", "shop", "--for", PLATFORM.code, "--dxp", "DXP1")
    token = ran.out.strip()
    assert ran.status == 0 and authenticate(token, at=AT) == Actor("shop", "platform", firm.pk)
    listed = tongguan("client", "--json")
    assert token not in listed.out
    assert [(row["name"], row["enterprise"], row["dxp_id"]) for row in listed.json] == [("shop", PLATFORM.code, "DXP1")]
    assert tongguan("client", "shop", "--for", PLATFORM.code).status == 1
    assert tongguan("client", "shop", "--revoke").status == 0
    clear_cache()
    assert authenticate(token, at=AT) is None


@pytest.mark.parametrize(
    "words",
    [("x", "--for", "123"), ("x",), ("x", "--for", PLATFORM.code, "--role", "officer")],
    ids=["code", "none", "role"],
)
def test_wrong_use_says_what_is_wrong(tongguan, firm, words):
    ran = tongguan("client", *words)
    assert (ran.status, ran.out) == (2, "") and "Traceback" not in ran.err


def test_nobody_of_that_name(tongguan, firm):
    assert tongguan("client", "x", "--revoke").status == 1
