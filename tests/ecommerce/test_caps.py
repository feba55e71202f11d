"""What a person may buy of some goods in a year: rice 20 kg, sugar 2 kg (handbook 02 §5), counted and given back."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.ecommerce.asking import ask, inventory_of, refund, statuses
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.context import Context
from tongguan.ecommerce.intake.candidates import SYSTEM, Candidate
from tongguan.ecommerce.intake.limiting import caps
from tongguan.ecommerce.intake.limiting.caps import PersonCaps
from tongguan.ecommerce.models import Inventory, Return
from tongguan.ecommerce.returns import capped
from tongguan.ecommerce.returns.actions import confirm_arrival
from tongguan.kernel.rules import check
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch as Postings
from tongguan.ledgers.models import Account, Entry
from tongguan.ledgers.queries import check_all
from tongguan.ledgers.refusals import Overdrawn
from tongguan.parties import vault
from tongguan.tariff.book import Book

D = Decimal
RICE = samples.Goods("1006302090", "香米", "5千克/袋", "80.00", "136", "5", "035")
OTHER_RICE = RICE._replace(gcode="1006308090", name="珍珠米")
SUGAR = samples.Goods("1701991090", "砂糖", "500克/袋", "12.00", "136", "0.5", "035")
SOUP = samples.Goods("2104100000", "汤料", "100克/袋", "20.00", "136", "0.1", "035")
ANNA, BEN = (samples.buyer(random.Random(n)) for n in (1, 2))


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.from_yaml(on=AT.date())


@pytest.fixture
def day(book) -> Context:
    return Context(AT.date(), tariff=book)


def candidate(number: int, *bought: tuple[samples.Goods, int], who: samples.Buyer = ANNA) -> Candidate:
    parcel = samples.parcel(f"C{number}", who, bought, at=AT, chance=random.Random(number))
    doc = parcel.inventory
    row = Inventory(
        id=number, version=1, pre_no=f"B{number:017d}", buyer_match=vault.match("id", who.number), judged_at=AT
    )
    return Candidate(row, doc, [])


def asked(ctx: Context, *candidates: Candidate) -> list[list]:
    """Ask and count, as the judgement does; returns what was found of each."""
    limits = PersonCaps()
    limits.load(SimpleNamespace(ctx=ctx), candidates)
    with transaction.atomic():
        postings = Postings(lock(set().union(*(limits.accounts(c) for c in candidates))))
        found = []
        for c in candidates:
            found.append(limits.check(postings, c))
            if not found[-1]:
                limits.debit(postings, c)
        postings.write(SYSTEM, AT)
    return found


def balance(heading: str, who: samples.Buyer = ANNA, year: int = 2026) -> Decimal:
    name = caps._account(vault.match("id", who.number), year, heading)
    return Account.objects.filter(name=name).values_list("balance", flat=True).first() or D(0)


@pytest.mark.django_db
def test_20_kg_of_rice_pass_and_a_bag_more_does_not(day):
    """Rice 20 kg a year (02 §5): four bags of 5 kg, then none."""
    assert asked(day, candidate(1, (RICE, 4))) == [[]]
    assert balance("1006") == D(-20)
    [[told]] = asked(day, candidate(2, (RICE, 1)))
    assert (told.code, told.alias, told.pointer, told.level) == ("-621001", "PERSON_CAP", "item/1/qty1", "refuse")
    assert [str(told.values[name]) for name in ("used", "asked", "most", "room")] == ["20", "5", "20", "0"]
    assert balance("1006") == D(-20)


@pytest.mark.django_db
def test_PERSON_CAP(day):
    """Sugar 2 kg a year (02 §5): 1.5 kg used, 1 kg more is refused with room for 0.5."""
    asked(day, candidate(1, (SUGAR, 3)))
    [[told]] = asked(day, candidate(2, (SUGAR, 2)))
    assert told.text("en") == (
        "The buyer of the inventory B00000000000000002 has bought 1.5 kilogram of Granulated sugar, outside the quota "
        "this year; 1 kilogram more would pass the 2 kilogram that a person may buy in a year: there is room for 0.5. "
        "The list says: Not more than 2 kg a person a year"
    )
    assert told.text("zh") == (
        "清单B00000000000000002的购买人本年度已购砂糖（配额外）1.5千克，本次1千克将超过每人每年2千克的限量，剩余0.5千克。"
        "清单备注：每人每年不超过2千克"
    )
    assert asked(day, candidate(3, (SUGAR, 1))) == [[]]
    assert balance("1701") == D(-2)


@pytest.mark.django_db
def test_codes_of_one_heading_count_together_also_in_one_parcel(day):
    [[told]] = asked(day, candidate(1, (RICE, 2), (SUGAR, 1), (OTHER_RICE, 3)))
    assert (told.values["asked"], told.pointer) == (D(25), "item/1/qty1")
    assert asked(day, candidate(2, (RICE, 2), (SUGAR, 1), (OTHER_RICE, 2))) == [[]]
    assert (balance("1006"), balance("1701")) == (D(-20), D("-0.5"))
    assert dict(Entry.objects.values_list("account__name", "note")) == {
        caps._account(vault.match("id", ANNA.number), 2026, "1006"): "1:10 3:10",
        caps._account(vault.match("id", ANNA.number), 2026, "1701"): "2:0.5",
    }


@pytest.mark.django_db
def test_each_inventory_of_a_batch_sees_those_before_it(day):
    found = asked(day, *(candidate(n, (RICE, 2)) for n in (1, 2, 3)), candidate(4, (RICE, 4), who=BEN))
    assert [len(one) for one in found] == [0, 0, 1, 0]
    assert (balance("1006"), balance("1006", BEN)) == (D(-20), D(-20))


@pytest.mark.django_db
def test_a_new_year_is_a_new_account(book):
    asked(Context(date(2026, 12, 31), tariff=book), candidate(1, (RICE, 4)))
    assert asked(Context(date(2027, 1, 1), tariff=book), candidate(2, (RICE, 4))) == [[]]
    assert (balance("1006"), balance("1006", year=2027)) == (D(-20), D(-20))


@pytest.mark.django_db
def test_goods_without_a_cap_cost_nothing(day):
    """No account, no question to the database."""
    limits, c = PersonCaps(), candidate(1, (SOUP, 50))
    with CaptureQueriesContext(connection) as queries:
        limits.load(SimpleNamespace(ctx=day), [c])
        assert limits.accounts(c) == set()
        assert limits.check(Postings({}), c) == []
        limits.debit(Postings({}), c)
    assert queries.captured_queries == []


@pytest.mark.django_db
def test_the_ledger_refuses_whatever_was_found(day):
    limits, c = PersonCaps(), candidate(1, (RICE, 5))
    limits.load(SimpleNamespace(ctx=day), [c])
    with transaction.atomic(), pytest.raises(Overdrawn):
        limits.debit(Postings(lock(limits.accounts(c))), c)


def changed_law(monkeypatch, ctx: Context, **values) -> Context:
    known = ctx.law
    monkeypatch.setattr(ctx, "law", lambda name: values.get(name.rpartition(".")[2]) or known(name))
    return ctx


@pytest.mark.django_db
def test_a_cap_may_count_in_the_second_legal_unit(day, monkeypatch):
    skis = RICE._replace(weight="3", legal="035", second="011")
    ctx = changed_law(monkeypatch, day, person_cap_units={"1006": "011"})
    assert asked(ctx, candidate(1, (skis, 7))) == [[]]
    assert balance("1006") == D(-7)


@pytest.mark.django_db
def test_a_cap_without_a_unit_counts_in_the_first_legal_unit(day, monkeypatch):
    ctx = changed_law(monkeypatch, day, person_cap_units={"1701": "035"})
    assert asked(ctx, candidate(1, (RICE, 1))) == [[]]
    assert balance("1006") == D(-5)


@pytest.mark.django_db
def test_NOT_COUNTED(day, monkeypatch):
    """What cannot be counted is refused: no quantity in the unit of the cap, or a heading the law does not have."""
    ctx = changed_law(monkeypatch, day, person_cap_units={"1006": "007"})
    [[told]] = asked(ctx, candidate(1, (RICE, 1)))
    assert (told.code, told.alias, told.pointer) == ("-621001", "NOT_COUNTED", "item/1/qty1")
    assert "035" in told.text("en") and "“" not in told.text("en") and "035" in told.text("zh")
    ctx = changed_law(monkeypatch, day, person_caps={"1701": D(2)}, person_cap_units={"1006": "035"})
    [[told]] = asked(ctx, candidate(2, (RICE, 1)))
    assert told.alias == "NOT_COUNTED" and "ecommerce.person_caps.1006" in told.text("zh")
    assert balance("1006") == 0


@pytest.mark.django_db
def test_what_was_taken_is_given_back_whole(day):
    kept, gone = candidate(1, (RICE, 1)), candidate(2, (RICE, 2), (SUGAR, 4))
    asked(day, kept, gone)
    limits = PersonCaps()
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            names = limits.credit_accounts([gone.row])
        postings = Postings(lock(names))
        limits.give_back(postings, [gone.row], "withdrawn")
        postings.write(OPERATOR, AT)
    assert len(queries) == 1 and len(names) == 2
    assert (balance("1006"), balance("1701")) == (D(-5), D(0))
    assert set(Entry.objects.filter(kind="credit").values_list("reference", flat=True)) == {"inventory/2/1/withdrawn"}
    assert list(check_all()) == []


@pytest.mark.django_db
def test_an_inventory_that_took_nothing_gives_nothing_back(day):
    limits, row = PersonCaps(), candidate(1, (SOUP, 1)).row
    assert limits.credit_accounts([row]) == set() and limits.taken(row) == []
    limits.give_back(Postings({}), [row], "refused")
    row.judged_at = None
    with CaptureQueriesContext(connection) as queries:
        assert limits.credit_accounts([row]) == set()
    assert len(queries) == 0


@pytest.mark.django_db
def test_the_year_of_the_judgement_is_given_back_to(book):
    """Judged on new year's eve in Beijing, taken back in the new year."""
    c = candidate(1, (RICE, 1))
    c.row.judged_at = datetime(2026, 12, 31, 15, 59, tzinfo=ZoneInfo("UTC"))
    asked(Context(date(2026, 12, 31), tariff=book), c)
    limits = PersonCaps()
    assert limits.credit_accounts([c.row]) == {caps._account(c.row.buyer_match, 2026, "1006")}


def give_back_part(request: Return) -> None:
    limits = PersonCaps()
    with transaction.atomic():
        postings = Postings(lock(limits.credit_accounts([request.inventory])))
        capped.give_back(limits, postings, request)
        postings.write(OPERATOR, AT)


def released(order_no: str, *bought: tuple[samples.Goods, int], **changed) -> samples.Parcel:
    """File a parcel, and count it where the judgement has not."""
    parcel = samples.parcel(order_no, ANNA, bought, at=AT, chance=random.Random(1)).changed("inventory", **changed)
    assert statuses(file_all(parcel)) == ["800"]
    row = inventory_of(parcel)
    if not Entry.objects.filter(account__name__startswith="cbec.cap", reference=row.version_subject).exists():
        asked(Context(AT.date()), Candidate(row, parcel.inventory, []))
    return parcel


def test_returned_goods_give_back_their_part_to_the_last_gram(window, nobody_drawn):
    """Three bags hold 1 kg together; one by one they give back 0.33333, 0.33334 and 0.33333. The rice stays."""
    parcel = released("CAP-1", (SUGAR, 3), (RICE, 1), item_1_qty1=D(1))
    left = [balance("1701")]
    for number in (1, 2, 3):
        outcome = ask(refund(parcel, 1, copNo=f"R{number}"))
        assert statuses(outcome) == ["120"]
        request = Return.objects.order_by("-id").first()
        confirm_arrival(request.pre_no, by=OFFICER, at=AT)
        request.refresh_from_db()
        give_back_part(request)
        Return.objects.filter(pk=request.pk).update(state="accepted")
        left.append(balance("1701"))
    assert left == [D(-1), D("-0.66667"), D("-0.33333"), D(0)]
    assert balance("1006") == D(-5)
    assert list(check_all()) == []


def test_a_return_of_goods_without_a_cap_asks_one_question(window, nobody_drawn):
    parcel = released("CAP-2", (SOUP, 2))
    ask(refund(parcel, 1))
    request = Return.objects.select_related("inventory").get()
    with CaptureQueriesContext(connection) as queries:
        limits = PersonCaps()
        assert limits.credit_accounts([request.inventory]) == set()
        capped.give_back(limits, Postings({}), request)
    assert len(queries) == 1


def test_sixteen_race_for_one_cap(transactional_db, book):
    """20 kg have room for four parcels of 5 kg, whoever comes."""
    parcels = [candidate(n, (RICE, 1)) for n in range(1, 17)]

    def one(c: Candidate) -> int:
        try:
            return len(asked(Context(AT.date(), tariff=book), c)[0])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        refused = list(pool.map(one, parcels))
    assert sorted(refused) == [0] * 4 + [1] * 12
    assert balance("1006") == D(-20) and list(check_all()) == []


def test_buyers_of_two_goods_that_meet_from_both_ends_do_not_wait_for_each_other(transactional_db, book):
    parcels = [candidate(n, *((RICE, 1), (SUGAR, 1))[:: 1 if n % 2 else -1]) for n in range(1, 13)]

    def one(c: Candidate) -> int:
        try:
            return len(asked(Context(AT.date(), tariff=book), c)[0])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        refused = list(pool.map(one, parcels))
    assert sum(not one for one in refused) == 4
    assert (balance("1006"), balance("1701")) == (D(-20), D(-2))


def test_rules_of_caps_ask_nothing_of_the_context():
    use = caps.CapUse(
        "B", "1006", {"zh": "米", "en": "rice"}, {"zh": "-", "en": "-"}, "", {"zh": "千克", "en": "kg"}, D(20)
    )
    use.items[1] = D("20.00001")
    assert [f.alias for f in check(caps.CAPS, use)] == ["PERSON_CAP"]
    use.items[1] = D("20.00000")
    assert check(caps.CAPS, use) == []
