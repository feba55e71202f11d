"""What needs a firm: each kind of matter, its last day, its place, the order, and how little is asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.conftest import bought, people, window  # noqa: F401
from tests.ecommerce.asking import ask, inventory_of, refund
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Inventory, PaymentOrder, TaxBill
from tongguan.ecommerce.taxes import actions as taxes
from tongguan.kernel.states import Actor
from tongguan.needs import matters
from tongguan.needs.queries import needs
from tongguan.needs.queues import QUEUES, queues
from tongguan.parties.actions import issue
from tongguan.parties.models import Certificate, Mandate, Person
from tongguan.parties.queries import actor_of, find
from tongguan.zones.actions import open_book

LATER = AT + timedelta(hours=6)


def actor(name: str) -> Actor:
    found = actor_of(Person.objects.get(username=name))
    assert found is not None
    return found


def of(kind: str, name: str = "broker", at: datetime = LATER) -> list[matters.Need]:
    return [one for one in needs(to=actor(name), at=at).listed if one.kind == kind]


def test_parcels_that_need_their_firm(window):  # noqa: F811
    for name in ("platform", "broker"):
        [refused] = of("refused_parcel", name)
        [waiting] = of("incomplete_parcel", name)
        [checked] = of("checked_parcel", name)
        assert (refused.name, refused.path, refused.due) == ("P-REFUSED", window.address("refused"), None)
        assert waiting.missing == ("payment", "waybill") and "the payment, the waybill" in waiting.why("en")
        assert checked.due == Inventory.objects.get(order_no="P-CHECKED").judged_at + timedelta(hours=24)
        assert "wait" in checked.next("en", LATER) and "over" in checked.next("en", LATER + timedelta(days=2))
    assert [one.missing for one in of("incomplete_parcel", "carrier")] == [("payment", "waybill")]
    assert needs(to=actor("elsewhere"), at=LATER) == needs(to=actor("officer"), at=LATER) == matters.Needs([], [])


def test_a_document_refused_at_once_is_told_until_it_is_filed_again(window):  # noqa: F811
    broken = bought("P-BROKEN")
    wrong = broken.changed("payment", appType="2").payment
    assert file("payment", wrong).refused == 1
    [one] = of("refused_document")
    assert one.name == wrong.payTransactionId and one.path.startswith("/messages/")
    assert not of("refused_document", "platform"), "messages are their sender's"
    file("payment", broken.payment)
    assert not of("refused_document")


def test_goods_that_come_back_have_their_last_days(window):  # noqa: F811
    ask(refund(window.released, at=LATER), at=LATER)
    released = inventory_of(window.released).released_at.date()
    [back] = of("expected_return")
    assert back.day == released + timedelta(days=45) and not back.late(LATER)
    over = datetime.combine(back.day + timedelta(days=1), LATER.time(), LATER.tzinfo)
    assert back.late(over) and back.days_left(over) == -1
    Inventory.objects.get(order_no="P-RELEASED").returns.update(state="saved")
    assert of("unfiled_return")[0].day == released + timedelta(days=30)


def test_tax_is_told_by_its_last_day(window, settings):  # noqa: F811
    bill = TaxBill.objects.get()
    opens = datetime.combine(bill.opens_on, LATER.time(), LATER.tzinfo)
    payer = Person.objects.get(memberships__enterprise=find(bill.assure_code)).username
    assert not of("open_bills", payer, opens - timedelta(days=1))
    [open_] = of("open_bills", payer, opens)
    assert open_.day == bill.due_on and open_.number == 1 and not of("unpaid_order", payer, opens)
    taxes.collect_left(at=opens + timedelta(days=5))
    [order] = of("unpaid_order", payer, opens + timedelta(days=5))
    assert order.day == PaymentOrder.objects.get().due_on and order.path == f"/taxes/orders/{order.name}"
    assert not of("open_bills", payer, opens + timedelta(days=5))
    assert of("unpaid_order", payer, opens + timedelta(days=60))[0].late(opens + timedelta(days=60))


def _certificate(firm, until: datetime, n: int) -> Certificate:
    return Certificate.objects.create(
        enterprise=firm, fingerprint=bytes([n]) * 32, serial=f"S{n}", issuer="i", subject="s", key_kind="sm2",
        sealed=b"", since=AT, until=until, trial=True, registered_by="x", registered_at=AT,
    )  # fmt: skip


def test_what_runs_out_is_told_before_and_after_until_it_is_renewed(people):  # noqa: F811
    firm = find(samples.BROKER.code)
    soon = AT + timedelta(days=20)
    _certificate(firm, soon, 1)
    issue("broker program", firm, role="broker", until=soon, by=OPERATOR, at=AT)
    given = {"abilities": ["file"], "since": AT.date(), "asked": AT, "asked_by": "x"}
    Mandate.objects.create(
        principal=find(samples.PLATFORM.code), agent=firm, until=soon.date(), state="granted", **given
    )
    Mandate.objects.create(principal=firm, agent=find(samples.CARRIER.code), until=date(2027, 5, 1), **given)
    kinds = {one.kind: one for one in needs(to=actor("broker"), at=AT).listed}
    assert set(kinds) == {"ending_certificate", "ending_token", "ending_mandate", "asked_mandate"}
    assert kinds["ending_mandate"].day == soon.date() and kinds["ending_mandate"].name == samples.PLATFORM.name
    assert kinds["ending_certificate"].days_left(AT) == 20 and kinds["asked_mandate"].due is None
    assert {one.kind for one in needs(to=actor("platform"), at=AT).listed} == {"ending_mandate"}
    early = needs(to=actor("broker"), at=AT - timedelta(days=11)).listed
    assert {one.kind for one in early} == {"asked_mandate"}
    assert of("ending_certificate", at=soon + timedelta(days=1))[0].late(soon + timedelta(days=1))
    _certificate(firm, soon + timedelta(days=365), 2)
    assert not of("ending_certificate", at=AT)


def test_books_that_end(people):  # noqa: F811
    days = {"opened": date(2026, 1, 1), "valid_until": date(2026, 5, 20)}
    open_book("B1", area_code=samples.PLATFORM.code, customs_code="0129", **days, by=OPERATOR, at=AT)
    [one] = of("ending_book", "platform", AT)
    assert (one.path, one.day) == ("/books/B1", date(2026, 5, 20))


def test_the_most_urgent_come_first_and_counts_are_bounded(monkeypatch):
    monkeypatch.setattr(matters, "MOST", 3)
    found = [matters.Need("refused_parcel", str(n), "/", AT + timedelta(hours=n)) for n in range(4)]
    found.append(matters.Need("unpaid_order", "O1", "/", AT, day=date(2026, 5, 9)))
    found.append(matters.Need("expected_return", "R1", "/", AT, day=date(2026, 4, 30)))
    made = matters.ordered(found, AT, shown=2)
    assert [one.name for one in made.listed] == ["R1", "O1", "0", "1"]
    assert [(one.kind, one.number, one.many, one.late) for one in made.counts] == [
        ("refused_parcel", 3, True, 0), ("expected_return", 1, False, 1), ("unpaid_order", 1, False, 0)
    ]  # fmt: skip
    assert made.late == 1


def test_it_asks_no_more_for_many_parcels(window):  # noqa: F811
    def asked(name: str) -> int:
        with CaptureQueriesContext(connection) as found:
            needs(to=actor(name), at=LATER)
        return len(found) - 3  # who the actor is

    few = {name: asked(name) for name in ("platform", "carrier", "payer", "broker")}
    file_all(*(bought(f"P-MORE-{n}").changed("payment", amountPaid=Decimal(1)) for n in range(5)))
    assert {name: asked(name) for name in few} == few and max(few.values()) <= 6


@pytest.mark.parametrize("name", ["platform", "broker", "carrier", "payer"])
def test_every_matter_leads_to_a_page_its_reader_may_see(window, name):  # noqa: F811
    ask(refund(window.released, at=LATER), at=LATER)
    found = needs(to=actor(name), at=LATER)
    client = window.person(name)
    for path in {one.path for one in found.listed} | {one.href for one in found.counts}:
        assert client.get(path).status_code == 200, path


def test_every_kind_is_listed_somewhere():
    for kind, href in matters.LISTS.items():
        need = matters.Need(kind, "1", "/")
        assert href.startswith("/") and need.title("zh") and need.why("en") and need.next("zh", AT)


def test_queues_say_the_oldest_and_what_is_over_its_time(window):  # noqa: F811
    [checks] = [one for one in queues(to=actor("officer"), at=LATER) if one.kind == "checks"]
    assert (checks.number, checks.many, checks.late, checks.days(LATER)) == (1, False, 0, 0)
    tomorrow = LATER + timedelta(days=2)
    [checks] = [one for one in queues(to=actor("officer"), at=tomorrow) if one.kind == "checks"]
    assert checks.late == 1 and checks.days(tomorrow) == 2
    ask(refund(window.released, at=LATER), at=LATER)
    numbers = {one.kind: one.number for one in queues(to=OFFICER, at=LATER)}
    assert numbers["expected"] == 1 and numbers["decide"] == numbers["work"] == 0 and "applications" not in numbers
    assert queues(to=actor("broker"), at=LATER) == []
    for name in ("officer", "operator", "auditor"):
        client = window.person(name)
        for kind, (href, roles) in QUEUES.items():
            assert name not in roles or client.get(href).status_code == 200, kind


def test_the_first_page_lists_what_needs_one(window):  # noqa: F811
    html = window.person("broker", "en").get("/").content.decode()
    [refused] = of("refused_parcel")
    assert refused.why("en") != refused.reason("en") and "sent back" in refused.reason("en")
    assert "P-REFUSED" in html and "Still missing: the payment, the waybill." in html
    assert f'href="{window.address("refused")}">See why, then amend and file it again' in html
    assert 'href="/parcels?group=needs_you">Inventory sent back <strong>1</strong>' in html
    assert "1 overdue" in html, "the promised time of the check is long over"
    assert "Nothing needs you now" in window.person("elsewhere", "en").get("/").content.decode()
    officer = window.person("officer", "en").get("/").content.decode()
    assert 'href="/checks">Parcels to check</a>' in officer and "1 overdue" in officer
