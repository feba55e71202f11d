"""The demo shows an error under review and disclosures of every fate; twice is once, and without a law nothing is disclosed."""

from __future__ import annotations

from tests.declarations import made
from tests.declarations.made import AGENT, TRADER, moment

from tongguan.compliance.demo import show_compliance
from tongguan.compliance.models import Disclosure, ErrorRecord


def test_the_demo_shows_errors_and_disclosures(port):
    made.submitted()
    for _ in range(2):
        show_compliance(TRADER, AGENT, moment("2026-06-01"))
    assert sorted(Disclosure.objects.values_list("state", flat=True)) == ["accepted", "draft", "filed", "refused"]
    assert list(ErrorRecord.objects.values_list("state", flat=True)) == ["asked"]


def test_after_the_last_announcement_nothing_is_disclosed(port):
    made.submitted()
    show_compliance(TRADER, AGENT, moment("2027-07-05"))
    assert not Disclosure.objects.exists()
