"""Rules of asking to see a firm's pages, and of passkeys, each by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tongguan.kernel.rules import check
from tongguan.parties.models import Enterprise
from tongguan.parties.rules.passkeys import REGISTERING, PasskeyCase
from tongguan.parties.rules.support import SUPPORTING, SupportCase

GOOD = SupportCase(Enterprise(uscc="91110105MA01ABCD5F"), "broker", ("broker",), "why", 30, 120, True)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, None), ({"firm": None}, "SUPPORT_FIRM"), ({"administered": False}, "SUPPORT_FIRM"),
        ({"role": "payer"}, "SUPPORT_ROLE"), ({"reason": " "}, "SUPPORT_REASON"), ({"minutes": 0}, "SUPPORT_MINUTES"),
        ({"minutes": 121}, "SUPPORT_MINUTES"), ({"asked": True}, "SUPPORT_ASKED"),
    ],
)  # fmt: skip
def test_what_is_asked_of_a_firm(changed, code):
    assert [found.code for found in check(SUPPORTING, replace(GOOD, **changed))] == ([code] if code else [])


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (PasskeyCase("phone"), None), (PasskeyCase(""), "PASSKEY_NAME"), (PasskeyCase("x" * 61), "PASSKEY_NAME"),
        (PasskeyCase("phone", right=False), "PASSKEY_WRONG"), (PasskeyCase("phone", known=True), "PASSKEY_WRONG"),
        (PasskeyCase("phone", left=0), "PASSKEYS_MANY"),
    ],
)  # fmt: skip
def test_what_is_a_passkey(case, code):
    assert [found.code for found in check(REGISTERING, case)] == ([code] if code else [])
