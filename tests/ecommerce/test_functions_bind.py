"""What somebody's functions in his firm do not allow, no action does for him, whoever calls it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.ecommerce.asking import bought
from tests.ecommerce.conftest import prepare
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce import intake, samples
from tongguan.ecommerce.arrivals.actions.closing import close_tally, reopen_tally
from tongguan.ecommerce.models import Message
from tongguan.ecommerce.subscriptions.actions.subscribing import allow, end
from tongguan.ecommerce.taxes.actions import choose, pay
from tongguan.governance.actions.issues import speak_up
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties import certificates
from tongguan.parties.actions import admit
from tongguan.parties.queries import actor_of, find
from tongguan.sandbox.actions.certificates import issue
from tongguan.sandbox.judging import judge

pytestmark = pytest.mark.usefixtures("firm")
WHO = {"at": AT}


@pytest.fixture
def firm(tariff_loaded, db):
    prepare()
    for name, functions in (
        ("looks", ["viewer"]),
        ("files", ["declarant"]),
        ("pays", ["finance"]),
        ("runs", ["administrator"]),
    ):
        admit(name, name, "x", [("broker", find(samples.BROKER.code))], functions=functions, by=OPERATOR, at=AT)


def who(name: str) -> Actor:
    from tongguan.parties.models import Person

    found = actor_of(Person.objects.get(username=name))
    assert found is not None
    return found


def data() -> bytes:
    parcel = bought("F-1")
    return samples.message("inventory", [parcel.inventory])


ACTS = {
    "file": {
        "receive": lambda by: intake.receive(data(), sender=by, at=AT),
        "sandbox": lambda by: judge(data(), sender=by, at=AT),
        "allow": lambda by: allow("DXPNOBODY", by=by, at=AT),
        "end": lambda by: end(1, by=by, at=AT),
        "close": lambda by: close_tally(1, by=by, at=AT),
        "reopen": lambda by: reopen_tally(1, by=by, at=AT),
        "speak": lambda by: speak_up("", "", by=by, at=AT),
    },
    "pay": {"choose": lambda by: choose(["1"], by=by, at=AT), "pay": lambda by: pay("1", by=by, at=AT)},
    "certificates": {
        "register": lambda by: certificates.register(find(samples.BROKER.code), b"", by=by, at=AT),
        "trial": lambda by: certificates.make_trial(find(samples.BROKER.code), by=by, at=AT),
        "issue": lambda by: issue(find(samples.BROKER.code), by=by, at=AT),
    },
}  # fmt: skip
HOLDS = {"looks": set(), "files": {"file"}, "pays": {"pay"}, "runs": {"certificates"}}


@pytest.mark.measure("M2-I-5.2")
@pytest.mark.parametrize("name", HOLDS)
@pytest.mark.parametrize(("ability", "act"), [(a, act) for a, acts in ACTS.items() for act in acts])
def test_an_action_asks_the_functions(name, ability, act):
    by = who(name)
    try:
        ACTS[ability][act](by)
    except NotYours as refused:
        assert ability not in HOLDS[name], refused
        assert {"file": "申报员", "pay": "财务", "certificates": "管理员"}[ability] in refused.text("zh")
    except Exception:  # what it refuses for another reason it was let try
        assert ability in HOLDS[name]
    else:
        assert ability in HOLDS[name]
    if ability not in HOLDS[name]:
        assert not Message.objects.exists()


def test_who_was_not_looked_up_is_judged_by_his_role():
    by = replace(who("looks"), abilities=None)
    assert intake.receive(data(), sender=by, at=AT).nodes
    assert who("looks") == by  # functions are no part of who somebody is
