"""A simulated day goes through the door, is the same for a seed, and ends as its scenario says."""

from __future__ import annotations

import random
from datetime import timedelta
from threading import Event

import pytest
from tests.ecommerce.conftest import drawn_share
from tests.simulation.conftest import AT, ON, run

from tongguan.ecommerce.models import Inventory, Message, Order, WaybillStatus
from tongguan.journal.models import Event as JournalEvent
from tongguan.kernel.numbers import resident_id
from tongguan.kernel.rules import Refused
from tongguan.kernel.texts import LANGUAGES
from tongguan.ledgers.models import Entry
from tongguan.ledgers.queries import check_all
from tongguan.simulation import running
from tongguan.simulation.day import PARTICIPANTS, Step
from tongguan.simulation.documents import MESSAGES
from tongguan.simulation.fates import FATES, PLAIN
from tongguan.simulation.marks import is_nobody, is_simulated
from tongguan.simulation.participants.traffic import Customers, moments
from tongguan.simulation.scenarios import scenario, shipped
from tongguan.zones.models import Book

pytestmark = pytest.mark.usefixtures("demonstration")


def day(seed: int = 7, parcels: int = 200, name: str = "near-the-limits"):
    return running.prepared(scenario(name), on=ON, seed=seed, parcels=parcels)


def test_every_fate_ends_as_the_rules_say(monkeypatch):
    """One parcel in two is odd, so that every fate is met; nobody is drawn, so that every end is the parcel's own."""
    drawn_share(monkeypatch, "0")
    made = day(parcels=300)
    odd = {fate: 0.03 for fate in FATES if fate != PLAIN} | {"over_year": 0.02}
    made.scenario = made.scenario.__class__(**{**_fields(made.scenario), "rates": odd})
    summary = running.run(made)
    rows = {row.fate: row for row in summary.rows}
    assert sum(row.made for row in summary.rows) == summary.parcels == 300
    assert [fate for fate, row in rows.items() if not row.made] == []
    assert {fate: row.others for fate, row in rows.items() if row.others} == {} and summary.surprises == 0
    assert summary.acts["withdrawn"] == rows["withdrawn"].made
    assert summary.acts["asked_back"] == rows["returned"].made - rows["returned"].limited
    assert summary.acts["arrived"] and summary.acts["returned"]
    assert list(check_all()) == []


def _fields(one) -> dict:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def test_bonded_parcels_are_drawn_from_the_book_of_their_day(monkeypatch):
    drawn_share(monkeypatch, "0")
    summary = run(parcels=200, name="small-day")
    book = Book.objects.get()
    assert book.number == "SIM261111-7" and is_simulated(book.area_code)
    taken = Inventory.objects.filter(trade_mode="1210")
    assert not taken.exclude(order_no__startswith="SIM").exists()
    assert abs(taken.count() - 0.25 * 200) < 20 and summary.surprises == 0
    entries = Entry.objects.filter(account__book_item__book=book)
    drawn = entries.filter(reference__startswith="inventory/", amount__lt=0)
    released = set(taken.filter(state="released").values_list("id", flat=True))
    assert released and {int(one.reference.split("/")[1]) for one in drawn} >= released
    assert list(check_all()) == []


def test_a_book_is_stocked_once_and_every_day_has_its_own(monkeypatch):
    first, again = day(name="small-day"), day(name="small-day")
    assert first.warehouse == again.warehouse and Book.objects.count() == 1
    assert day(seed=8, name="small-day").warehouse.book != first.warehouse.book and Book.objects.count() == 2


def test_carriers_report_what_landed_and_what_was_handed_over(monkeypatch):
    drawn_share(monkeypatch, "0")
    summary = run(parcels=200, name="small-day")
    reports = WaybillStatus.objects.select_related("waybill")
    assert {one.verb for one in reports} == {"reported"}
    assert reports.filter(status="R").count() == summary.acts["landed"] > 100
    delivered = {one.waybill.logistics_no for one in reports if one.status == "S"}
    assert len(delivered) == summary.acts["delivered"] > 20
    released = set(Inventory.objects.exclude(released_at=None).values_list("logistics_no", flat=True))
    assert delivered <= released
    assert not reports.filter(status="R", waybill__logistics_no__in=_bonded()).exists(), (
        "what lies in a zone does not land"
    )
    assert Message.objects.filter(kind="CEB513Message").exclude(enterprise__kinds=["carrier"]).count() == 0


def _bonded() -> list[str]:
    return list(Inventory.objects.filter(trade_mode="1210").values_list("logistics_no", flat=True))


def test_drawn_parcels_are_passed_and_refused(monkeypatch):
    drawn_share(monkeypatch, "1")
    summary = run(parcels=200)
    assert summary.acts["passed"] > summary.acts["failed"] > 0 and summary.surprises == 0
    assert summary.ends["refused OFFICER-REFUSED"] == summary.acts["failed"]


def test_the_same_seed_says_the_same_and_comes_to_the_same(monkeypatch):
    from django.db import transaction

    drawn_share(monkeypatch, "0")
    found = []
    for _ in range(2):  # the second time every number of the window is another one
        with transaction.atomic():
            found.append(run(parcels=150))
            transaction.set_rollback(True)
    first, second = found
    assert (first.messages, first.outcomes) == (second.messages, second.outcomes)
    assert (first.ends, first.filed, first.acts, first.rows) == (second.ends, second.filed, second.acts, second.rows)


def test_another_seed_is_another_day():
    made = [Customers(day(seed)).trade(1) for seed in (7, 8)]
    assert made[0].who != made[1].who and made[0].number != made[1].number


def test_documents_of_a_seed_are_the_same_to_the_byte():
    written = []
    for _ in range(2):
        one = day()
        customers = Customers(one)
        trades = [customers.trade(number) for number in range(1, 101)]
        written.append([write(trade, AT) for trade in trades for _, write in MESSAGES.values()])
    assert written[0] == written[1]


def test_parcels_come_by_the_hours_of_the_scenario():
    made = day(parcels=1000)
    came = list(moments(made))
    assert [number for _, number in came] == list(range(1, 1001)) and came == sorted(came)
    hours = [sum(at.hour == hour for at, _ in came) for hour in range(24)]
    whole = sum(made.scenario.hours)
    assert all(
        abs(count - 1000 * weight / whole) <= 1 for count, weight in zip(hours, made.scenario.hours, strict=True)
    )


def test_a_few_buy_often_and_most_buy_once():
    people, chance = day(parcels=5000).people, random.Random(1)
    bought: dict = {}
    for _ in range(5000):
        who = people.one(chance)
        bought[who.number] = bought.get(who.number, 0) + 1
    most = sorted(bought.values(), reverse=True)
    assert most[0] > 10 * most[len(most) // 2] and sum(most[: len(most) // 10]) > 1000


def test_people_and_firms_are_nobodys():
    made = day()
    customers = Customers(made)
    for number in range(1, 101):
        trade = customers.trade(number)
        assert resident_id.is_valid(trade.who.number) and is_nobody(trade.who.number)
        assert all(is_simulated(firm.code) and "模拟" in firm.name for firm in trade.lane)
    assert all(one.row.name_en.startswith("Simulated") for one in made.firms.values())


def test_what_is_bought_is_on_the_list_and_has_a_usual_price():
    made = day()
    assert len({article.gcode for article in made.shop.articles}) > 20
    for article in made.shop.articles:
        assert made.shop and 10 < article.price < 10_000
    assert {article.gcode[:4] for article in made.shop.capped} == {"1006"}


def test_everything_is_filed_by_its_own_firm_through_the_door():
    run(parcels=60, name="small-day")
    assert not Message.objects.filter(enterprise=None).exists()
    assert all(by.startswith("模拟") for by in Message.objects.values_list("filed_by", flat=True))
    assert JournalEvent.objects.filter(what="message.received").exists()
    assert Order.objects.filter(order_no__startswith="SIM261111-7-").count() >= 55


def test_a_stopped_day_ends_after_a_whole_message():
    stop = Event()

    def told(step: Step, made) -> None:
        if made.tally.messages["CEB621Message"] == 1:
            stop.set()

    summary = run(parcels=100, stop=stop, told=told)
    assert summary.stopped is not None and summary.surprises == 0
    assert Message.objects.count() == sum(summary.filed.values())


def test_a_live_day_waits_for_its_clock(monkeypatch):
    waited = []
    monkeypatch.setattr(running.Clock, "wait", lambda self, passed, began, stop: waited.append(passed / self.speed))
    run(parcels=20, clock=running.Clock(3600))
    assert waited == sorted(waited) and 20 < waited[-1] <= 24


def test_a_clock_waits_and_can_be_stopped():
    import time

    stop, began = Event(), time.monotonic()
    running.Clock(100).wait(5, began, stop)
    assert 0.04 < time.monotonic() - began < 1
    stop.set()
    running.Clock(0.001).wait(5, began, stop)
    assert time.monotonic() - began < 1


def test_a_day_is_simulated_once():
    run(parcels=20)
    with pytest.raises(Refused) as refused:
        run(parcels=20)
    assert [finding.code for finding in refused.value.findings] == ["SIMULATED_BEFORE"]
    assert all("2026-11-11" in refused.value.findings[0].text(lang) for lang in LANGUAGES)


def test_nothing_is_simulated_at_a_real_window(settings):
    settings.DEMO = settings.OPEN_INTAKE = False
    with pytest.raises(Refused) as refused:
        run(parcels=20)
    assert [finding.code for finding in refused.value.findings] == ["SIMULATION_REAL_WINDOW"]
    assert not Inventory.objects.exists()


def test_a_later_domain_adds_who_takes_part(monkeypatch):
    seen = []

    class Bell:
        """Rings at noon."""

        name = "bell"

        def steps(self, made):
            noon = made.begins + timedelta(hours=12)
            yield Step(noon, self.name, lambda: seen.append(sum(made.tally.messages.values())))

    monkeypatch.setitem(PARTICIPANTS, "bell", Bell)
    summary = run(parcels=60, name="small-day")
    assert 0 < seen[0] < sum(summary.filed.values())


@pytest.mark.parametrize("name", shipped())
def test_every_scenario_can_be_run(name):
    assert run(parcels=30, name=name).parcels == 30
