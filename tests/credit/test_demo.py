"""The demo shows credit of every kind, and making it twice changes nothing."""

from __future__ import annotations

import pytest
from tests.credit.given import OPERATOR, at, on

from tongguan.credit import queries
from tongguan.credit.demo import show_credit
from tongguan.credit.models import AeoReview, Anchor, Candidate, Fact, Grade, InspectionMonth
from tongguan.ecommerce import samples
from tongguan.parties.actions import register


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2026-03-02", "2026-07-28"])
def test_the_demo_shows_credit_of_every_kind_once(day):
    for firm in samples.FIRMS:
        register(
            firm.code, firm.customs_registration, name_zh=firm.name, name_en=firm.name_en, kinds=[firm.kind], by=OPERATOR,
            at=at(day),
        )  # fmt: skip
    codes = [samples.CARRIER.code, samples.BROKER.code, samples.PLATFORM.code, samples.PAYER.code]
    for _ in range(2):
        show_credit(*codes, at(day))
    grades = queries.grades(codes, on(day))
    assert [grades[code] for code in codes][::3] == ["advanced", "dishonest"]
    assert Grade.objects.count() == 2 and Fact.objects.filter(state="contested").count() == 1
    assert AeoReview.objects.get().state == "assessing" and Anchor.objects.count() == 1
    assert Candidate.objects.filter(uscc=samples.PLATFORM.code).exists() and InspectionMonth.objects.get().alarm
