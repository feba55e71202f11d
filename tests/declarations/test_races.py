"""Many at once: numbers without gaps, and one guarantee and one licence that never pass their floor, without a deadlock."""

from __future__ import annotations

from typing import Any

import pytest
from tests.declarations import made
from tests.declarations.made import AT, OFFICER, D, again, balances, broker, draft, guarantee, item, licence, licensed
from tests.ecommerce.test_races import at_once

from tongguan.declarations import actions
from tongguan.declarations.models import Declaration
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow
from tongguan.ledgers.queries import balance
from tongguan.licences.models import Licence, LicenceUse
from tongguan.revenue.models import Secured

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 32


@pytest.fixture
def quay(transactional_db, monkeypatch):
    """A window whose threads commit, with a ship of thirty-two bills."""
    made.use_tariff(monkeypatch, made.tariff(letters="7"))
    made.prepare()
    made.parities("2026-02-24", "2026-03-18")
    made.ship(*(bill(n) for n in range(MANY)))


def shared_licence(quantity: str) -> None:
    """A licence for as many declarations as there are."""
    licence(quantity)
    Licence.objects.update(most_uses=None)


def bill(n: int) -> str:
    return f"COSU7{n:05d}"


def bought(total: str = "1000") -> dict[str, Any]:
    """Return what differs in a declaration of goods for so many yuan, which owe 22.04 % of it."""
    goods = item(DeclTotal=D(total), DeclPrice=D(total) / 10, TradeCurr="CNY")
    return {"TransMode": "1", "FeeMark": None, "FeeRate": None, "FeeCurr": None, "items": [goods]}


def drafts(count: int = MANY, total: str = "1000", quantity: str = "100", **how) -> list[int]:
    made_ = [licensed(quantity, BillNo=bill(n), Type="CL0   ", **bought(total)) for n in range(count)]
    return [draft(one, **how).pk for one in made_]


def tried(call, number: int, **named) -> str:
    try:
        call(number, at=AT, **named)
    except Refused as why:
        return why.findings[0].code
    except NotNow as why:  # another was first
        return why.code
    return "done"


def test_numbers_follow_each_other_without_a_gap(quay):
    shared_licence("100000")
    of = guarantee()
    numbers = drafts(settlement="guarantee", guarantee=of.number)
    who = broker()
    assert at_once(lambda n: tried(actions.submit, n, by=who), numbers, threads=MANY) == ["done"] * MANY
    given = sorted(Declaration.objects.values_list("number", flat=True))
    assert given == [f"02022026100000{n:04d}" for n in range(1, MANY + 1)]


def test_one_guarantee_and_one_licence_never_pass_their_floor(quay):
    """Each takes 220.40 of the guarantee and 100 of the licence: there is room for twenty, then for twelve."""
    shared_licence("1200")
    of = guarantee("4408.00")
    numbers = drafts(settlement="guarantee", guarantee=of.number)
    who = broker()
    found = at_once(lambda n: tried(actions.submit, n, by=who), numbers, threads=MANY)
    assert found.count("done") == 12 and len(set(found)) == 2
    accepted = list(Declaration.objects.filter(state="accepted").values_list("pk", flat=True))
    assert len(accepted) == 12
    assert again(of).left == D("4408.00") - 12 * D("220.40")
    released = at_once(lambda n: tried(actions.select, n, decision="pass", by=OFFICER), accepted, threads=MANY)
    assert released == ["done"] * 12
    assert Declaration.objects.filter(state="released").count() == 12
    assert LicenceUse.objects.filter(state="written_off").count() == 12
    assert min(balances().values()) >= 0 and balance(of_licence()) == 0


def of_licence() -> str:
    return LicenceUse.objects.select_related("line__account").first().line.account.name


def test_release_and_withdrawal_at_once_are_the_one_or_the_other(quay):
    shared_licence("100000")
    of = guarantee()
    numbers = drafts(8, settlement="guarantee", guarantee=of.number)
    for number in numbers:
        actions.submit(number, by=broker(), at=AT)
    asked = [
        actions.ask(
            number, "withdraw", grounds="clerical", evidence=["proof: 1"], reason="错", by=broker(), at=AT
        ).pk for number in numbers
    ]  # fmt: skip

    def turn(n: int) -> str:
        if n % 2:
            return tried(actions.grant, asked[n // 2], by=OFFICER)
        return tried(actions.select, numbers[n // 2], decision="pass", by=OFFICER)

    at_once(turn, range(16), threads=16)
    states = set(Declaration.objects.values_list("state", flat=True))
    assert states == {"withdrawn"}, "a request stops the release, and is granted in every case"
    assert again(of).left == D("5000000") and not Secured.objects.filter(state="open").exists()


def test_a_release_by_many_is_one(quay):
    shared_licence("100000")
    of = guarantee()
    [number] = drafts(1, settlement="guarantee", guarantee=of.number)
    actions.submit(number, by=broker(), at=AT)
    actions.select(number, "pass", by=OFFICER, at=AT)

    found = at_once(lambda _: tried(actions.release, number, by=OFFICER), range(8), threads=8)
    assert set(found) == {"NOT_NOW"}, "its selection has released it"
    assert Declaration.objects.get().state == "released"


def test_the_same_filed_by_many_at_once_is_filed_once(quay):
    shared_licence("100000")
    asked, who = [actions.ToFile(licensed(BillNo=bill(n))) for n in range(5)], broker()
    answers = at_once(lambda _: actions.file_many("26-1", asked, by=who, at=AT).answers, range(8), threads=8)
    assert all(one == answers[0] for one in answers) and Declaration.objects.count() == 5


def test_batches_that_touch_the_same_in_other_orders_do_not_block_each_other(quay):
    shared_licence("100000")
    of, who = guarantee("20000").number, broker()
    small = [licensed("1", BillNo=bill(n), PackNo=1, **bought()) for n in range(8)]
    asked = [actions.ToFile(one, "ordinary", "guarantee", of) for one in small]
    turns = [asked[n:] + asked[:n] for n in range(8)]
    answers = at_once(lambda n: actions.file_many(f"26-{n}", turns[n], by=who, at=AT).answers, range(8), threads=8)
    states = [one["state"] for each in answers for one in each]
    assert states == ["accepted"] * 64
    given = sorted(Declaration.objects.values_list("number", flat=True))
    assert given == [f"02022026100000{n:04d}" for n in range(1, 65)]
