"""Every kind of event the program writes is called something in both languages, and nothing is named that it never writes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.source import modules

from tongguan.ecommerce.arrivals.intake.statuses import VERBS
from tongguan.ecommerce.patterns.states import RISK_FINDING
from tongguan.ecommerce.states import RETURN, WITHDRAWAL
from tongguan.governance.states import MEASURE
from tongguan.inspections.states import CHECK
from tongguan.journal.kinds import called, kinds
from tongguan.parties.states import MANDATE

WRITERS = {"record", "record_together", "event", "tell", "Entry", "Event"}
"""What is called to write an event, or to note one that will be; the kind is the first argument."""

VOUCHERS = {f"{noun}.{verb}" for noun in ("order", "payment", "waybill") for verb in ("filed", "changed", "deleted")}
DECIDED = {f"{life.name}.{end}" for life in (WITHDRAWAL, RETURN) for end in ("accepted", "refused")}
WORKED_OUT = {
    ("cargo/actions/reporting.py", "f'conveyance.{row.state}'"): {
        f"conveyance.{state}" for state in ("entered", "arrived", "unloading", "unloaded")
    },
    ("credit/actions/certifying.py", "what"): {
        f"credit.aeo_{what}"
        for what in ("applied", "withdrawn", "accepted", "visited", "extended", "rectifying", "certified", "refused", "renewed")
    },
    ("ecommerce/arrivals/intake/lists.py", "f'arrival_list.{verb}'"): {
        f"arrival_list.{verb}" for verb in ("saved", "filed", "changed", "deleted")
    },
    ("ecommerce/arrivals/intake/statuses.py", "f'waybill.status_{verb}'"): {
        f"waybill.status_{verb}" for verb in VERBS.values()
    },
    ("ecommerce/intake/inventories.py", "f'inventory.{_VERBS[doc.appType]}'"): {
        f"inventory.{verb}" for verb in ("filed", "amended", "deleted")
    },
    ("ecommerce/intake/vouchers.py", "f'{voucher.noun}.{verb}'"): VOUCHERS,
    ("ecommerce/own/actions.py", "f'purchase.disowned.{row.state}'"): {
        f"purchase.disowned.{end}" for end in ("upheld", "dismissed")
    },
    ("ecommerce/patterns/actions.py", "f'risk.{row.state}'"): {f"risk.{state}" for state in RISK_FINDING.states},
    ("ecommerce/returns/actions.py", "event"): DECIDED | {"return.expired"},
    ("ecommerce/returns/intake/returns.py", "f'return.{event}'"): {
        f"return.{event}" for event in ("saved", "filed", "changed", "deleted")
    },
    ("ecommerce/returns/intake/withdrawals.py", "f'withdrawal.{event}'"): {"withdrawal.saved", "withdrawal.asked"},
    ("ecommerce/subscriptions/actions/subscribing.py", "f'subscriber.{what}'"): {
        "subscriber.allowed", "subscriber.ended",
    },
    ("ecommerce/taxes/actions/bills.py", "what"): {"bill.reduced", "bill.void"},
    ("exchange/webhooks/actions/managing.py", "f'webhook.{what}'"): {
        f"webhook.{what}"
        for what in ("added", "changed", "removed", "rotated", "sent_again", "switched_off", "switched_on", "tested")
    },
    ("governance/actions/cases.py", "what"): {
        f"case.{verb}" for verb in ("summed_up", "published", "dropped", "replicated")
    } | {"publicity.held", "publicity.called_off"},
    ("governance/actions/measures.py", "f'measure.{row.state}'"): {f"measure.{state}" for state in MEASURE.states},
    ("inspections/actions.py", "f'check.{found.state}'"): {f"check.{state}" for state in CHECK.states},
    ("licences/actions/deciding.py", "what"): {
        f"licence.{what}" for what in ("supplement_asked", "refused", "revoked", "approved", "issued")
    },
    ("licences/actions/exchanging.py", "f'licence.{what}'"): {
        f"licence.{what}" for what in ("supplement_asked", "refused", "revoked", "approved")
    },
    ("licences/actions/reporting.py", "what"): {
        f"licence.report_{what}" for what in ("entered", "refused", "retried", "settled")
    },
    ("licences/actions/using.py", "what"): {
        f"licence.{what}" for what in ("reserved", "written_off", "given_back")
    },
    ("parties/actions/mandates.py", "f'mandate.{row.state}'"): {f"mandate.{state}" for state in MANDATE.states},
    **{
        (f"revenue/payments/actions/{where}.py", f"f'{{{of}.name}}.{verb}'"): {f"duty_bill.{verb}", f"month_bill.{verb}"}
        for where, of, verb in (
            ("arrears", "machine_of(row)", "overdue"), ("arrears", "machine_of(row)", "claimed"),
            ("arrears", "machine_of(row)", "part_paid"),
            ("paying", "machine_of(row)", "sent"), ("paying", "machine", "paid"),
        )
    },
    **{
        ("revenue/payments/actions/paying.py", f"f'{{name}}.{verb}'"): {f"duty_bill.{verb}", f"month_bill.{verb}"}
        for verb in ("differs", "refused")
    },
    ("revenue/guarantees/actions/filing.py", "what"): {
        f"guarantee.{end}" for end in ("refused", "taken_back", "suspended", "resumed", "released", "expired", "asked_back")
    },
    ("parties/actions/support.py", "f'support.{row.state}'"): {
        f"support.{end}" for end in ("allowed", "refused", "withdrawn", "ended")
    },
    ("zones/shops/actions.py", "what"): {"shop.admitted", "shop.closed"},
}  # fmt: skip
"""Kinds that are put together while the program runs, by the module and the argument that does it."""

HANDED_ON = {
    "ecommerce/intake/batch.py",
    "journal/proving.py",
    "bench/filling.py",
    "exchange/business_register/__init__.py",
    "desk/public/calculator.py",
    "desk/public/disclosure.py",
    "desk/public/advisor.py",
    "desk/credit/acts.py",
    "credit/demo.py",
    "desk/public/trade.py",
    "journal/standing.py",
}
"""Modules that are given a kind and hand it on, and some that write none."""


def written() -> Iterator[tuple[str, ast.expr]]:
    """Yield the first argument of everything that writes an event, with its module.

    Others are told things too: what is told counts where it is a text.
    """
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and node.args:
                name, first = getattr(node.func, "attr", getattr(node.func, "id", "")), node.args[0]
                if name in WRITERS and (name != "tell" or isinstance(first, ast.Constant | ast.JoinedStr)):
                    yield module.name, first


def is_kind(argument: ast.expr) -> bool:
    """Say whether an argument is the code of a kind as it stands: a noun and a verb."""
    return isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value.count(".") == 1


def test_every_kind_of_event_that_is_written_has_its_two_texts():
    found = {one.value for _, one in written() if is_kind(one)}.union(*WORKED_OUT.values())
    assert len(found) > 60
    assert sorted(found - set(kinds())) == [], "name these in law/texts/journal.events.yaml"
    assert sorted(set(kinds()) - found) == [], "no such event is written any more"
    assert not [what for what in kinds() for lang in ("zh", "en") if called(what, lang) == what]


def test_every_kind_that_is_put_together_is_known_here():
    varied = {(name, ast.unparse(one)) for name, one in written() if not isinstance(one, ast.Constant)}
    assert set(WORKED_OUT) <= varied, "these are written in another way now"
    unknown = [one for one in varied - set(WORKED_OUT) if one[0] not in HANDED_ON]
    assert unknown == [], "say in WORKED_OUT which kinds these can be"


def test_a_kind_nobody_named_is_called_by_its_code():
    assert called("moon.landed", "zh") == "moon.landed"


def test_no_two_kinds_are_called_the_same():
    for lang in ("zh", "en"):
        assert len({called(what, lang) for what in kinds()}) == len(kinds()), lang
