"""Generated plans, by a seed: goods of a tariff of ten lines, firms of three grades, days around the entry of a ship."""

from __future__ import annotations

import os
import random
from datetime import date, timedelta
from typing import Any

from tests.declarations import made
from tests.declarations.made import LONG_AGO, REFERENCE, share

from tongguan.advisor.plan import Plan, PlannedGoods
from tongguan.tariff.book import Book, entry

SEED = os.environ.get("TONGGUAN_ADVICE_SEED", "advice")
"""Names the cases: another name makes others."""

FIRMS = {"advanced": made.TRADER, "other": made.AGENT, "dishonest": made.CARRIER}
"""The firms of the plans, by their grade of 2026-01-01."""

CHANGE = date(2026, 3, 10)
"""The day on which the duty of one code changes."""

LINES: dict[str, dict[str, Any]] = {
    "8479899990": {},
    "8479899910": {"letters": "7"},  # automatic licence
    "0101210010": {"letters": "9"},  # may not come in
    "2620190000": {"letters": "P"},  # waste
    "8708999990": {"letters": "17A"},  # two licences of which one is for exports, and a document
    "2208300000": {"specific": True},
    "8703234310": {"rcep": "2", "mfn": "15"},
    "9018907010": {"mfn": "4", "vat": "9", "unit2": "001"},
    "8542310000": {"mfn": "0", "letters": "y"},
    "7318159090": {"changes": ("5", "9")},
}
UNKNOWN, BY_WEIGHT = "9999999999", "2208300000"
GUARANTEES = ("", "", "bank_letter", "letter", "policy", "deposit", "exemption")


def tariff() -> Any:
    """Return a tariff of these lines, as a function of the day."""
    rows = []
    for code, told in LINES.items():
        rates: list[tuple[str, date, date | None, Any]] = [
            ("general", LONG_AGO, None, share("30")), ("provisional", LONG_AGO, None, None),
            ("consumption", LONG_AGO, None, None), ("vat", LONG_AGO, None, share(told.get("vat", "13"))),
        ]  # fmt: skip
        if "changes" in told:
            before, after = told["changes"]
            rates += [("mfn", LONG_AGO, CHANGE - timedelta(1), share(before)), ("mfn", CHANGE, None, share(after))]
        elif told.get("specific"):
            rates.append(("mfn", LONG_AGO, None, {"rate": "0.03", "amount": "2", "currency": "142", "per": "035"}))
        else:
            rates.append(("mfn", LONG_AGO, None, share(told.get("mfn", "8"))))
        if "rcep" in told:
            rates.append(("agreement:RCEP", LONG_AGO, None, share(told["rcep"])))
        line = {
            "code": code, "zh": "货物", "en": "goods", "unit1": "035", "unit2": told.get("unit2", ""), "since": LONG_AGO,
            "letters": told.get("letters", ""),
        }  # fmt: skip
        rows.append(
            entry(line, [
                {"kind": kind, "since": since, "until": until, "formula": of, "reference": REFERENCE}
                for kind, since, until, of in rates
            ])
        )  # fmt: skip
    books: dict[date, Book] = {}
    return lambda on: books.get(on) or books.setdefault(on, Book(on, rows))


def plan(seed: int) -> Plan:
    """Return the plan of a seed."""
    chance = random.Random(f"{SEED}/{seed}")
    entered = date(2026, 2, 24) + timedelta(chance.randrange(30))
    filing = entered + timedelta(chance.choice((-6, -3, -1, 0, 1, 2, 5, 10, 14, 15, 18, 21, 30)))
    arrived = entered + timedelta(chance.choice((0, 0, 0, 1, 3)))
    # Before April: then the grades have other names, and what is judged is the same.
    terms = chance.choice("1237")
    currency = chance.choice(("502", "502", "142"))
    bulk = chance.random()
    guarantee = chance.choice(GUARANTEES)
    return Plan(
        [_goods(chance) for _ in range(chance.choice((1, 1, 1, 2, 3)))], filing=filing.isoformat(),
        entered=entered.isoformat(), arrived=arrived.isoformat(), direction="E" if chance.random() < 0.08 else "I",
        terms=terms, currency=currency, freight=str(chance.randrange(1, 900)) if chance.random() < 0.7 else "",
        insurance=str(chance.randrange(1, 50)) if chance.random() < 0.2 else "",
        claim="RCEP" if chance.random() < 0.3 else "", proof="C26-1" if chance.random() < 0.8 else "",
        mode=chance.choice(("0110",) * 8 + ("0214", "3010")), transport=chance.choice("2222225549"), customs="0202",
        firm=chance.choice([*FIRMS.values(), made.TRADER, made.AGENT]), guarantee=guarantee,
        left=chance.choice(("5000000.00", "5000000.00", "900.00")) if guarantee else "",
        goods="bulk" if bulk < 0.1 else "transit" if bulk > 0.95 else "general",
        papers=[one for one in "17PyAv" if chance.random() < 0.5],
    )  # fmt: skip


def _goods(chance: random.Random) -> PlannedGoods:
    code = chance.choice([*LINES, *LINES, UNKNOWN]) if chance.random() < 0.9 else "8479899990"
    price = chance.choice((chance.randrange(1, 90), chance.randrange(100, 9_000), chance.randrange(10_000, 400_000)))
    weighed = chance.random() < 0.8
    return PlannedGoods(
        code, f"{price}.{chance.randrange(100):02}", chance.choice(("116", "116", "502", "701", "")) or "116",
        qty=str(chance.choice((1, 2, 4, 5, 10, 20))), unit="007", qty1=str(chance.randrange(1, 5000)) if weighed else "",
        unit1="035" if weighed else "",
    )  # fmt: skip
