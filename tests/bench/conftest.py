"""A window where cards of trials are taken and its firms sign, as the bench has one."""

from __future__ import annotations

import pytest
from tests.ecommerce.conftest import prepare
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.bench.plan import Plan
from tongguan.bench.traffic import Traffic
from tongguan.ecommerce.samples import BROKER
from tongguan.parties.certificates import make_trial
from tongguan.parties.queries import find


@pytest.fixture
def trials(settings):
    """A demonstration, which takes cards of trials, and takes nothing unsigned."""
    settings.DEMO, settings.SIGNATURES = True, "required"


@pytest.fixture
def traffic(trials, transactional_db):
    """Traffic with its kinds of faults and repetitions, on a window that has just been opened."""
    prepare()
    firm = find(BROKER.code)
    cards = [make_trial(firm, algorithm=name, by=OPERATOR, at=AT) for name in ("sm2-sm3", "rsa-sha1")]
    return Traffic(Plan(seed=7, faulty=0.2, again=0.1), AT, cards, "tests")
