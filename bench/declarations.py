"""How fast declarations are: judged and assessed, listed, and submitted, on top of many stored ones.

``--stored 1000000`` is the long run (100,000 otherwise), ``--keep FOLDER`` keeps the filled database for the next one.
Prints ``judged ms``, the processor time to judge and assess twenty lines, and ``judged ratio``: that time beside a reference
measured in the same run, which reads the same declaration from its XML message with lxml and from JSON with msgspec. Then
``list ms``, the slowest of several readings of each kind of list, ``filed rate``, declarations of three lines filed five
hundred together in one process, and ``answered ms``, from the moment a declaration comes in to the durable answer, when fifty
come in each second, whether the ones before are answered or not.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

STORED, LINES, FEW_LINES, TURNS, TOGETHER, SECONDS, A_SECOND = 100_000, 20, 3, 200, 500, 20, 50
JUDGED_LIMIT_MS, LIST_LIMIT_MS, ANSWER_LIMIT_MS, FILED_LIMIT = 2, 100, 100, 500


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--stored", type=int, default=STORED, help="how many declarations the database holds")
    given.add_argument("--keep", default="", help="the folder where the database is kept")
    asked = given.parse_args()
    from tongguan.bench.house import ask, house

    with house(asked.keep):
        judged()
        furnish()
        store(asked.stored, ask)
        lists()
        filed()
        for count in (FEW_LINES, LINES):
            answered(count)
    return 0


def timed(work: Callable[[], Any], turns: int = TURNS) -> float:
    """Return the processor milliseconds of one turn, the best of five rounds."""
    work()
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(turns // 5):
            work()
        rounds.append((time.process_time() - began) * 1000 / (turns // 5))
    return min(rounds)


def judged() -> None:
    """Judge and assess a declaration of twenty lines, beside reading it."""
    from tests.declarations import made
    from tests.declarations.test_rules import complete, context

    from tongguan.declarations.reading import deal, goods
    from tongguan.declarations.rules import SUBMITTING
    from tongguan.formats import dec
    from tongguan.kernel.law import law
    from tongguan.revenue.trade import assess

    lines = [made.item(GNo=n, DeclTotal=made.D(5000 + n), DeclPrice=made.D(5000 + n) / 10) for n in range(1, LINES + 1)]
    of = complete(made.document(*lines))
    ctx, day = context(of), made.AT.date()
    tariff, day_law, rates = made.tariff()(day), law.on(day), {"502": made.D("7.1000")}
    written, encoded = dec.write(of), dec.write_json(of)
    assert SUBMITTING.check(of, ctx) == []

    def work() -> None:
        SUBMITTING.check(of, ctx)
        assess(deal(of), goods(of, tariff), book=tariff, day_law=day_law, exchange=rates)

    def reference() -> None:
        dec.read(written)
        dec.read_json(encoded)

    took, base = timed(work), timed(reference)
    print(f"judged ms {LINES} lines judged and assessed: {took:.2f} processor time (limit {JUDGED_LIMIT_MS})")
    print(f"judged ms reference (the same read from XML and from JSON): {base:.2f}")
    print(f"judged ratio {took / base:.2f}")


def furnish() -> None:
    """Register the firms of the tests, with exchange rates and a tariff of one line, in the empty database."""
    from tests.declarations import made

    from tongguan.declarations import assessing, judging
    from tongguan.server.prepare import prepare

    prepare(at=made.moment("2020-01-01"))
    judging.book = assessing.book = made.tariff()
    made.prepare()
    made.parities("2026-02-24", "2026-03-18")


_STORE = """
INSERT INTO declarations_declaration
  (number, direction, mode, state, "group", version, agent_id, trader_id, agent_name, trader_name, customs, trade_mode,
   transport_mode, bill_no, lines, goods, pieces, gross, settlement, guarantee, created_at, changed_at, accepted_at,
   released_at, rate_day, exchange_day, value, tax, late_fee, fee_cut, findings)
SELECT '0202' || '2025' || '1' || lpad(n::text, 9, '0'), 'I', 'ordinary', s.state, s.grouped, 1,
   CASE WHEN n %% 10 < 3 THEN %s ELSE %s END, %s, 'agent', 'trader', lpad((n %% 40)::text, 4, '0'), '0110',
   '2', 'BL' || n, 1 + n %% 20, 'goods', 10, 1000, 'payment', '', m.at, m.at, m.at,
   CASE WHEN s.state IN ('released', 'closed') THEN m.at END, m.at::date, m.at::date, 1000, 220.4, 0, 0, '[]'
FROM generate_series(%s, %s) AS n,
  LATERAL (SELECT timestamptz '2025-01-01' + n * interval '20 seconds' AS at) AS m,
  LATERAL (SELECT CASE WHEN n %% 100 = 0 THEN 'accepted' WHEN n %% 150 = 1 THEN 'due' WHEN n %% 3 = 0 THEN 'closed'
             ELSE 'released' END AS state) AS one,
  LATERAL (SELECT one.state, CASE one.state WHEN 'accepted' THEN 'waiting' WHEN 'due' THEN 'needs_you' ELSE 'done' END
             AS grouped) AS s
"""


def store(count: int, ask: Callable[..., Any]) -> None:
    """Let the database hold so many declarations, most of them of another broker."""
    from tests.declarations import made

    from tongguan.declarations.models import Declaration
    from tongguan.parties.queries import find

    there = Declaration.objects.count()
    agent, other, owner = (find(code).pk for code in (made.AGENT, made.CARRIER, made.TRADER))
    if there < count:
        ask(_STORE, agent, other, owner, there + 1, count)
    ask("VACUUM ANALYZE declarations_declaration")
    print(f"stored {Declaration.objects.count():,} declarations")


def lists() -> None:
    """Read every kind of list, the first page and one far behind."""
    from tests.declarations import made

    from tongguan.declarations.models import Declaration
    from tongguan.declarations.queries import declarations

    last = Declaration.objects.latest("pk").pk
    asked: dict[str, dict[str, Any]] = {
        "broker, all": {"to": made.broker()}, "broker, needs him": {"to": made.broker(), "group": "needs_you"},
        "broker, far behind": {"to": made.broker(), "before": last // 2}, "trader, done": {"to": made.trader(), "group": "done"},
        "officer, waiting": {"to": made.OFFICER, "group": "waiting"}, "officer, an office": {"to": made.OFFICER, "customs": "0007"},
        "officer, drafts": {"to": made.OFFICER, "group": "draft"},
        "by number": {"to": made.OFFICER, "number": f"020220251{last // 3:09d}"},
        "by bill": {"to": made.trader(), "number": f"BL{last // 4}"},
    }  # fmt: skip
    for name, how in asked.items():
        readings = []
        for _ in range(7):
            began = time.perf_counter()
            rows = declarations(**how)
            readings.append((time.perf_counter() - began) * 1000)
        print(
            f"list ms {name}: {max(readings[1:]):.1f}, first {readings[0]:.1f}, {len(rows)} rows (limit {LIST_LIMIT_MS})"
        )


def made_up(count: int, lines: int) -> list[Any]:
    """Return declarations that can be filed, each on a bill of its own."""
    from tests.declarations import made

    from tongguan.declarations.actions import ToFile

    bills = [f"B{time.time_ns() % 10**9:09d}{n:04d}" for n in range(count)]
    for start in range(0, count, 100):
        voyage = f"{time.time_ns() % 10**6:06d}"
        made.ship(*bills[start : start + 100], voyage=voyage, departs_at=made.AT - timedelta(days=40))
    goods = [made.item(GNo=n, DeclTotal=made.D(5000), DeclPrice=made.D(500)) for n in range(1, lines + 1)]
    return [ToFile(made.document(*goods, BillNo=bill)) for bill in bills]


def filed() -> None:
    """File declarations by the hundred, in one process."""
    from tests.declarations import made

    from tongguan.declarations import actions

    by, asked = made.broker(), made_up(TOGETHER * 5, FEW_LINES)
    rounds = []
    for start in range(0, len(asked), TOGETHER):
        began = time.perf_counter()
        batch = actions.file_many(f"{time.time_ns()}", asked[start : start + TOGETHER], by=by, at=made.AT)
        rounds.append(TOGETHER / (time.perf_counter() - began))
        assert all(one["state"] == "due" for one in batch.answers)
    rate = statistics.median(rounds[1:])
    print(f"filed rate {rate:.0f} a second, {FEW_LINES} lines, {TOGETHER} together, one process (limit {FILED_LIMIT})")


def answered(lines: int) -> None:
    """File declarations one by one as they come in, at a steady rate; each waits for those before it."""
    from tests.declarations import made

    from tongguan.declarations import actions

    by, asked = made.broker(), made_up(SECONDS * A_SECOND, lines)
    actions.file_many(f"{time.time_ns()}", made_up(1, lines), by=by, at=made.AT)
    took, began = [], time.perf_counter()
    for place, one in enumerate(asked):
        due = began + place / A_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        batch = actions.file_many(f"{time.time_ns()}", [one], by=by, at=made.AT)
        took.append((time.perf_counter() - due) * 1000)
        assert batch.answers[0]["state"] == "due"
    middle, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
    print(
        f"answered ms {lines} lines, {A_SECOND} a second for {SECONDS} s, one process:"
        f" median {middle:.1f}, p99 {p99:.1f} (limit {ANSWER_LIMIT_MS})"
    )


if __name__ == "__main__":
    raise SystemExit(main())
