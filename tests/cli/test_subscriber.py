"""`tongguan subscriber` lists, allows and revokes, and says what is wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.ecommerce.subscribing import address

from tongguan.ecommerce.samples import BROKER, PLATFORM
from tongguan.journal.models import Event
from tongguan.kernel.states import Actor
from tongguan.parties.actions import issue, register

AT = datetime.now(UTC)
OPERATOR = Actor("t", "operator")
FOR = ("--for", BROKER.code)


@pytest.fixture
def firms(db):
    for firm in (BROKER, PLATFORM):
        made = register(firm.code, name_zh=firm.name, kinds=[firm.kind], by=OPERATOR, at=AT)
        issue(f"{firm.kind} system", made, role=firm.kind, dxp_id=address(firm), by=OPERATOR, at=AT)


def test_allowed_listed_and_revoked(tongguan, firms):
    theirs = address(PLATFORM)
    assert tongguan("subscriber").err == "Nobody is allowed yet.\n" and tongguan("subscriber", "--json").json == []
    done = tongguan("subscriber", "allow", theirs, *FOR, "--json")
    assert done.status == 0 and done.json["subscriber"] == PLATFORM.code and theirs in done.err
    assert tongguan("subscriber", "allow", theirs, *FOR).status == 0, "twice is once"
    [row] = tongguan("subscriber", "list", "--json").json
    assert (row["enterprise"], row["address"], row["by"]) == (BROKER.code, theirs, "command line")
    assert tongguan("subscriber", "list", *FOR, "--json").json == [row]
    assert tongguan("subscriber", "list", "--for", PLATFORM.code, "--json").json == []
    assert theirs in tongguan("subscriber", "list").out
    assert tongguan("subscriber", "revoke", theirs, *FOR, "--json").json == row
    assert tongguan("subscriber", "--json").json == []
    told = Event.objects.filter(what__startswith="subscriber.").order_by("id").values_list("what", "by", "role")
    assert list(told) == [
        ("subscriber.allowed", "command line", "operator"),
        ("subscriber.ended", "command line", "operator"),
    ]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["burn"], 2, "list, allow, revoke"),
        (["allow", "DXPX"], 2, "No enterprise"),
        (["list", "--for", "1"], 2, "No enterprise"),
        (["allow", "", *FOR], 1, "NO_SUCH_ADDRESS"),
        (["allow", "DXPNOBODY", *FOR], 1, "NO_SUCH_ADDRESS"),
        (["allow", "x" * 99, *FOR], 1, "NO_SUCH_ADDRESS"),
        (["allow", address(BROKER), *FOR], 1, "OWN_ADDRESS"),
        (["revoke", address(PLATFORM), *FOR], 1, "has not allowed"),
        (["revoke", *FOR], 1, "has not allowed"),
    ],
)
def test_wrong_use_says_what_is_wrong(tongguan, firms, words, status, said):
    ran = tongguan("subscriber", *words)
    assert (ran.status, ran.out) == (status, "") and said in ran.err and "Traceback" not in ran.err
