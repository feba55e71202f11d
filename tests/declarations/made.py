"""Declarations of tests: a broker files for an importer, goods that came on a ship of 2 March 2026, by a tariff of one line."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.cargo.carrying import bill, by_sea
from tests.revenue.firms import TERMS

from tongguan.cargo import actions as cargo
from tongguan.declarations import actions
from tongguan.declarations.days import SHANGHAI
from tongguan.declarations.models import Declaration, DeclarationRequest
from tongguan.formats import dec
from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.ledgers.models import Account
from tongguan.ledgers.queries import check_all
from tongguan.licences.actions import receive
from tongguan.licences.applications import Application, Issued, LineAsked
from tongguan.parties.actions import register
from tongguan.parties.queries import find
from tongguan.revenue.exchange import actions as rates
from tongguan.revenue.exchange.reading import ReadRate
from tongguan.revenue.guarantees import actions as guarantees
from tongguan.revenue.models import Guarantee
from tongguan.revenue.payments import actions as payments
from tongguan.revenue.payments import queries as bills
from tongguan.tariff.book import Book, entry

D = Decimal
TRADER, AGENT, CARRIER = "91110105MA01ABCD5F", "91110105MA00DH8B5N", "9111010570000001X6"
OPERATOR, OFFICER, SYSTEM = Actor("window", "operator"), Actor("officer", "officer"), Actor("tongguan", "system")
GCODE, BILL, USD, JAPAN = "8479899990", "COSU600101", "USD", "JPN"
REFERENCE = {"title": "test", "href": "", "standing": "design"}
LONG_AGO = date(2004, 1, 1)


def moment(written: str, hour: int = 10) -> datetime:
    return datetime.fromisoformat(written).replace(hour=hour, tzinfo=SHANGHAI)


AT = moment("2026-03-16")


def share(rate: str) -> dict[str, str]:
    return {"rate": str(D(rate) / 100)}


def tariff(gcode: str = GCODE, letters: str = "", unit2: str = "", **kinds: Any) -> Any:
    """Return a tariff of one line, as a function of the day; a rate may be a list of (first day, formula)."""
    standing = {"mfn": share("8"), "general": share("30"), "provisional": None, "vat": share("13"), "consumption": None}
    made = []
    for kind, formula in {**standing, **kinds}.items():
        steps = formula if isinstance(formula, list) else [(LONG_AGO, formula)]
        for place, (since, one) in enumerate(steps):
            until = date.fromordinal(steps[place + 1][0].toordinal() - 1) if place + 1 < len(steps) else None
            made.append(
                {
                    "kind": kind.replace("__", ":"),
                    "since": since,
                    "until": until,
                    "formula": one,
                    "reference": REFERENCE,
                }
            )
    line = {
        "code": gcode,
        "zh": "货物",
        "en": "goods",
        "unit1": "035",
        "unit2": unit2,
        "since": LONG_AGO,
        "letters": letters,
    }
    rows = [entry(line, made)]
    return lambda on: Book(on, rows)


def use_tariff(monkeypatch, of: Any) -> None:
    for module in ("assessing", "judging"):
        monkeypatch.setattr(f"tongguan.declarations.{module}.book", of)


def prepare() -> None:
    """Register the firms, and take in a ship with a bill of ten packages and 1,000 kg that entered on 2 March 2026."""
    for code, number, name, kinds in (
        (TRADER, "1105961001", "某进出口有限公司", ["trader"]), (AGENT, "1105981002", "某报关有限公司", ["broker", "trader"]),
        (CARRIER, "1105980001", "渤海航运", ["carrier"]),
    ):  # fmt: skip
        register(code, number, name_zh=name, kinds=kinds, by=OPERATOR, at=moment("2020-01-01"))


def broker() -> Actor:
    return Actor("wang", "broker", find(AGENT).pk, "王某")


def trader() -> Actor:
    return Actor("li", "trader", find(TRADER).pk, "李某")


def ship(*numbers: str, entry: str | None = "2026-03-02", arrived: str | None = "2026-03-02", **told: Any) -> int:
    """Take in a manifest of bills, and tell when its ship declared entry and arrived."""
    by = Actor("carrier", "carrier", find(CARRIER).pk)
    expected = moment(entry or "2026-03-02", 14)
    made = cargo.receive(
        by_sea(*(bill(one, consignee_code=TRADER) for one in numbers or (BILL,)),
               **{"departs_at": moment("2020-02-20"), "expected_at": expected} | told),
        by=by, at=moment("2020-02-01"),
    )  # fmt: skip
    number = made.pk if hasattr(made, "pk") else made
    enter(number, entry, arrived)
    return number


def enter(number: int, entry: str | None, arrived: str | None) -> None:
    by = Actor("carrier", "carrier", find(CARRIER).pk)
    if entry:
        cargo.declare_entry(number, moment(entry, 8), by=by, at=moment(entry, 8))
    if arrived:
        cargo.arrive(number, moment(arrived, 9), by=by, at=moment(arrived, 9))


def parities(*days: str, yuan: str = "7.1000") -> None:
    """Publish the parity of the US dollar on these days."""
    rows = [ReadRate(n, date.fromisoformat(one), "502", D(yuan), 1, "parity") for n, one in enumerate(days, 2)]
    rates.publish(rows, title="parities of a test", standing="design", by=OPERATOR, at=moment("2020-01-01"))


def item(**changed: Any) -> Any:
    told = {
        "CodeTS": GCODE, "GName": "机器", "GQty": D(10), "GUnit": "007", "FirstQty": D(900), "FirstUnit": "035",
        "DeclPrice": D(10000), "DeclTotal": D(100000), "TradeCurr": USD, "OriginCountry": JAPAN,
        "DestinationCountry": "CHN", "DutyMode": "1", "DistrictCode": "11059",
    }  # fmt: skip
    return dec.Item(**told | changed)


def document(*items: Any, **changed: Any) -> Any:
    """Return example A of the handbook: FOB 100,000 USD, freight 5,000, no insurance."""
    told: dict[str, Any] = {
        "IEFlag": "I", "CustomMaster": "0202", "IEPort": "0202", "BillNo": BILL, "TrafMode": "2", "TrafName": "TONG GUAN 1",
        "TradeMode": "0110", "CutMode": "101", "TransMode": "3", "FeeMark": "3", "FeeRate": D(5000), "FeeCurr": USD,
        "PackNo": 10, "GrossWet": D(1000), "NetWt": D(900), "WrapType": "22", "TradeCountry": JAPAN, "TradeAreaCode": JAPAN,
        "DistinatePort": "JPN000", "DespPortCode": "JPN000", "EntyPortCode": "110001", "GoodsPlace": "码头",
        "TradeCoScc": TRADER, "TradeCode": "1105961001", "TradeName": "某进出口有限公司", "OwnerCodeScc": TRADER,
        "OwnerName": "某进出口有限公司", "AgentCodeScc": AGENT, "AgentCode": "1105981002", "AgentName": "某报关有限公司",
        "PromiseItmes": "00000", "Type": "  0   ", "items": list(items) or [item()],
    }  # fmt: skip
    return dec.Declaration(**told | changed)


def changed(of: Any, **fields: Any) -> Any:
    return msgspec.structs.replace(of, **fields)


def draft(of: Any = None, *, at: datetime = AT, by: Actor | None = None, **how: Any) -> Declaration:
    return actions.save(of or document(), by=by or broker(), at=at, **how)


def submitted(of: Any = None, *, at: datetime = AT, **how: Any) -> Declaration:
    return actions.submit(draft(of, at=at, **how).pk, by=broker(), at=at)


def passed(row: Declaration, at: datetime = AT) -> Declaration:
    return actions.select(row.pk, "pass", by=OFFICER, at=at)


def guarantee(total: str = "5000000", kind: str = "bank_letter", **terms: Any) -> Guarantee:
    at = moment("2026-01-05")
    row = guarantees.draft(kind, D(total), **TERMS | terms, by=trader(), at=at)
    guarantees.file(row.number, by=trader(), at=at)
    return guarantees.accept(row.number, by=OFFICER, at=at)


def pay(row: Declaration, at: datetime = AT) -> None:
    """Let the bank pay everything that is billed for a declaration."""
    for reference in (str(row), f"{row}/fee"):
        for one in bills.bills_of(reference):
            if one.state in ("due", "overdue"):
                payments.pay(one.number, by=trader(), at=at)


def again(row: Any) -> Any:
    row.refresh_from_db()
    return row


def codes(refused: Refused) -> list[tuple[str, str]]:
    assert all(one.text(lang) and "…" not in one.text(lang) for one in refused.findings for lang in ("zh", "en"))
    return [(one.code, one.pointer) for one in refused.findings if one.level == "refuse"]


def events(row: Any) -> list[str]:
    return list(Event.objects.filter(subject=str(row)).order_by("id").values_list("what", flat=True))


LICENCE = dec.documents.ROWS["licence"]


def licence(quantity: str = "5000", number: str = "7-1", last: date | None = None, **more: Any):
    line = LineAsked(GCODE, "机器", D(quantity), "035", "JPN", bulk=False)
    of = Application("7", [line], mode="MULTI", holder=TRADER, **more)
    days = moment("2026-01-05").date()
    return receive(of, Issued(number, days, days, last), by=OPERATOR, at=moment("2026-01-05"))


def licensed(quantity: str = "900", **more: Any):
    row = LICENCE(GoodsNo=1, LicTypeCode="7", LicenceNo="7-1", LicWrtofQty=quantity, LicWrtofQtyUnit="035")
    return document(licences=[row], **more)


def ask(row: Declaration, kind: str = "amend", of: Any = None, at=AT, **changes: Any) -> DeclarationRequest:
    said = {"grounds": "clerical", "evidence": ["proof: 26-1"], "reason": "数量填错"} | changes
    return actions.ask(row.pk, kind, of=of, **said, by=broker(), at=at)


def amended(row: Declaration, of: Any, at=AT) -> Declaration:
    actions.grant(ask(row, of=of, at=at).pk, by=OFFICER, at=at)
    return again(row)


def refused(call, *args: Any, **named: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        call(*args, **named)
    return codes(raised.value)


def balances() -> dict[str, Decimal]:
    assert list(check_all()) == []
    return dict(Account.objects.values_list("name", "balance"))
