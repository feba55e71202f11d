"""Patterns of re-sale: exactly how much is too many, what is held, who decides, and what it costs."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.context import Context
from tongguan.ecommerce.intake.candidates import Candidate
from tongguan.ecommerce.intake.opening import opened
from tongguan.ecommerce.models import Inventory, Order, RiskFinding, RiskParcel
from tongguan.ecommerce.patterns.actions import confirm, dismiss, look_for_patterns
from tongguan.ecommerce.patterns.counting import find_patterns, windows
from tongguan.ecommerce.patterns.queries import parcels_behind, people_behind, risk_finding, risk_findings
from tongguan.ecommerce.patterns.suspicion import suspicion
from tongguan.holds.models import Hold
from tongguan.holds.queries import standing
from tongguan.journal.models import Event
from tongguan.kernel.law import NotConfigured, law
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.parties import vault

SOUP = samples.Goods("2104100000", "汤料", "100克/袋", "20.00", "136", "0.1", "035")
HOUSE, SHOP = "北京市朝阳区安定路1号院1号楼101室", "13800138000"


def person(number: int, **shared: str) -> samples.Buyer:
    """Somebody with a telephone and an address of his own, unless they are shared."""
    own = samples.buyer(random.Random(f"person/{number}"))
    own = own._replace(telephone=f"139{number:08d}", address=f"天津市滨海新区第{number}大街{number}号")
    return own._replace(**shared)


def bought(order_no: str, who: samples.Buyer, goods: samples.Goods = SOUP) -> samples.Parcel:
    return samples.parcel(order_no, who, [(goods, 1)], at=AT, chance=random.Random(order_no))


def neighbours(count: int, start: int = 0, **shared: str) -> list[samples.Parcel]:
    return [bought(f"N{n:04d}", person(n, **shared)) for n in range(start, start + count)]


def groups(at=AT) -> list[tuple[str, int, int]]:
    return [(group.pattern, group.counted, len(group.inventories)) for group in find_patterns(at)]


pytestmark = pytest.mark.usefixtures("window", "nobody_drawn")


@pytest.mark.parametrize(("pattern", "shared"), [("address", {"address": HOUSE}), ("telephone", {"telephone": SHOP})])
def test_people_who_share_an_address_or_a_telephone(pattern, shared):
    """As many as the law says are usual; one more is a group (handbook 09 §2: same address, more than n ids)."""
    most = law("ecommerce.resale_most", on=AT.date()).value[pattern]
    assert file_all(*neighbours(most, **shared)).accepted == most
    assert groups() == []
    file_all(*neighbours(1, start=most, **shared))
    assert groups() == [(pattern, most + 1, most + 1)]


def test_one_person_who_orders_often_is_one_person():
    most = law("ecommerce.resale_most", on=AT.date()).value["address"]
    file_all(*(bought(f"O{n}", person(1)) for n in range(most + 1)))
    assert groups() == []


def test_one_person_who_buys_one_code_again_and_again():
    most = law("ecommerce.resale_most", on=AT.date()).value["goods"]
    file_all(*(bought(f"G{n}", person(1)) for n in range(most)))
    file_all(bought("OTHER", person(1), samples.GOODS[3]))
    assert groups() == []
    file_all(bought("G-MORE", person(1)))
    [group] = find_patterns(AT)
    assert (group.pattern, group.counted, group.gcode) == ("goods", most + 1, SOUP.gcode)
    assert group.digest == vault.match("id", person(1).number)


def test_two_items_of_a_code_in_one_parcel_are_one_parcel():
    most = law("ecommerce.resale_most", on=AT.date()).value["goods"]
    twice = [samples.parcel(f"T{n}", person(1), [(SOUP, 1), (SOUP, 1)], at=AT, chance=random.Random(n))
             for n in range(most)]  # fmt: skip
    file_all(*twice)
    assert groups() == []


def test_one_payer_of_many_is_seen_by_what_was_tried():
    """Their parcels do not match and are sent back; that it was tried is a finding all the same."""
    most = law("ecommerce.resale_most", on=AT.date()).value["payer"]
    payer = person(99)
    paid = {"payerIdNumber": payer.number, "payerName": payer.name}
    tried = [parcel.changed("payment", **paid) for parcel in neighbours(most + 1)]
    assert file_all(*tried[:most]).nodes[0].status == "100"
    assert groups() == []
    file_all(tried[most])
    assert groups() == [("payer", most + 1, most + 1)]


def test_who_pays_for_himself_and_some_others_counts_too():
    most = law("ecommerce.resale_most", on=AT.date()).value["payer"]
    payer = person(99)
    paid = {"payerIdNumber": payer.number, "payerName": payer.name}
    file_all(bought("OWN", payer), *(parcel.changed("payment", **paid) for parcel in neighbours(most)))
    assert groups() == [("payer", most + 1, most + 1)]


def test_the_window_ends_at_midnight_in_beijing():
    most = law("ecommerce.resale_most", on=AT.date()).value["telephone"]
    file_all(*neighbours(most + 1, telephone=SHOP))
    days = law("ecommerce.resale_days", on=AT.date()).value["telephone"]
    last = (AT + timedelta(days=days - 1)).replace(hour=23, minute=59)
    assert groups(last) == [("telephone", most + 1, most + 1)]
    assert groups(last + timedelta(minutes=1)) == []
    assert windows(AT)["telephone"].since == (AT - timedelta(days=days - 1)).replace(hour=0)


def test_what_nobody_filled_in_is_shared_by_nobody():
    most = law("ecommerce.resale_most", on=AT.date()).value["telephone"]
    file("order", *(parcel.order for parcel in neighbours(most + 1, telephone="--")))
    assert Order.objects.count() == most + 1 and groups() == []


def test_orders_that_were_deleted_or_only_saved_do_not_count():
    most = law("ecommerce.resale_most", on=AT.date()).value["telephone"]
    parcels = neighbours(most + 2, telephone=SHOP)
    file("order", *(parcel.order for parcel in parcels[:most]))
    file("order", parcels[most].changed("order", appStatus="1").order)
    file("order", parcels[most + 1].order)
    file("order", parcels[most + 1].changed("order", appType="3").order)
    assert groups() == []


def test_a_group_is_raised_before_any_inventory_is_filed():
    most = law("ecommerce.resale_most", on=AT.date()).value["telephone"]
    file("order", *(parcel.order for parcel in neighbours(most + 1, telephone=SHOP)))
    [found] = look_for_patterns(at=AT)
    assert (found.count, found.parcels, RiskParcel.objects.count()) == (most + 1, 0, 0)


def test_before_the_law_names_thresholds_nothing_is_guessed():
    with pytest.raises(NotConfigured):
        look_for_patterns(at=AT.replace(year=2016, month=1))


@pytest.fixture
def group() -> RiskFinding:
    """Four people with one telephone; two of their parcels wait for a document, two are released."""
    parcels = neighbours(4, telephone=SHOP)
    file_all(*parcels[:2])
    for noun in ("order", "payment", "inventory"):
        file(noun, *(getattr(parcel, noun) for parcel in parcels[2:]))
    [found] = look_for_patterns(at=AT)
    return found


def test_a_finding_says_what_was_counted_and_names_nobody(group):
    group.refresh_from_db()
    assert (group.pattern, group.count, group.most, group.parcels, group.state) == ("telephone", 4, 3, 4, "open")
    assert group.last_day == AT.date() and (group.last_day - group.first_day).days == 29
    assert bytes(group.digest) == vault.match("phone", SHOP)
    told = Event.objects.get(what="risk.found")
    assert (told.subject, told.role) == (str(group), "system")
    assert (
        told.details["count"] == 4
        and SHOP not in str(told.details)
        and bytes(group.digest).hex() not in str(told.details)
    )


def test_parcels_that_are_not_released_are_held_and_others_are_not(group):
    held = {hold.subject for hold in Hold.objects.filter(reason="resale")}
    waiting = {row.version_subject for row in Inventory.objects.filter(state="waiting")}
    assert held == waiting and len(held) == 2
    [hold] = standing(min(held))
    assert (hold.owner, sorted(hold.stops)) == ("risk", ["amend", "gate", "release", "withdraw"])


def test_looking_again_changes_nothing_but_what_is_new(group):
    events = Event.objects.count()
    assert look_for_patterns(at=AT + timedelta(minutes=10)) == []
    assert (RiskFinding.objects.count(), RiskParcel.objects.count(), Hold.objects.count()) == (1, 4, 2)
    assert Event.objects.count() == events
    file("order", *(parcel.order for parcel in neighbours(1, start=4, telephone=SHOP)))
    file("inventory", *(parcel.inventory for parcel in neighbours(1, start=4, telephone=SHOP)))
    assert look_for_patterns(at=AT + timedelta(minutes=20)) == []
    group.refresh_from_db()
    assert (group.count, group.parcels, group.seen_at) == (5, 5, AT + timedelta(minutes=20))
    assert (RiskParcel.objects.count(), Hold.objects.filter(reason="resale").count()) == (5, 3)


def test_a_held_parcel_is_not_released_when_its_documents_arrive(group):
    file("waybill", *(parcel.waybill for parcel in neighbours(4, telephone=SHOP)[2:]))
    assert set(Inventory.objects.filter(order_no__in=["N0002", "N0003"]).values_list("state", flat=True)) <= {
        "selection", "check",
    }  # fmt: skip


def test_a_dismissed_group_goes_on_and_is_not_raised_for_a_time(group):
    found = dismiss(group.pk, by=OFFICER, at=AT, reason="一家人，地址为学校")
    assert (found.state, found.decided_by, found.reason) == ("dismissed", "officer", "一家人，地址为学校")
    assert not Hold.objects.filter(reason="resale", lifted_at=None).exists()
    assert set(Hold.objects.values_list("outcome", "lifted_by")) == {("dismissed", "officer")}
    assert look_for_patterns(at=AT + timedelta(days=1)) == []
    assert Event.objects.filter(what="risk.dismissed").get().details == {"reason": "一家人，地址为学校"}


def test_after_its_time_a_dismissed_group_is_raised_again(group):
    dismiss(group.pk, by=OFFICER, at=AT, reason="学校")
    silence = law("ecommerce.resale_silence_days", on=AT.date()).value
    later = AT + timedelta(days=silence)
    Order.objects.update(filed_at=later)
    assert look_for_patterns(at=later - timedelta(seconds=1)) == []
    [again] = look_for_patterns(at=later)
    assert again.pk != group.pk and again.state == "open"


def test_a_confirmed_group_stays_held_and_is_not_raised_twice(group):
    confirm(group.pk, by=OFFICER, at=AT, reason="转卖")
    assert Hold.objects.filter(reason="resale", lifted_at=None).count() == 2
    assert look_for_patterns(at=AT + timedelta(days=1)) == []
    assert RiskFinding.objects.get().state == "confirmed"


def test_a_parcel_of_two_findings_is_free_when_both_are_dismissed():
    file_all(*neighbours(2, address=HOUSE, telephone=SHOP))
    parcels = neighbours(6, address=HOUSE, telephone=SHOP)
    file("order", *(parcel.order for parcel in parcels[2:]))
    file("inventory", parcels[5].inventory)
    first, second = sorted(look_for_patterns(at=AT), key=lambda row: row.pattern)
    assert (first.pattern, second.pattern) == ("address", "telephone")
    dismiss(first.pk, by=OFFICER, at=AT, reason="学校")
    assert Hold.objects.filter(reason="resale", lifted_at=None).count() == 1
    dismiss(second.pk, by=OFFICER, at=AT, reason="学校")
    assert not Hold.objects.filter(reason="resale", lifted_at=None).exists()


def test_RISK_REASON_MISSING(group):
    for decide in (confirm, dismiss):
        with pytest.raises(Refused) as refused:
            decide(group.pk, by=OFFICER, at=AT, reason="  ")
        [told] = refused.value.findings
        assert (told.code, told.pointer) == ("RISK_REASON_MISSING", "reason") and told.text("zh") and told.text("en")
    assert RiskFinding.objects.get().state == "open"


def test_only_officers_decide_and_only_once(group):
    with pytest.raises(NotYours):
        confirm(group.pk, by=OPERATOR, at=AT, reason="转卖")
    dismiss(group.pk, by=OFFICER, at=AT, reason="学校")
    with pytest.raises(NotNow):
        confirm(group.pk, by=OFFICER, at=AT, reason="转卖")
    with pytest.raises(RiskFinding.DoesNotExist):
        confirm(0, by=OFFICER, at=AT, reason="转卖")


def candidates(*numbers: str) -> list[Candidate]:
    rows = list(Inventory.objects.filter(order_no__in=numbers).order_by("order_no"))
    said = opened(row.filing_id for row in rows)
    return [Candidate(row, said[row.filing_id], []) for row in rows]


def batch(at=AT) -> SimpleNamespace:
    return SimpleNamespace(ctx=Context(at.date()), at=at)


def with_dossier(c: Candidate) -> Candidate:
    c.dossier = SimpleNamespace(order=Order.objects.get(order_no=c.row.order_no))
    return c


def test_later_parcels_of_a_group_are_suspected_and_others_are_not(group):
    file_all(*neighbours(1, start=7, telephone=SHOP), bought("ELSE", person(8)))
    [mine, other] = [with_dossier(c) for c in candidates("N0007", "ELSE")][::-1]
    assert mine.row.order_no == "N0007"
    now = batch()
    with CaptureQueriesContext(connection) as queries:
        assert suspicion(now, [mine, other]) == {mine.row.version_subject}
    assert len(queries) == 1
    assert suspicion(now, []) == set()


def test_a_draw_that_is_made_up_for_asks_for_the_orders(group):
    now, held = batch(), candidates("N0002", "N0003")
    with CaptureQueriesContext(connection) as queries:
        assert len(suspicion(now, held)) == 2
    assert len(queries) == 2


def test_a_group_is_suspected_until_dismissed_and_for_a_time_once_confirmed(group):
    mine = candidates("N0002")
    confirm(group.pk, by=OFFICER, at=AT, reason="转卖")
    watch = timedelta(days=law("ecommerce.resale_watch_days", on=AT.date()).value)
    assert suspicion(batch(AT + watch - timedelta(seconds=1)), mine)
    assert not suspicion(batch(AT + watch), mine)
    dismiss(group.pk, by=OFFICER, at=AT, reason="查错了")
    assert not suspicion(batch(), mine)


def test_who_buys_one_code_too_often_is_suspected_for_that_code_only():
    file_all(*(bought(f"G{n:02d}", person(1)) for n in range(11)))
    file_all(bought("OTHER", person(1), samples.GOODS[3]))
    look_for_patterns(at=AT)
    soup, other = candidates("G01", "OTHER")
    assert suspicion(batch(), [soup, other]) == {soup.row.version_subject}


def test_the_task_asks_as_much_of_many_parcels_as_of_few():
    def asked(count: int, start: int) -> int:
        file("order", *(parcel.order for parcel in neighbours(count, start=start, telephone=SHOP)))
        file("inventory", *(parcel.inventory for parcel in neighbours(count, start=start, telephone=SHOP)))
        RiskFinding.objects.all().delete()
        Hold.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            assert len(look_for_patterns(at=AT)) == 1
        return len(queries)

    few = asked(4, 0)
    assert asked(60, 4) == few <= 20


def test_who_is_behind_a_finding_is_asked_in_five_questions(group):
    with CaptureQueriesContext(connection) as queries:
        people = people_behind(group)
    assert sum("monthkey" not in one["sql"] for one in queries) == 5
    assert {one.telephone for one in people} == {SHOP} and len(people) == 4
    assert {one.buyer for one in people} == {person(n).name for n in range(4)}
    assert all(one.payer_identity for one in people)


def test_people_whose_data_were_destroyed_are_said_to_be_forgotten(group):
    vault.forget(AT.date().replace(day=1), by=OPERATOR, at=AT + timedelta(days=40))
    vault.clear_cache()
    assert [one.forgotten for one in people_behind(group)] == [True] * 4


def test_findings_are_for_the_authority(group):
    firm = SimpleNamespace(role="platform", enterprise=1)
    assert risk_findings(to=firm) == [] and risk_finding(group.pk, to=firm) is None
    assert [row.pk for row in risk_findings(to=OFFICER, state="open")] == [group.pk]
    assert risk_findings(to=OFFICER, state="dismissed") == risk_findings(to=OFFICER, before=group.pk) == []
    rows = parcels_behind(group, limit=3)
    assert [row.order_no for row in rows] == ["N0003", "N0002", "N0001"]
    assert [row.order_no for row in parcels_behind(group, before=rows[-1].pk)] == ["N0000"]


def test_a_refused_parcel_is_behind_a_finding_and_is_not_held():
    parcels = neighbours(4, telephone=SHOP)
    file_all(*(parcel.changed("payment", amountPaid=Decimal(1)) for parcel in parcels))
    [found] = look_for_patterns(at=AT)
    assert found.parcels == 4 and not Hold.objects.filter(reason="resale").exists()


def test_the_database_finds_days_by_their_blocks():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%%brin (filed_at)%%' ORDER BY 1")
        found = [name for (name,) in cursor.fetchall()]
    assert found == ["ecommerce_inventory_by_day", "ecommerce_order_by_day", "ecommerce_payment_by_day"]
