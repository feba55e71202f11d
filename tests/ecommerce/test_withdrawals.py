"""An inventory is withdrawn before release (623): what nothing stops at once, what is held by the officer's leave."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.ecommerce.asking import ask, found, inventory_of, statuses, used, withdrawal
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file, file_all, happened, told

from tongguan.ecommerce import samples
from tongguan.ecommerce.actions import draw_for_held, pass_check, refuse
from tongguan.ecommerce.models import Inventory, Order, Payment, TaxBill, Waybill, Withdrawal
from tongguan.ecommerce.returns import queries, rules
from tongguan.ecommerce.returns.actions import allow_withdrawal, deny_withdrawal
from tongguan.formats import ceb
from tongguan.holds.queries import standing
from tongguan.inspections.draws import ensure_keys
from tongguan.inspections.models import Check
from tongguan.kernel.rules import Refused, check, template_fields
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.parties.queries import find

pytestmark = pytest.mark.usefixtures("window")
LATER = AT + timedelta(hours=2)


@pytest.fixture
def waiting(parcel) -> samples.Parcel:
    """A parcel whose inventory waits for its order."""
    for noun in ("payment", "waybill", "inventory"):
        file(noun, getattr(parcel, noun))
    assert inventory_of(parcel).state == "waiting"
    return parcel


@pytest.fixture
def drawn(everybody_drawn, parcel) -> samples.Parcel:
    """A parcel under check."""
    assert statuses(file_all(parcel)) == ["500"]
    return parcel


def answers(kind: str) -> list[str]:
    return [one.status for one in told(kind=kind)]


def test_one_that_waits_is_withdrawn_at_once_by_its_pre_entry_number(waiting):
    outcome = ask(withdrawal(waiting))
    assert statuses(outcome) == ["399"]
    row, request = Inventory.objects.get(), Withdrawal.objects.get()
    assert (row.state, row.status, request.state, request.status) == ("withdrawn", "2", "accepted", "399")
    assert answers("CEB624Message") == ["2", "120", "399"]
    assert answers("CEB622Message") == ["2"]
    returned = ceb.read(outcome.receipt)
    assert (returned.kind, returned.nodes[0].document.preNo) == ("CEB624Message", request.pre_no)
    assert happened(row)[-1] == "inventory.withdrawn"


def test_what_is_withdrawn_leaves_its_order_free_for_another_inventory(waiting, nobody_drawn):
    ask(withdrawal(waiting))
    file("order", waiting.order)
    assert Inventory.objects.get().state == "withdrawn"
    assert statuses(file("inventory", waiting.inventory, at=LATER)) == ["800"]
    first, second = Inventory.objects.order_by("id")
    assert (first.state, second.state, second.version) == ("withdrawn", "released", 1)


def test_saved_is_not_asked(waiting):
    assert statuses(ask(withdrawal(waiting, appStatus="1"))) == ["1"]
    assert (Inventory.objects.get().state, Withdrawal.objects.get().state) == ("waiting", "saved")
    assert statuses(ask(withdrawal(waiting))) == ["399"]
    assert Withdrawal.objects.get().version == 2


def test_one_that_is_held_waits_for_the_officer(drawn):
    """The hold of an inspection stops withdrawing: nobody withdraws to escape a check."""
    before = used(drawn)
    assert statuses(ask(withdrawal(drawn))) == ["120"]
    row, request = inventory_of(drawn), Withdrawal.objects.get()
    assert (row.state, request.state, used(drawn)) == ("check", "asked", before)
    assert standing(row.version_subject)
    assert queries.withdrawals(to=OFFICER) == [request]


def test_allowed_the_allowance_comes_back_the_documents_are_free_and_the_hold_is_lifted(drawn):
    ask(withdrawal(drawn))
    assert used(drawn) == inventory_of(drawn).customs_value > 0
    request = allow_withdrawal(Withdrawal.objects.get().pre_no, by=OFFICER, at=LATER)
    row = inventory_of(drawn)
    assert (request.state, row.state, row.status, used(drawn)) == ("accepted", "withdrawn", "500", 0)
    for model in (Order, Payment, Waybill):
        assert model.objects.get().state == "filed"
    assert standing(row.version_subject) == [] and row.items.count() == 0
    assert Check.objects.get().state == "refused"
    assert (answers("CEB624Message"), answers("CEB622Message")) == (["2", "120", "399"], ["2", "120", "500"])
    assert not TaxBill.objects.exists()


def test_denied_it_goes_on_and_may_be_asked_again(drawn):
    ask(withdrawal(drawn))
    request = deny_withdrawal(Withdrawal.objects.get().pre_no, by=OFFICER, at=LATER, reason="已布控查验")
    assert (request.state, inventory_of(drawn).state) == ("refused", "check")
    assert "已布控查验" in told("100", kind="CEB624Message")[0].info
    assert statuses(ask(withdrawal(drawn), at=LATER)) == ["120"]
    assert sorted(Withdrawal.objects.values_list("state", flat=True)) == ["asked", "refused"]


def test_denied_with_a_reason_only(drawn):
    ask(withdrawal(drawn))
    with pytest.raises(Refused, match="REASON_MISSING"):
        deny_withdrawal(Withdrawal.objects.get().pre_no, by=OFFICER, at=LATER, reason=" ")


def test_only_an_officer_decides_and_only_once(drawn):
    ask(withdrawal(drawn))
    number = Withdrawal.objects.get().pre_no
    with pytest.raises(NotYours):
        allow_withdrawal(number, by=OPERATOR, at=LATER)
    allow_withdrawal(number, by=OFFICER, at=LATER)
    with pytest.raises(NotNow):
        allow_withdrawal(number, by=OFFICER, at=LATER)
    with pytest.raises(NotNow):
        deny_withdrawal(number, by=OFFICER, at=LATER, reason="again")


@pytest.mark.parametrize("decide, words", [(pass_check, "已放行"), (refuse, "退单")])
def test_a_request_ends_when_the_officer_decides_the_check(decide, words, drawn):
    ask(withdrawal(drawn))
    decide(inventory_of(drawn).invt_no, by=OFFICER, at=LATER, reason="查验结论")
    assert Withdrawal.objects.get().state == "refused"
    assert words in told("100", kind="CEB624Message")[0].info


def test_held_for_selection_it_waits_too_and_ends_when_chance_lets_it_go(nobody_drawn, parcel):
    tomorrow = AT + timedelta(days=5)
    assert statuses(file_all(parcel, at=tomorrow)) == ["120"]
    assert statuses(ask(withdrawal(parcel), at=tomorrow)) == ["120"]
    ensure_keys(tomorrow.date(), by=OPERATOR, at=tomorrow)
    assert draw_for_held(at=tomorrow) == 1
    assert (inventory_of(parcel).state, Withdrawal.objects.get().state) == ("released", "refused")


def test_an_officer_may_allow_it_before_the_draw(nobody_drawn, parcel):
    tomorrow = AT + timedelta(days=5)
    file_all(parcel, at=tomorrow)
    ask(withdrawal(parcel), at=tomorrow)
    allow_withdrawal(Withdrawal.objects.get().pre_no, by=OFFICER, at=tomorrow)
    row = inventory_of(parcel)
    assert (row.state, standing(row.version_subject), used(parcel)) == ("withdrawn", [], 0)
    ensure_keys(tomorrow.date(), by=OPERATOR, at=tomorrow)
    assert draw_for_held(at=tomorrow) == 0


def test_released_goods_are_not_withdrawn(parcel, nobody_drawn):
    file_all(parcel)
    assert found(ask(withdrawal(parcel))) == [("-623005", "", "invtNo")]


def test_what_was_sent_back_or_only_saved_is_amended_or_deleted_not_withdrawn(parcel, nobody_drawn):
    file("inventory", parcel.changed("inventory", appStatus="1").inventory)
    assert found(ask(withdrawal(parcel))) == [("-623005", "", "invtNo")]
    file_all(parcel.changed("inventory", item_1_qty=Decimal(2), item_1_totalPrice=Decimal(436)))
    assert inventory_of(parcel).state == "refused"
    assert found(ask(withdrawal(parcel))) == [("-623005", "", "invtNo")]


def test_twice(waiting):
    ask(withdrawal(waiting))
    assert found(ask(withdrawal(waiting), at=LATER)) == [("-623009", "", "invtNo")]


def test_twice_in_one_message(waiting):
    assert statuses(ask(withdrawal(waiting), withdrawal(waiting)))[1] == "-623009"


def test_unknown(parcel):
    outcome = ask(withdrawal(parcel, "010120260000000001"))
    assert found(outcome) == [("-623003", "", "invtNo")]
    assert ceb.read(outcome.receipt).nodes[0].document.returnStatus == "-623003"


def test_of_another(waiting):
    payer = find(samples.PAYER.code)
    theirs = Actor("p", "platform", payer.pk)
    assert found(ask(withdrawal(waiting), sender=theirs, firm=samples.PAYER)) == [("-623026", "", "invtNo")]
    assert found(ask(withdrawal(waiting), sender=theirs)) == [("-623026", "", "copCode")]
    as_carrier = Actor("c", "carrier", find(samples.BROKER.code).pk)
    assert found(ask(withdrawal(waiting), sender=as_carrier)) == [("-623026", "", "invtNo")]
    assert Inventory.objects.get().state == "waiting"


def test_the_seller_may_ask_for_what_his_agent_filed(waiting):
    platform = find(samples.PLATFORM.code)
    outcome = ask(withdrawal(waiting), sender=Actor("s", "platform", platform.pk), firm=samples.PLATFORM)
    assert statuses(outcome) == ["399"]


BROKEN = [
    ("-623001", "APP_TYPE", {"appType": "2"}, "appType"),
    ("-623001", "APP_STATUS", {"appStatus": "3"}, "appStatus"),
    ("-623001", "TIME", {"appTime": "20260231000000"}, "appTime"),
    ("-623001", "PLATFORM_CODE", {"ebpCode": "91110113MA0TG00189"}, "ebpCode"),
    ("-623001", "PARTY_CODE", {"agentCode": "agent"}, "agentCode"),
    ("-623001", "ID_TYPE", {"buyerIdType": "2"}, "buyerIdType"),
    ("-623001", "ID_INVALID", {"buyerIdNumber": "1"}, "buyerIdNumber"),
    ("-623012", "", {"reason": " 　"}, "reason"),
]
DIFFERS = [
    ("-623001", "INVENTORY_DIFFERS", {"orderNo": "OTHER"}, "orderNo"),
    ("-623001", "INVENTORY_DIFFERS", {"ebcCode": "1105930001"}, "ebcCode"),
    ("-623001", "INVENTORY_DIFFERS", {"customsCode": "0102"}, "customsCode"),
    ("-623001", "INVENTORY_DIFFERS", {"buyerIdNumber": "110101199001011237"}, "buyerIdNumber"),
]


@pytest.mark.parametrize("code, alias, change, pointer", BROKEN, ids=[f"{c}/{a}" for c, a, *_ in BROKEN])
def test_rule(code, alias, change, pointer, waiting, ctx):
    broken = check(rules.WITHDRAWAL, withdrawal(waiting, **change), ctx)
    assert [(f.code, f.alias, f.pointer) for f in broken] == [(code, alias, pointer)]
    assert all(broken[0].text(lang) and "…" not in broken[0].text(lang) for lang in ("zh", "en"))


def test_WithdrawalKnownCode(waiting, ctx, monkeypatch):
    monkeypatch.setattr(ctx, "knows", lambda table, code: code != "9999")
    broken = check(rules.WITHDRAWAL, withdrawal(waiting, customsCode="9999"), ctx)
    assert [(f.code, f.alias, f.pointer) for f in broken] == [("-623001", "CODE", "customsCode")]


@pytest.mark.parametrize("code, alias, change, pointer", DIFFERS, ids=[p for *_, p in DIFFERS])
def test_what_it_says_of_the_inventory_must_be_so(code, alias, change, pointer, waiting):
    outcome = ask(withdrawal(waiting, **change))
    assert found(outcome) == [(code, alias, pointer)]
    assert all("…" not in f.text(lang) for f in outcome.nodes[0].findings for lang in ("zh", "en"))


@pytest.mark.parametrize("rule", [*rules.WITHDRAWAL, *rules.WITHDRAWAL_CASE], ids=lambda r: f"{r.code}/{r.alias}")
def test_both_texts_name_the_same_values(rule):
    fields = template_fields(rule)
    assert fields["zh"] == fields["en"], fields


def test_statements_do_not_grow_with_the_nodes(django_assert_max_num_queries):
    for count, seed in ((2, 21), (40, 22)):
        parcels = list(samples.parcels(count, seed=seed, at=AT))
        file("inventory", *(p.inventory for p in parcels))
        requests = [withdrawal(p) for p in parcels]
        with django_assert_max_num_queries(27):
            assert set(statuses(ask(*requests))) == {"399"}


def test_who_sees_requests(drawn):
    ask(withdrawal(drawn))
    assert len(queries.withdrawals(to=Actor("p", "platform", find(samples.PLATFORM.code).pk))) == 1
    assert queries.withdrawals(to=Actor("p", "payer", find(samples.PAYER.code).pk)) == []
    [request] = queries.withdrawals(to=OFFICER)
    assert queries.opened(request).reason == "买家取消订单"
    assert queries.of_parcel(inventory_of(drawn))[0] == [request]
