"""Whether who declares for another has his mandate, asked where messages come in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.ecommerce.asking import ask as ask_for
from tests.ecommerce.asking import bought, refund, withdrawal
from tests.ecommerce.conftest import drawn_share, prepare
from tests.ecommerce.filing import AT, OPERATOR, file, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake.mandates import judge_mandates
from tongguan.ecommerce.models import Inventory
from tongguan.ecommerce.rules.mandates import MANDATE, InventoryMandate, ReturnMandate, WithdrawalMandate
from tongguan.kernel.rules import check
from tongguan.parties.mandates import without_mandate
from tongguan.parties.models import Mandate
from tongguan.parties.queries import find

pytestmark = pytest.mark.usefixtures("window")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def window(tariff_loaded, db, settings):
    prepare()
    settings.MANDATES = "optional"


def grant(**changed) -> Mandate:
    """Let the declarant of the samples file for their merchant."""
    doc = bought("ANY").inventory
    given = {
        "agent": find(doc.agentCode), "principal": find(doc.ebcCode), "abilities": ["file"], "messages": [],
        "since": date(2026, 1, 1), "until": date(2027, 12, 31), "state": "granted", "asked": AT - MINUTE,
        "decided": AT - MINUTE,
    }  # fmt: skip
    return Mandate.objects.create(**given | changed)


def noted(order_no: str = "M-1") -> list[tuple[str, str, str]]:
    """File a parcel; return what is noted of its inventory about mandates."""
    parcel = bought(order_no)
    file_all(parcel)
    found = Inventory.objects.get(order_no=parcel.order.orderNo).findings
    return [(f["code"], f["alias"], f["level"]) for f in found if f["alias"] == "MANDATE"]


WARNED = [("-621001", "MANDATE", "warn")]


def test_the_samples_are_declared_by_an_agent():
    doc = bought("ANY").inventory
    assert doc.agentCode != doc.ebcCode and find(doc.agentCode) and find(doc.ebcCode)


@pytest.mark.measure("M2-I-5.2")
def test_without_a_mandate_it_is_said_and_with_one_it_is_not():
    assert noted("M-1") == WARNED
    grant()
    assert noted("M-2") == []


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ({"messages": ["CEB621Message"]}, True), ({"messages": ["CEB625Message"]}, False), ({"abilities": ["see"]}, False),
        ({"abilities": ["see", "file"]}, True), ({"until": date(2026, 4, 1)}, False), ({"since": date(2027, 1, 1)}, False),
        ({"state": "asked", "decided": None}, False), ({"decided": AT + MINUTE}, False),
        ({"state": "revoked", "ended": AT - MINUTE}, False), ({"state": "revoked", "ended": AT + MINUTE}, True),
    ],
)  # fmt: skip
def test_it_must_be_in_force_and_for_this(changed, counts):
    grant(**changed)
    assert noted() == ([] if counts else WARNED)


def test_where_it_is_required_what_is_declared_is_refused_and_what_is_put_by_warned(settings):
    settings.MANDATES = "required"
    parcel = bought("M-1")
    [outcome] = file("inventory", parcel.inventory).nodes
    assert (outcome.status, outcome.findings[0].alias) == ("-621001", "MANDATE")
    assert "委托书" in outcome.findings[0].text("zh") and "mandate" in outcome.findings[0].text("en")
    put_by = bought("M-2").changed("inventory", appStatus="1")
    [outcome] = file("inventory", put_by.inventory).nodes
    assert outcome.status == "1" and outcome.findings[0].level == "warn"
    grant()
    [outcome] = file("inventory", parcel.inventory).nodes
    assert outcome.status == "2"


def test_nobody_asks_where_it_is_off(settings, django_assert_num_queries):
    settings.MANDATES = "off"
    assert noted() == []


def test_requests_are_asked_too(settings):
    with pytest.MonkeyPatch.context() as draws:
        drawn_share(draws, "0")
        released, waiting = bought("M-1"), bought("M-2")
        file_all(released)
        file("inventory", waiting.inventory)
    for made, code in ((refund(released, 1), "-625001"), (withdrawal(waiting), "-623001")):
        [outcome] = ask_for(made).nodes
        found = [(f.code, f.level) for f in outcome.findings if f.alias == "MANDATE"]
        assert found == [(code, "warn")]
        settings.MANDATES = "required"
        [outcome] = ask_for(made).nodes
        assert outcome.status == code
        settings.MANDATES = "optional"


def test_a_message_asks_once_for_all_it_holds(django_assert_num_queries):
    from tongguan.formats.ceb.reading import Node

    nodes = [Node(n, bought(f"M-{n}").inventory) for n in range(1, 30)]
    with django_assert_num_queries(1):
        found = judge_mandates("CEB621Message", nodes, at=AT)
    assert all(len(node.findings) == 1 for node in found) and len(found) == len(nodes)
    own = [Node(1, bought("M-1").changed("inventory", agentCode=nodes[0].document.ebcCode).inventory)]
    with django_assert_num_queries(0):
        assert judge_mandates("CEB621Message", own, at=AT) == own
        assert judge_mandates("CEB311Message", nodes, at=AT) == nodes


def test_two_codes_of_one_firm_need_none_and_unknown_ones_have_none():
    firm = find(samples.BROKER.code)
    own = (firm.uscc, firm.customs_registration)
    strange = ("9131000000000000XX", firm.uscc)
    assert without_mandate({own, strange}, kind="CEB621Message", at=AT) == {strange}
    assert without_mandate(set(), kind="CEB621Message", at=AT) == set()


@pytest.mark.parametrize("rule", [InventoryMandate(), WithdrawalMandate(), ReturnMandate()])
def test_the_rule_names_both(rule):
    doc = bought("ANY").inventory
    [found] = check([rule], doc, {(doc.agentCode, doc.ebcCode)})
    assert found.values == {"agent": doc.agentCode, "principal": doc.ebcCode} and found.pointer == "agentCode"
    assert check([rule], doc, set()) == []
    assert type(rule) in {type(one) for one in MANDATE.values()}


def test_the_operator_files_for_both_but_the_declarant_still_needs_it():
    assert OPERATOR.role == "operator" and noted() == WARNED
