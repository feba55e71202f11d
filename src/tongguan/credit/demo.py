"""What the demo shows of credit: a certified firm with its coordinator, a pilot, facts of which one is contested, candidates.

Nothing here is real; it is done by the same actions as everybody's.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from decimal import Decimal

from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.states import Actor
from tongguan.parties.queries import find
from tongguan.parties.roles import SYSTEM

from . import actions, aeo
from .actions.files import day_of
from .models import Grade
from .queries import grade

OFFICER = Actor("officer", "officer")
MONTHS = 12


def show_credit(importer: str, broker: str, platform: str, payer: str, at: datetime) -> None:
    """Give four firms credit of different kinds, as it stands at a moment; twice changes nothing."""
    firms = {code: find(code) for code in (importer, broker, platform, payer)}
    if Grade.objects.exists() or None in firms.values():
        return
    own = {code: Actor("demo", firm.kinds[0], firm.pk) for code, firm in firms.items() if firm and firm.kinds}
    today = day_of(at)
    try:
        _volumes(importer, broker, platform, today)
        _certified(importer, own[importer], today, at)
        _facts(broker, own[broker], today, at)
        _candidate(platform, own[platform], today, at)
        _dishonest(payer, today, at)
        last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        actions.tell_inspections(last, documents=4000, checks=100, trusted_documents=1500, trusted_checks=9, at=at)
    except NotConfigured:  # a day before the law of credit: nothing is shown
        return


def _volumes(importer: str, broker: str, platform: str, today: date) -> None:
    for number in range(1, MONTHS + 1):
        month = add_months(today.replace(day=1), -number)
        actions.tell_volume(importer, month, "trader", 140 + 3 * number)
        actions.tell_volume(broker, month, "broker", 60 - number, errors=number % 2)
        actions.tell_volume(platform, month, "trader", 90 + number, errors=number // 9)


def _certified(importer: str, own: Actor, today: date, at: datetime) -> None:
    """A certified firm: its coordinator, its place in the pilot, and a document that it had anchored."""
    since = today - timedelta(days=400)
    actions.set_grade(
        importer, "advanced", since=since, basis="certified", words="演示：通过高级认证", by=OFFICER, at=at
    )
    actions.name_coordinator(importer, "演示协调员", "演示专窗", by=OFFICER, at=at)
    asked = actions.ask_coordinator(importer, "演示：货样免领自动进口许可证的金额是多少？", by=own, at=at)
    actions.answer_question(asked.pk, "演示：每批次不超过五千元。", ["licences.sample_value"], by=OFFICER, at=at)
    actions.ask_coordinator(importer, "演示：汇总征税何时缴款？", by=own, at=at)
    actions.open_window("0101", "演示：业务大厅3号窗口", "工作日 9:00–17:00", "演示电话", by=OFFICER, at=at)
    actions.set_pilot(importer, "演示联络员", since=today - timedelta(days=60), by=OFFICER, at=at)
    digest = hashlib.sha256("演示提单".encode()).hexdigest()
    actions.anchor(importer, "logistics", "DEMO-BL-1", digest, by=own, at=at)


def _facts(broker: str, own: Actor, today: date, at: datetime) -> None:
    """Facts behind a grade: a penalty, an error that is contested, and arrears that were paid."""
    told = {"by": SYSTEM, "at": at}
    fine = Decimal(3000)
    actions.record(
        broker, "penalty", reference="DEMO-CF-01", on=today - timedelta(days=90), amount=fine, intentional=False,
        role="broker", words="演示：申报不实", **told,
    )  # fmt: skip
    error = actions.record(
        broker,
        "error",
        reference="DEMO-CC-07",
        on=today - timedelta(days=20),
        role="broker",
        words="演示：规格填报有误",
        **told,
    )
    actions.contest(error.pk, "演示：舱单数据有误，非本企业差错。", by=own, at=at)
    actions.record(
        broker, "tax_arrears", reference="DEMO-QS-02", on=today - timedelta(days=40), amount=fine, role="broker", **told
    )
    actions.settle("tax_arrears", "DEMO-QS-02", on=today - timedelta(days=30), **told)


def _candidate(platform: str, own: Actor, today: date, at: datetime) -> None:
    """A firm that is helped towards certification and assesses itself."""
    actions.find_candidates(today, by=SYSTEM, at=at)
    row = actions.begin_assessment(platform, by=own, at=at)
    scores: dict[str, int | None] = dict.fromkeys((one.code for one in aeo.items(today)), 0)
    scores |= {"audit": -1, "single_check": -1}
    del scores["crisis"]
    actions.assess(row.pk, scores, words="演示：内部审计尚未形成制度", by=own, at=at)


def _dishonest(payer: str, today: date, at: datetime) -> None:
    """A dishonest firm, for which it is too early to ask for repair."""
    since = today - timedelta(days=60)
    actions.record(payer, "smuggling", reference="DEMO-ZS-03", on=since, words="演示：走私行为", by=SYSTEM, at=at)
    if grade(payer, today) != "dishonest":
        actions.set_grade(payer, "dishonest", since=since, basis="smuggling", words="演示：走私行为", by=SYSTEM, at=at)
