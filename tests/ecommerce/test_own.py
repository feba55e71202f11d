"""What somebody may say about his purchases, and what a decision on it needs."""

from __future__ import annotations

from datetime import UTC, datetime

from tongguan.ecommerce.models.own import KINDS
from tongguan.ecommerce.own.rules import DECIDING, DISOWNING, Deciding, Disowning
from tongguan.kernel.rules import check


class TestRules:
    def test_DISOWNED_KIND(self):
        assert [one.code for one in check(DISOWNING, Disowning("else", KINDS), None)] == ["DISOWNED_KIND"]
        assert not check(DISOWNING, Disowning("not_bought", KINDS), None)

    def test_DISOWNED_TWICE(self):
        before = datetime(2026, 5, 1, tzinfo=UTC)
        assert [one.code for one in check(DISOWNING, Disowning("came_back", KINDS, before), None)] == ["DISOWNED_TWICE"]

    def test_DISOWNED_REASON(self):
        assert [one.code for one in check(DECIDING, Deciding(" "), None)] == ["DISOWNED_REASON"]
        assert not check(DECIDING, Deciding("looked into"), None)
